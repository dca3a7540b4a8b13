/// How much is shown: 0 or false nothing, 1, true or "auto" a bar (a line per epoch where output is no terminal), 2 a line per epoch.
public protocol Verbosity: Sendable {
    /// 0, 1 or 2.
    var verbosity: Int { get }
}

extension Int: Verbosity {
    public var verbosity: Int { self }
}
extension Verbosity where Self == Int {
    /// Nothing is shown.
    public static var silent: Int { 0 }
    /// A bar for each epoch, a line where output is no terminal.
    public static var progressBar: Int { 1 }
    /// What suits the output: a bar in a terminal, else a line.
    public static var auto: Int { 1 }
    /// A line per epoch.
    public static var oneLine: Int { 2 }
}
extension Bool: Verbosity {
    public var verbosity: Int { self ? 1 : 0 }
}
extension String: Verbosity {
    /// 1 for "auto"; no other word is known, of which `fit` and its kin warn.
    public var verbosity: Int { self == "auto" ? 1 : -1 }
}

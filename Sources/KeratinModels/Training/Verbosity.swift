/// How much is shown: 0 or false nothing, 1, true or "auto" a bar (a line per epoch where output is no terminal), 2 a line per epoch.
public protocol Verbosity: Sendable {
    /// 0, 1 or 2.
    var verbosity: Int { get }
}

extension Int: Verbosity {
    public var verbosity: Int { self }
}
extension Bool: Verbosity {
    public var verbosity: Int { self ? 1 : 0 }
}
extension String: Verbosity {
    /// 1 for "auto"; no other word is known, of which `fit` and its kin warn.
    public var verbosity: Int { self == "auto" ? 1 : -1 }
}

import KeratinCore

/// What stands for a form of categories: `.multiHot`, `"multi_hot"`.
public protocol OutputModeConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func outputMode() throws -> OutputMode
}

extension OutputMode: OutputModeConvertible {
    public func outputMode() throws -> OutputMode { self }

    /// The mode of a name, also by those of Keras 2.
    init(named name: String) throws {
        let word = name.lowercased()
        switch word {
        case "binary": self = .multiHot
        case "tf-idf": self = .tfIDF
        default:
            guard let mode = OutputMode(rawValue: word) else {
                throw unknownName(
                    name, among: OutputMode.allCases.map(\.rawValue), what: "output mode")
            }
            self = mode
        }
    }
}

extension String: OutputModeConvertible {
    public func outputMode() throws -> OutputMode { try OutputMode(named: self) }
}

extension OutputModeConvertible where Self == OutputMode {
    /// See `OutputMode.int`.
    @_disfavoredOverload
    public static var int: OutputMode { OutputMode.int }
    /// See `OutputMode.oneHot`.
    @_disfavoredOverload
    public static var oneHot: OutputMode { OutputMode.oneHot }
    /// See `OutputMode.multiHot`.
    @_disfavoredOverload
    public static var multiHot: OutputMode { OutputMode.multiHot }
    /// See `OutputMode.count`.
    @_disfavoredOverload
    public static var count: OutputMode { OutputMode.count }
}

extension Chosen where Value == OutputMode {
    /// A mode out of those that a layer has.
    init(_ mode: any OutputModeConvertible, among modes: [OutputMode], at place: String) {
        self.init(
            {
                let mode = try mode.outputMode()
                guard modes.contains(mode) else {
                    let words = modes.map(\.rawValue).joined(separator: ", ")
                    throw KeratinError(
                        .invalidArgument,
                        "the output mode must be one of \(words), got \(mode.rawValue)", at: place)
                }
                return mode
            }, else: modes.first ?? .int)
    }
}

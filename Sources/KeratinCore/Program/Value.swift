/// A value of a program: the number of an input or of an instruction's result.
public struct Value: Hashable, Sendable, CustomStringConvertible {
    public let id: Int
    public init(id: Int) { self.id = id }
    public var description: String { "%\(id)" }
}

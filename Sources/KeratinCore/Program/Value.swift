/// A value of a program: the number of an input or of an instruction's result.
public struct Value: Hashable, Sendable, CustomStringConvertible {
    /// Values count from 0 within their program.
    public let id: Int
    /// The value of that number in a program.
    public init(id: Int) { self.id = id }
    public var description: String { "%\(id)" }
}

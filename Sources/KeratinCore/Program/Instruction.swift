/// One step of a program: an operation or a loop, what it reads and what it defines.
public struct Instruction: Hashable, Sendable {
    /// What an instruction does.
    public enum Kind: Hashable, Sendable {
        case operation(Operation)
        case scan(Scan)
    }

    /// The operation or the loop.
    public var kind: Kind
    /// What it reads; all of it is defined earlier.
    public var inputs: [Value]
    /// What it defines.
    public var results: [Value]

    /// An instruction; types are checked by `ProgramBuilder`, not here.
    public init(_ kind: Kind, inputs: [Value], results: [Value]) {
        self.kind = kind
        self.inputs = inputs
        self.results = results
    }

    /// The operation's name, or "scan".
    public var name: String {
        switch kind {
        case .operation(let operation): operation.name
        case .scan: "scan"
        }
    }

    /// The primitive, if the instruction is one.
    @inlinable package var primitive: Primitive? {
        if case .operation(.primitive(let primitive)) = kind { primitive } else { nil }
    }

    /// The fused operation, if the instruction is one of the given kind.
    @inlinable package func fused<T: FusedOperation>(_ type: T.Type = T.self) -> T? {
        if case .operation(.fused(let fused)) = kind { fused as? T } else { nil }
    }
}

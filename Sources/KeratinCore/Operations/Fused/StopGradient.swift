/// Its input, which gradients take for a constant.
public struct StopGradient: FusedOperation {
    /// It has no options.
    public init() {}

    public var name: String { "stop_gradient" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(1, inputs)
        return inputs
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] { inputs }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? { [nil] }
}

/// activation(a·b + bias): a matrix product with the epilogue of a dense layer.
///
/// Inputs: a […, M, K], b […, K, N] (stored transposed if the flags say so; batch axes as in
/// `Primitive.matmul`), and bias [N] if `hasBias`. Result: […, M, N].
public struct Linear: FusedOperation {
    /// Whether a is stored as […, K, M].
    public var transposeLeft: Bool
    /// Whether b is stored as […, N, K].
    public var transposeRight: Bool
    /// Whether there is a third input, the bias.
    public var hasBias: Bool
    /// What is applied to every element of the result.
    public var activation: FusedActivation

    /// A product; nothing is transposed, unless said otherwise.
    public init(
        transposeLeft: Bool = false, transposeRight: Bool = false, hasBias: Bool,
        activation: FusedActivation
    ) {
        self.transposeLeft = transposeLeft
        self.transposeRight = transposeRight
        self.hasBias = hasBias
        self.activation = activation
    }

    public var name: String { "linear" }

    private var product: Primitive {
        .matmul(transposeLeft: transposeLeft, transposeRight: transposeRight)
    }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(hasBias ? 3 : 2, inputs)
        let result = try product.resultType([inputs[0], inputs[1]])
        if hasBias {
            try expect("bias", inputs[2], TensorType([result.shape[result.shape.rank - 1]]))
        }
        return [result]
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        var value = try builder.append(product, [inputs[0], inputs[1]])
        if hasBias { value = try builder.binary(.add, value, inputs[2]) }
        if let function = activation.function { value = try builder.unary(function, value) }
        return [value]
    }
}

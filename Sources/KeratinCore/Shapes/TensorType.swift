/// What is known of a tensor before it has values: its shape and its element type.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
    public var shape: Shape
    public var dtype: DType

    public init(_ shape: Shape, _ dtype: DType = .float32) {
        self.shape = shape
        self.dtype = dtype
    }

    public var count: Int { shape.count }
    public var byteCount: Int { shape.count * dtype.byteCount }
    public var description: String { "\(dtype.rawValue)\(shape)" }
}

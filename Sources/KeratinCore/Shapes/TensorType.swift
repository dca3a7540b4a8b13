/// What is known of a tensor before it has values: its shape and its element type.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
    /// The extents.
    public var shape: Shape
    /// The type of the elements.
    public var dtype: DType

    /// Float32, unless said otherwise.
    public init(_ shape: Shape, _ dtype: DType = .float32) {
        self.shape = shape
        self.dtype = dtype
    }

    /// Elements.
    public var count: Int { shape.count }
    /// Bytes of the elements, stored densely.
    public var byteCount: Int { shape.count * dtype.byteCount }
    public var description: String { "\(dtype.rawValue)\(shape)" }
}

import KeratinCore

/// A tensor on the host whose elements are held in Double, whatever their type: integers and bools are
/// exact, floats are not rounded. Dense and row-major.
public struct ReferenceTensor: Sendable {
    /// Shape and element type, which `values` stand for.
    public var type: TensorType
    /// The elements in row-major order; a bool is 0 or 1.
    public var values: [Double]

    /// Values of a type; there must be as many as its shape says.
    public init(_ type: TensorType, _ values: [Double]) {
        precondition(values.count == type.count, "\(type) needs \(type.count) values")
        self.type = type
        self.values = values
    }

    /// One value everywhere, zero by default.
    public init(_ type: TensorType, repeating value: Double = 0) {
        self.init(type, [Double](repeating: value, count: type.count))
    }

    /// The extents.
    public var shape: Shape { type.shape }

    /// The elements rounded to the element type, as a device stores them.
    public var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: type.byteCount)
        bytes.withUnsafeMutableBytes { Self.store(values, type.dtype, to: $0) }
        return bytes
    }

    /// Reads a device's bytes.
    public init(_ type: TensorType, bytes: UnsafeRawBufferPointer) {
        let values: [Double] =
            switch type.dtype {
            case .float32:
                (0..<type.count).map {
                    Double(bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self))
                }
            case .int32:
                (0..<type.count).map {
                    Double(bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self))
                }
            case .uint8, .bool: (0..<type.count).map { Double(bytes[$0]) }
            }
        self.init(type, values)
    }

    static func store(_ values: [Double], _ dtype: DType, to bytes: UnsafeMutableRawBufferPointer) {
        for (index, value) in values.enumerated() {
            switch dtype {
            case .float32:
                bytes.storeBytes(of: Float(value), toByteOffset: index * 4, as: Float.self)
            case .int32:
                bytes.storeBytes(of: Int32(value), toByteOffset: index * 4, as: Int32.self)
            case .uint8, .bool: bytes[index] = UInt8(value)
            }
        }
    }
}

/// Visits every multi-index of a shape in row-major order.
func forEachIndex(_ shape: Shape, _ body: (_ flat: Int, _ index: [Int]) -> Void) {
    var index = [Int](repeating: 0, count: shape.rank)
    for flat in 0..<shape.count {
        body(flat, index)
        for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
            index[axis] += 1
            if index[axis] < shape[axis] { break }
            index[axis] = 0
        }
    }
}

/// The place of a multi-index under strides.
func offset(_ index: [Int], _ strides: [Int]) -> Int {
    var sum = 0
    for axis in index.indices { sum += index[axis] * strides[axis] }
    return sum
}

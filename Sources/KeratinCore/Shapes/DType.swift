/// The element type of a tensor on a device.
///
/// Storage is little-endian; `bool` takes one byte that is 0 or 1.
public enum DType: String, Hashable, Sendable, CaseIterable {
    case float32
    case int32
    case uint8
    case bool

    /// Bytes that one element takes.
    public var byteCount: Int {
        switch self {
        case .float32, .int32: 4
        case .uint8, .bool: 1
        }
    }

    /// Whether there are fractions, infinities and NaN, and so gradients.
    public var isFloat: Bool { self == .float32 }
}

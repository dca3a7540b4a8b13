import KeratinCore
import KeratinTensor

/// The type of a model's data by Keras's name (the "dtype" of an `InputLayer`), and what becomes of the numbers: the device holds
/// them as one of its own types. It is no policy of how layers compute.
package enum InputType: String, Hashable, Sendable, CaseIterable {
    case bool, uint8, uint16, uint32, uint64, int8, int16, int32, int64
    case bfloat16, float16, float32, float64

    /// The data type of a device type.
    package init(_ dtype: DType) {
        self =
            switch dtype {
            case .float32: .float32
            case .int32: .int32
            case .uint8: .uint8
            case .bool: .bool
            }
    }

    /// What labels are held as: their own type, or floats where there are integers of more than 32 bits.
    package static func labels(_ array: HostArray) -> InputType {
        switch array.storage {
        case .float32: .float32
        case .int32: .int32
        case .uint8, .bool: .uint8
        case .int64(let values): values.allSatisfy { Int32(exactly: $0) != nil } ? .int32 : .float32
        }
    }

    /// What the device holds.
    package var device: DType {
        switch self {
        case .bool: .bool
        case .uint8: .uint8
        case .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64: .int32
        case .bfloat16, .float16, .float32, .float64: .float32
        }
    }

    /// A float with no more digits than the type has.
    package func rounded(_ value: Float) -> Float {
        switch self {
        case .bfloat16 where value.isFinite:
            // To the nearest of 16 bits, halves to even.
            let bits = value.bitPattern
            return Float(bitPattern: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) & 0xFFFF_0000)
        case .float16: return Self.half(value)
        default: return value
        }
    }

    /// The nearest number of IEEE 754's half precision, halves to even.
    private static func half(_ value: Float) -> Float {
        guard value.isFinite, value != 0 else { return value }
        // Eleven digits, or multiples of 2⁻²⁴ below the smallest normal number.
        let exponent = max(Int(value.exponent), -14) - 10
        let unit = Float(sign: .plus, exponent: exponent, significand: 1)
        let result = (value / unit).rounded(.toNearestOrEven) * unit
        return abs(result) > 65504 ? Float(signOf: value, magnitudeOf: .infinity) : result
    }

    /// An integer as the type holds it: narrow types wrap, as in NumPy and TensorFlow.
    /// - Returns: nil if the device cannot hold it.
    package func narrowed(_ value: Int64) -> Int32? {
        switch self {
        case .int8: Int32(Int8(truncatingIfNeeded: value))
        case .int16: Int32(Int16(truncatingIfNeeded: value))
        case .uint8: Int32(UInt8(truncatingIfNeeded: value))
        case .uint16: Int32(UInt16(truncatingIfNeeded: value))
        case .bool: value == 0 ? 0 : 1
        default: Int32(exactly: value)
        }
    }
}

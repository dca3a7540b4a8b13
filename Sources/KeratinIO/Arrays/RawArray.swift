import KeratinCore
import KeratinTensor

/// The element types that arrays in files have.
package enum ElementType: String, Hashable, Sendable, CaseIterable {
    case float16, bfloat16, float32, float64
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case bool

    package var byteCount: Int {
        switch self {
        case .int8, .uint8, .bool: 1
        case .float16, .bfloat16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }
}

/// An array as a file holds it: row-major, little endian, of any element type.
package struct RawArray: Hashable, Sendable {
    package var type: ElementType
    package var shape: [Int]
    package var bytes: [UInt8]

    /// - Throws: `KeratinError` if there are not as many bytes as the shape needs.
    package init(_ type: ElementType, shape: [Int], bytes: [UInt8]) throws {
        let count = try RawArray.checkedCount(shape, type.byteCount)
        guard bytes.count == count else {
            throw KeratinError(
                .file,
                "an array of \(type.rawValue) \(shape) needs \(count) bytes, got \(bytes.count)")
        }
        self.type = type
        self.shape = shape
        self.bytes = bytes
    }

    package init(_ values: [Float], shape: [Int]) {
        type = .float32
        self.shape = shape
        bytes = values.withUnsafeBytes { Array($0) }
    }

    /// No number of double precision, along one axis.
    static let noDoubles = RawArray(unchecked: .float64, shape: [0], bytes: [])

    private init(unchecked type: ElementType, shape: [Int], bytes: [UInt8]) {
        (self.type, self.shape, self.bytes) = (type, shape, bytes)
    }

    package init(_ value: Int64) {
        type = .int64
        shape = []
        bytes = withUnsafeBytes(of: value) { Array($0) }
    }

    /// The bytes that a shape needs.
    /// - Throws: `KeratinError` for negative extents and overflows.
    package static func checkedCount(_ shape: [Int], _ elementByteCount: Int) throws -> Int {
        // Empty arrays too must have extents whose products fit: strides are made of them.
        var count = elementByteCount
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
            guard extent >= 0, !overflow else {
                throw KeratinError(.file, "an array has the impossible shape \(shape)")
            }
            count = product
        }
        return shape.contains(0) ? 0 : count
    }

    package var count: Int { bytes.count / type.byteCount }

    /// The numbers as floats; float64 and large integers are rounded.
    package var floats: [Float] {
        switch type {
        case .float32: copied(as: Float.self)
        case .float64: load(Double.self) { Float($0) }
        case .float16: load(UInt16.self) { Float(halfBits: $0) }
        case .bfloat16: load(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .int8: load(Int8.self) { Float($0) }
        case .int16: load(Int16.self) { Float($0) }
        case .int32: load(Int32.self) { Float($0) }
        case .int64: load(Int64.self) { Float($0) }
        case .uint8: load(UInt8.self) { Float($0) }
        case .uint16: load(UInt16.self) { Float($0) }
        case .uint32: load(UInt32.self) { Float($0) }
        case .uint64: load(UInt64.self) { Float($0) }
        case .bool: load(UInt8.self) { $0 == 0 ? 0 : 1 }
        }
    }

    /// Gives the numbers as floats, without a copy where they are float32.
    package func withFloats<Result>(
        _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        if type == .float32 {
            // Arrays' elements lie on multiples of 16 bytes, so that floats may.
            let result = try bytes.withUnsafeBytes { buffer -> Result? in
                let address = Int(bitPattern: buffer.baseAddress)
                guard address % MemoryLayout<Float>.alignment == 0 else { return nil }
                return try buffer.withMemoryRebound(to: Float.self, body)
            }
            if let result { return result }
        }
        return try floats.withUnsafeBufferPointer(body)
    }

    /// The numbers as integers.
    /// - Throws: `KeratinError` for one that is none or does not fit; it says which.
    package func integers() throws -> [Int64] {
        func exact<Value>(_ values: [Value], _ convert: (Value) -> Int64?) throws -> [Int64] {
            try values.enumerated().map { index, value in
                guard let integer = convert(value) else {
                    throw KeratinError(
                        .file, "element \(index) is \(value), which is no 64-bit integer")
                }
                return integer
            }
        }
        switch type {
        case .float64: return try exact(load(Double.self) { $0 }) { Int64(exactly: $0) }
        case .float32, .float16, .bfloat16: return try exact(floats) { Int64(exactly: $0) }
        case .uint64: return try exact(load(UInt64.self) { $0 }) { Int64(exactly: $0) }
        case .int8: return load(Int8.self) { Int64($0) }
        case .int16: return load(Int16.self) { Int64($0) }
        case .int32: return load(Int32.self) { Int64($0) }
        case .int64: return load(Int64.self) { $0 }
        case .uint8, .bool: return load(UInt8.self) { Int64($0) }
        case .uint16: return load(UInt16.self) { Int64($0) }
        case .uint32: return load(UInt32.self) { Int64($0) }
        }
    }

    /// The elements of an array that holds this very type.
    func copied<Element: BitwiseCopyable>(as type: Element.Type) -> [Element] {
        let count = bytes.count / MemoryLayout<Element>.size
        return [Element](unsafeUninitializedCapacity: count) { target, initialized in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
            initialized = count
        }
    }

    private func load<Element: BitwiseCopyable, Value>(
        _ element: Element.Type, _ convert: (Element) -> Value
    ) -> [Value] {
        bytes.withUnsafeBytes { buffer in
            (0..<(buffer.count / MemoryLayout<Element>.size)).map {
                convert(
                    buffer.loadUnaligned(
                        fromByteOffset: $0 * MemoryLayout<Element>.size, as: Element.self))
            }
        }
    }
}

extension Float {
    /// The number that 16 bits stand for in IEEE 754's half precision.
    package init(halfBits bits: UInt16) {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10) & 0x1F
        let fraction = Float(bits & 0x3FF)
        switch exponent {
        case 0: self = sign * fraction * 0x1p-24
        case 31: self = fraction == 0 ? sign * .infinity : .nan
        default:
            self =
                sign * (1 + fraction / 1024)
                * Float(sign: .plus, exponent: exponent - 15, significand: 1)
        }
    }
}

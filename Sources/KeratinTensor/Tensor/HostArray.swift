import KeratinCore

/// The numbers of a tensor that lie in host memory, dense and row-major.
package struct HostArray: Hashable, Sendable {
    /// The elements in row-major order, in their own type.
    package enum Storage: Hashable, Sendable {
        case float32([Float])
        case int32([Int32])
        case uint8([UInt8])
        /// Integers that only hosts hold: a model takes them as its input says, labels as int32 if they fit, else as float32.
        case int64([Int64])
        case bool([Bool])
    }

    /// The extents; the first one usually counts samples.
    package let shape: Shape
    /// The elements.
    package let storage: Storage

    /// - Throws: `KeratinError` if there are not as many numbers as the shape has elements.
    package init(_ values: [Float], shape: Shape? = nil) throws {
        try self.init(.float32(values), count: values.count, shape)
    }

    /// Int32 elements; without a shape a vector.
    /// - Throws: `KeratinError` if the shape has another number of elements.
    @_disfavoredOverload
    package init(_ values: [Int32], shape: Shape? = nil) throws {
        try self.init(.int32(values), count: values.count, shape)
    }

    /// Bytes, such as pixels; without a shape a vector.
    /// - Throws: `KeratinError` if the shape has another number of elements.
    @_disfavoredOverload
    package init(_ values: [UInt8], shape: Shape? = nil) throws {
        try self.init(.uint8(values), count: values.count, shape)
    }

    /// Int64 elements; without a shape a vector.
    /// - Throws: `KeratinError` if the shape has another number of elements.
    @_disfavoredOverload
    package init(_ values: [Int64], shape: Shape? = nil) throws {
        try self.init(.int64(values), count: values.count, shape)
    }

    /// Truth values; without a shape a vector.
    /// - Throws: `KeratinError` if the shape has another number of elements.
    @_disfavoredOverload
    package init(_ values: [Bool], shape: Shape? = nil) throws {
        try self.init(.bool(values), count: values.count, shape)
    }

    /// Rows of equal length as a matrix.
    package init(rows: [[Float]]) throws {
        let width = rows.first?.count ?? 0
        guard rows.allSatisfy({ $0.count == width }) else {
            throw KeratinError(.shapeMismatch, "rows have different lengths")
        }
        try self.init(rows.flatMap { $0 }, shape: [rows.count, width])
    }

    /// The numbers that a device gave.
    package init(bytes: [UInt8], _ type: TensorType) throws {
        func values<Element: BitwiseCopyable>(_: Element.Type) -> [Element] {
            bytes.withUnsafeBytes { buffer in
                (0..<type.count).map {
                    buffer.loadUnaligned(
                        fromByteOffset: $0 * MemoryLayout<Element>.size, as: Element.self)
                }
            }
        }
        switch type.dtype {
        case .float32: try self.init(values(Float.self), shape: type.shape)
        case .int32: try self.init(values(Int32.self), shape: type.shape)
        case .uint8: try self.init(bytes, shape: type.shape)
        case .bool: try self.init(bytes.map { $0 != 0 }, shape: type.shape)
        }
    }

    private init(_ storage: Storage, count: Int, _ shape: Shape?) throws {
        let shape = shape ?? [count]
        guard shape.count == count, shape.dimensions.allSatisfy({ $0 >= 0 }) else {
            throw KeratinError(
                .shapeMismatch, "shape \(shape) has \(shape.count) elements, got \(count)")
        }
        self.shape = shape
        self.storage = storage
    }

    /// The number of samples: the first extent.
    package var count: Int { shape.dimensions.first ?? 1 }

    /// The element type on a device.
    package var dtype: DType {
        switch storage {
        case .float32: .float32
        case .int32, .int64: .int32
        case .uint8: .uint8
        case .bool: .bool
        }
    }

    /// The numbers as floats, row-major.
    package var floats: [Float] {
        switch storage {
        case .float32(let values): values
        case .int32(let values): values.map { Float($0) }
        case .uint8(let values): values.map { Float($0) }
        case .int64(let values): values.map { Float($0) }
        case .bool(let values): values.map { $0 ? 1 : 0 }
        }
    }

    /// Elements of one sample.
    package var sampleCount: Int { Shape(Array(shape.dimensions.dropFirst())).count }

    /// Samples `range`, in order; those of them that there are, as a slice of NumPy gives.
    package func samples(_ range: Range<Int>) -> HostArray {
        let range = range.clamped(to: 0..<count)
        let elements = (range.lowerBound * sampleCount)..<(range.upperBound * sampleCount)
        let part: Storage =
            switch storage {
            case .float32(let values): .float32(Array(values[elements]))
            case .int32(let values): .int32(Array(values[elements]))
            case .uint8(let values): .uint8(Array(values[elements]))
            case .int64(let values): .int64(Array(values[elements]))
            case .bool(let values): .bool(Array(values[elements]))
            }
        return HostArray(part, Shape([range.count] + shape.dimensions.dropFirst()))
    }

    /// Samples picked by number, in the order of the numbers.
    /// - Throws: `KeratinError` for a number that no sample has.
    package func samples(_ numbers: [Int]) throws -> HostArray {
        if let wrong = numbers.first(where: { $0 < 0 || $0 >= count }) {
            throw KeratinError(
                .invalidArgument, "there is no sample \(wrong): there are \(count)")
        }
        return gathered(numbers, as: [numbers.count])
    }

    /// Samples picked by number, in the shape `leading` + that of a sample.
    package func gathered(_ indices: [Int], as leading: [Int]) -> HostArray {
        func rows<Element>(_ values: [Element]) -> [Element] {
            indices.flatMap { values[($0 * sampleCount)..<(($0 + 1) * sampleCount)] }
        }
        let part: Storage =
            switch storage {
            case .float32(let values): .float32(rows(values))
            case .int32(let values): .int32(rows(values))
            case .uint8(let values): .uint8(rows(values))
            case .int64(let values): .int64(rows(values))
            case .bool(let values): .bool(rows(values))
            }
        return HostArray(part, Shape(leading + shape.dimensions.dropFirst()))
    }

    /// The same numbers in another shape; one extent may be −1.
    package func reshaped(_ shape: Shape) throws -> HostArray {
        HostArray(storage, try self.shape.resolve(target: shape))
    }

    init(_ storage: Storage, _ shape: Shape) {
        self.storage = storage
        self.shape = shape
    }
}

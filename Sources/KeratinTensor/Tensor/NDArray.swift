import KeratinCore

/// A dense, row-major array in host memory: what data sets hold and what `predict` returns.
public struct NDArray: Hashable, Sendable {
    /// The elements in row-major order, in their own type.
    public enum Storage: Hashable, Sendable {
        case float32([Float])
        case int32([Int32])
        case uint8([UInt8])
        /// Integers that only hosts hold: a model takes them as its input says, labels as int32 if they fit, else as float32.
        case int64([Int64])
    }

    /// The extents; the first one usually counts samples.
    public let shape: Shape
    /// The elements.
    public let storage: Storage

    /// - Throws: `KeratinError` if there are not as many numbers as the shape has elements.
    public init(_ values: [Float], shape: Shape? = nil) throws {
        try self.init(.float32(values), count: values.count, shape)
    }

    /// Int32 elements; without a shape a vector.
    /// - Throws: `KeratinError` if the shape has another number of elements.
    @_disfavoredOverload
    public init(_ values: [Int32], shape: Shape? = nil) throws {
        try self.init(.int32(values), count: values.count, shape)
    }

    /// Bytes, such as pixels; without a shape a vector.
    /// - Throws: `KeratinError` if the shape has another number of elements.
    @_disfavoredOverload
    public init(_ values: [UInt8], shape: Shape? = nil) throws {
        try self.init(.uint8(values), count: values.count, shape)
    }

    /// Int64 elements; without a shape a vector.
    /// - Throws: `KeratinError` if the shape has another number of elements.
    @_disfavoredOverload
    public init(_ values: [Int64], shape: Shape? = nil) throws {
        try self.init(.int64(values), count: values.count, shape)
    }

    /// Rows of equal length as a matrix.
    public init(rows: [[Float]]) throws {
        let width = rows.first?.count ?? 0
        guard rows.allSatisfy({ $0.count == width }) else {
            throw KeratinError(.shapeMismatch, "rows have different lengths")
        }
        try self.init(rows.flatMap { $0 }, shape: [rows.count, width])
    }

    /// A copy of a tensor's numbers. Waits for the device.
    public init(_ tensor: Tensor) throws {
        shape = tensor.shape
        switch tensor.dtype {
        case .float32: storage = .float32(try tensor.floats())
        case .int32: storage = .int32(try tensor.int32s())
        case .uint8: storage = .uint8(try tensor.uint8s())
        case .bool: storage = .uint8(try tensor.bools().map { $0 ? 1 : 0 })
        }
    }

    /// The numbers that a device gave; bools as 0 and 1.
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
        case .uint8, .bool: try self.init(bytes, shape: type.shape)
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
    public var count: Int { shape.dimensions.first ?? 1 }

    /// The element type on a device.
    public var dtype: DType {
        switch storage {
        case .float32: .float32
        case .int32, .int64: .int32
        case .uint8: .uint8
        }
    }

    /// The numbers as floats, row-major.
    public var floats: [Float] {
        switch storage {
        case .float32(let values): values
        case .int32(let values): values.map { Float($0) }
        case .uint8(let values): values.map { Float($0) }
        case .int64(let values): values.map { Float($0) }
        }
    }

    /// Elements of one sample.
    public var sampleCount: Int { Shape(Array(shape.dimensions.dropFirst())).count }

    /// Samples `range`, in order; those of them that there are, as a slice of NumPy gives.
    public func samples(_ range: Range<Int>) -> NDArray {
        let range = range.clamped(to: 0..<count)
        let elements = (range.lowerBound * sampleCount)..<(range.upperBound * sampleCount)
        let part: Storage =
            switch storage {
            case .float32(let values): .float32(Array(values[elements]))
            case .int32(let values): .int32(Array(values[elements]))
            case .uint8(let values): .uint8(Array(values[elements]))
            case .int64(let values): .int64(Array(values[elements]))
            }
        return NDArray(part, Shape([range.count] + shape.dimensions.dropFirst()))
    }

    /// Samples picked by number, in the order of the numbers.
    /// - Throws: `KeratinError` for a number that no sample has.
    public func samples(_ numbers: [Int]) throws -> NDArray {
        if let wrong = numbers.first(where: { $0 < 0 || $0 >= count }) {
            throw KeratinError(
                .invalidArgument, "there is no sample \(wrong): there are \(count)")
        }
        return gathered(numbers, as: [numbers.count])
    }

    /// Samples picked by number, in the shape `leading` + that of a sample.
    package func gathered(_ indices: [Int], as leading: [Int]) -> NDArray {
        func rows<Element>(_ values: [Element]) -> [Element] {
            indices.flatMap { values[($0 * sampleCount)..<(($0 + 1) * sampleCount)] }
        }
        let part: Storage =
            switch storage {
            case .float32(let values): .float32(rows(values))
            case .int32(let values): .int32(rows(values))
            case .uint8(let values): .uint8(rows(values))
            case .int64(let values): .int64(rows(values))
            }
        return NDArray(part, Shape(leading + shape.dimensions.dropFirst()))
    }

    /// The same numbers in another shape; one extent may be −1.
    public func reshaped(_ shape: Shape) throws -> NDArray {
        NDArray(storage, try self.shape.resolve(target: shape))
    }

    /// Every number times a factor, as floats.
    public func scaled(by factor: Float) -> NDArray {
        NDArray(.float32(floats.map { $0 * factor }), shape)
    }

    private init(_ storage: Storage, _ shape: Shape) {
        self.storage = storage
        self.shape = shape
    }
}

extension Tensor {
    /// Copies an array to the device of the backend in force.
    /// - Throws: `KeratinError` for integers of more than 32 bits.
    public init(_ array: NDArray) throws {
        switch array.storage {
        case .float32(let values): try self.init(values, shape: array.shape)
        case .int32(let values): try self.init(values, shape: array.shape)
        case .uint8(let values): try self.init(values, shape: array.shape)
        case .int64(let values):
            let narrow = try values.map { value in
                guard let result = Int32(exactly: value) else {
                    throw KeratinError(
                        .invalidData, "the number \(value) does not fit into int32")
                }
                return result
            }
            try self.init(narrow, shape: array.shape)
        }
    }
}

extension Shape {
    /// The target of a reshape, in which one extent may be −1.
    package func resolve(target: Shape) throws -> Shape {
        let unknown = target.dimensions.filter { $0 == -1 }.count
        let known = Shape(target.dimensions.filter { $0 != -1 }).count
        var result = target
        if unknown == 1, known > 0, count % known == 0 {
            result.dimensions = target.dimensions.map { $0 == -1 ? count / known : $0 }
        }
        guard result.count == count, result.dimensions.allSatisfy({ $0 >= 0 }) else {
            throw KeratinError(
                .shapeMismatch, "\(self) with \(count) elements cannot take the shape \(target)")
        }
        return result
    }
}

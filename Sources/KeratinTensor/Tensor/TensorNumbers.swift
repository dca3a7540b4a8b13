import KeratinCore

// From tensors to Swift's numbers. All of it waits for the device, and throws the error that the tensor carries.

extension Tensor {
    /// The numbers as floats, row-major.
    /// - Throws: the tensor's error; `KeratinError` for symbolic tensors and while recording.
    public func floats() throws -> [Float] { try hostArray().floats }

    /// The elements of an int32 tensor, row-major.
    /// - Throws: the tensor's error; `KeratinError` for another element type, for symbolic tensors and while recording.
    public func int32s() throws -> [Int32] {
        switch try hostArray().storage {
        case .int32(let values): return values
        case .int64(let values): return try HostArray.narrow(values)
        default: throw otherType(.int32)
        }
    }

    /// The elements of a uint8 tensor, row-major.
    /// - Throws: the tensor's error; `KeratinError` for another element type, for symbolic tensors and while recording.
    public func uint8s() throws -> [UInt8] {
        guard case .uint8(let values) = try hostArray().storage else { throw otherType(.uint8) }
        return values
    }

    /// The elements of a bool tensor, row-major.
    /// - Throws: the tensor's error; `KeratinError` for another element type, for symbolic tensors and while recording.
    public func bools() throws -> [Bool] {
        guard case .bool(let values) = try hostArray().storage else { throw otherType(.bool) }
        return values
    }

    /// The elements as numbers of a Swift type, row-major; fractions are cut off where the type has none.
    /// - Throws: the tensor's error; `KeratinError` for a number that the type cannot hold, for symbolic tensors and while recording.
    public func array<Element: TensorElement>(
        of type: Element.Type = Element.self
    ) throws -> [Element] {
        func converted<Source>(
            _ values: [Source], _ number: (Source) -> Double
        ) throws -> [Element] {
            if let same = values as? [Element] { return same }
            return try values.map { value in
                guard let element = Element.value(of: number(value)) else {
                    throw KeratinError(
                        .invalidData, "the number \(value) does not fit into \(Element.self)")
                }
                return element
            }
        }
        return switch try hostArray().storage {
        case .float32(let values): try converted(values) { Double($0) }
        case .int32(let values): try converted(values) { Double($0) }
        case .uint8(let values): try converted(values) { Double($0) }
        case .int64(let values):
            try (values.map { Int($0) } as? [Element]) ?? converted(values) { Double($0) }
        case .bool(let values): try converted(values) { $0 ? 1 : 0 }
        }
    }

    /// The rows of a matrix.
    /// - Throws: the tensor's error; `KeratinError` unless there are two axes.
    public func rows<Element: TensorElement>(of type: Element.Type = Element.self) throws
        -> [[Element]]
    {
        try check()
        guard rank == 2 else {
            throw KeratinError(.shapeMismatch, "rows() needs a matrix, the shape is \(shape)")
        }
        let (values, width) = (try array(of: Element.self), shape[1])
        return (0..<shape[0]).map { Array(values[($0 * width)..<(($0 + 1) * width)]) }
    }

    /// The only number of a tensor with one element.
    /// - Throws: the tensor's error; `KeratinError` if there are more elements, for symbolic tensors and while recording.
    public func item() throws -> Float { try item(Float.self) }

    /// The only number of a tensor with one element, as another Swift type.
    /// - Throws: the tensor's error; `KeratinError` if there are more elements, for symbolic tensors and while recording.
    @_disfavoredOverload
    public func item<Element: TensorElement>(_ type: Element.Type = Element.self) throws -> Element
    {
        try check()
        guard count == 1, !isSymbolic else {
            if isSymbolic { throw Trace.symbolicTensor }
            throw KeratinError(.shapeMismatch, "item() needs one element, the shape is \(shape)")
        }
        return try array(of: Element.self)[0]
    }

    /// The numbers in host memory.
    package func hostArray() throws -> HostArray {
        switch storage {
        case .host(let host): return host.array
        case .number(let number):
            if number.isInteger { return HostArray(.int64([Int64(number.value)]), .scalar) }
            return HostArray(.float32([Float(number.value)]), .scalar)
        default:
            let device = try numbers()
            func values<Element>(_: Element.Type) throws -> [Element] {
                try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
                    try device.read(into: UnsafeMutableRawBufferPointer(buffer))
                    initialized = count
                }
            }
            let storage: HostArray.Storage =
                switch dtype {
                case .float32: .float32(try values(Float.self))
                case .int32: .int32(try values(Int32.self))
                case .uint8: .uint8(try values(UInt8.self))
                case .bool: .bool(try values(UInt8.self).map { $0 != 0 })
                }
            return HostArray(storage, shape)
        }
    }

    private func otherType(_ dtype: DType) -> KeratinError {
        KeratinError(
            .dtypeMismatch, "the tensor holds \(self.dtype.rawValue), not \(dtype.rawValue)")
    }

    private func numbers() throws -> DeviceTensor {
        switch storage {
        case .device(let device): return device
        case .host(let host): return try host.device(on: Context.backend)
        case .number(let number): return try Tensor(number.value, dtype: number.dtype).numbers()
        case .failed(let failure): throw failure.error
        case .symbolic: throw Trace.symbolicTensor
        case .traced(let trace, let value):
            guard let read = try trace.numbers(of: value) else {
                throw KeratinError(
                    .invalidState,
                    "the numbers of a tensor were asked for while its program is being recorded: compile(…, runEagerly: true) lets a model's steps read them",
                    at: Trace.current?.scope)
            }
            return try read.numbers()
        }
    }
}

extension Tensor: Equatable {
    /// Whether both have the same shape, element type and numbers. NaN equals nothing; tensors without numbers equal nothing.
    /// A number of a program's text, as in `metric.result() == 0`, has whatever element type the other has. `.==` compares element by
    /// element.
    public static func == (a: Tensor, b: Tensor) -> Bool {
        if let number = a.weakNumber ?? b.weakNumber {
            let other = a.weakNumber == nil ? a : b
            guard other.rank == 0, let array = try? other.hostArray() else { return false }
            return array.number(at: 0) == number.value
                || other.dtype == .float32 && array.number(at: 0) == Double(Float(number.value))
        }
        guard a.type == b.type, let left = try? a.hostArray(), let right = try? b.hostArray() else {
            return false
        }
        return left == right
    }
}

import KeratinCore
import KeratinTensor

extension HostArray {
    /// The numbers of an array in a file, in one of the element types that host arrays have.
    ///
    /// float16, bfloat16, float32 and float64 become `Float`: float64 is rounded, and what is too large becomes
    /// infinite. uint8 becomes `UInt8`, bool `Bool`. All other integers become `Int32`, or `Int64` if one does not fit.
    /// - Throws: `KeratinError` for an integer that is no `Int64`; it names the first one and its position.
    package init(_ raw: RawArray) throws {
        let shape = Shape(raw.shape)
        switch raw.type {
        case .float16, .bfloat16, .float32, .float64: try self.init(raw.floats, shape: shape)
        case .uint8: try self.init(raw.bytes, shape: shape)
        case .bool: try self.init(raw.bytes.map { $0 != 0 }, shape: shape)
        case .int8: try self.init(integers: raw, Int8.self)
        case .int16: try self.init(integers: raw, Int16.self)
        case .int32: try self.init(raw.copied(as: Int32.self), shape: shape)
        case .int64: try self.init(integers: raw, Int64.self)
        case .uint16: try self.init(integers: raw, UInt16.self)
        case .uint32: try self.init(integers: raw, UInt32.self)
        case .uint64: try self.init(integers: raw, UInt64.self)
        }
    }

    private init<Value: FixedWidthInteger & BitwiseCopyable>(
        integers raw: RawArray, _ type: Value.Type
    ) throws {
        let shape = Shape(raw.shape)
        if let values = raw.integers(type, as: Int32.self).fitting {
            try self.init(values, shape: shape)
            return
        }
        let (wide, misfit) = raw.integers(type, as: Int64.self)
        guard let wide else {
            throw KeratinError(
                .file,
                "the \(raw.type.rawValue) at \(raw.position(misfit ?? 0)) does not fit into 64 bits"
            )
        }
        try self.init(wide, shape: shape)
    }
}

extension HostArray {
    /// One of several arrays in a file, whose name an error tells.
    init(_ raw: RawArray, named name: String) throws {
        do {
            try self.init(raw)
        } catch let error as KeratinError {
            throw KeratinError(.file, "the array '\(name)': \(error.message)")
        }
    }
}

extension RawArray {
    /// The array as files hold it, without a conversion.
    package init(_ array: HostArray) {
        type =
            switch array.storage {
            case .float32: .float32
            case .int32: .int32
            case .uint8: .uint8
            case .int64: .int64
            case .bool: .bool
            }
        shape = array.shape.dimensions
        bytes =
            switch array.storage {
            case .float32(let values): values.withUnsafeBytes { Array($0) }
            case .int32(let values): values.withUnsafeBytes { Array($0) }
            case .uint8(let values): values
            case .int64(let values): values.withUnsafeBytes { Array($0) }
            case .bool(let values): values.map { $0 ? 1 : 0 }
            }
    }

    /// The integers in another type; nil if one does not fit, and where the first such one is.
    fileprivate func integers<
        Value: FixedWidthInteger & BitwiseCopyable, Wanted: FixedWidthInteger
    >(
        _ type: Value.Type, as wanted: Wanted.Type
    ) -> (fitting: [Wanted]?, misfit: Int?) {
        let size = MemoryLayout<Value>.size
        var misfit: Int?
        let values = bytes.withUnsafeBytes { buffer in
            (0..<(buffer.count / size)).map { index -> Wanted in
                let value = buffer.loadUnaligned(fromByteOffset: index * size, as: Value.self)
                if let fitting = Wanted(exactly: value) { return fitting }
                if misfit == nil { misfit = index }
                return 0
            }
        }
        return misfit == nil ? (values, nil) : (nil, misfit)
    }

    /// The indices, axis by axis, of an element that is `index` elements from the first.
    fileprivate func position(_ index: Int) -> [Int] {
        var rest = index
        var indices: [Int] = []
        for extent in shape.reversed() {
            indices.append(rest % extent)
            rest /= extent
        }
        return indices.reversed()
    }
}

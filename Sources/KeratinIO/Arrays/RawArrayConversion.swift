import KeratinCore
import KeratinTensor

extension NDArray {
    /// The numbers of an array in a file, in one of the three element types that host arrays have.
    ///
    /// float16, bfloat16, float32 and float64 become `Float`: float64 is rounded, and what is too large becomes
    /// infinite. uint8 and bool (as 0 and 1) become `UInt8`. All other integers become `Int32`.
    /// - Throws: `KeratinError` for an integer that is no `Int32`; it names the first one and its position.
    package init(_ raw: RawArray) throws {
        let shape = Shape(raw.shape)
        switch raw.type {
        case .float16, .bfloat16, .float32, .float64: try self.init(raw.floats, shape: shape)
        case .uint8: try self.init(raw.bytes, shape: shape)
        case .bool: try self.init(raw.bytes.map { $0 == 0 ? 0 : 1 } as [UInt8], shape: shape)
        case .int8: try self.init(raw.int32s(Int8.self), shape: shape)
        case .int16: try self.init(raw.int32s(Int16.self), shape: shape)
        case .int32: try self.init(raw.copied(as: Int32.self), shape: shape)
        case .int64: try self.init(raw.int32s(Int64.self), shape: shape)
        case .uint16: try self.init(raw.int32s(UInt16.self), shape: shape)
        case .uint32: try self.init(raw.int32s(UInt32.self), shape: shape)
        case .uint64: try self.init(raw.int32s(UInt64.self), shape: shape)
        }
    }
}

extension NDArray {
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
    package init(_ array: NDArray) {
        type =
            switch array.storage {
            case .float32: .float32
            case .int32: .int32
            case .uint8: .uint8
            }
        shape = array.shape.dimensions
        bytes =
            switch array.storage {
            case .float32(let values): values.withUnsafeBytes { Array($0) }
            case .int32(let values): values.withUnsafeBytes { Array($0) }
            case .uint8(let values): values
            }
    }

    fileprivate func int32s<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) throws -> [Int32] {
        let size = MemoryLayout<Value>.size
        var misfit: (index: Int, value: Value)?
        let values = bytes.withUnsafeBytes { buffer in
            (0..<(buffer.count / size)).map { index -> Int32 in
                let value = buffer.loadUnaligned(fromByteOffset: index * size, as: Value.self)
                if let fitting = Int32(exactly: value) { return fitting }
                if misfit == nil { misfit = (index, value) }
                return 0
            }
        }
        if let misfit {
            throw KeratinError(
                .file,
                "the \(self.type.rawValue) at \(position(misfit.index)) is \(misfit.value), "
                    + "which does not fit into 32 bits; integers are held in int32")
        }
        return values
    }

    /// The indices, axis by axis, of an element that is `index` elements from the first.
    private func position(_ index: Int) -> [Int] {
        var rest = index
        var indices: [Int] = []
        for extent in shape.reversed() {
            indices.append(rest % extent)
            rest /= extent
        }
        return indices.reversed()
    }
}

import KeratinCore

/// A tensor that has values: a place in a device's memory.
final class DeviceTensor: @unchecked Sendable {
    let backend: any Backend
    let slice: BufferSlice
    let type: TensorType

    init(backend: any Backend, slice: BufferSlice, type: TensorType) {
        self.backend = backend
        self.slice = slice
        self.type = type
    }

    /// New memory for a tensor of the type; its values are undefined.
    convenience init(allocating type: TensorType, on backend: any Backend) throws {
        let buffer = try backend.allocate(byteCount: type.byteCount)
        self.init(backend: backend, slice: BufferSlice(buffer), type: type)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        if !bytes.isEmpty { try backend.write(bytes, to: slice) }
    }

    /// Copies as many bytes as the tensor has from a place on the same device.
    func copy(from source: BufferSlice) throws {
        if type.byteCount > 0 {
            try backend.copy(source, to: slice, byteCount: type.byteCount)
        }
    }

    func read(into bytes: UnsafeMutableRawBufferPointer) throws {
        if !bytes.isEmpty { try backend.read(slice, into: bytes) }
    }
}

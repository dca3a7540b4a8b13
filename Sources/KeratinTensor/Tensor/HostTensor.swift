import KeratinCore

/// A tensor whose numbers lie in host memory and belong to no backend. What an operation needs of it is copied to the backend
/// that computes the operation, once for all that follow there.
package final class HostTensor: Sendable {
    package let array: HostArray
    /// The copy on the backend that asked last.
    private let copy = Locked<DeviceTensor?>(nil)

    init(_ array: HostArray) { self.array = array }

    var type: TensorType { TensorType(array.shape, array.dtype) }

    /// The numbers on a backend.
    /// - Throws: `KeratinError` for integers of more than 32 bits; `BackendError` from the device.
    func device(on backend: any Backend) throws -> DeviceTensor {
        try copy.withLock { copy in
            if let copy, copy.backend === backend { return copy }
            let device = try DeviceTensor(allocating: type, on: backend)
            try array.withDeviceBytes { try device.write($0) }
            copy = device
            return device
        }
    }
}

extension HostArray {
    /// The bytes that a device holds for the numbers.
    func withDeviceBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        switch storage {
        case .float32(let values): try values.withUnsafeBytes(body)
        case .int32(let values): try values.withUnsafeBytes(body)
        case .uint8(let values): try values.withUnsafeBytes(body)
        case .int64(let values): try HostArray.narrow(values).withUnsafeBytes(body)
        case .bool(let values): try values.map { UInt8($0 ? 1 : 0) }.withUnsafeBytes(body)
        }
    }

    /// - Throws: `KeratinError` for a number of more than 32 bits.
    static func narrow(_ values: [Int64]) throws -> [Int32] {
        try values.map { value in
            guard let result = Int32(exactly: value) else {
                throw KeratinError(.invalidData, "the number \(value) does not fit into int32")
            }
            return result
        }
    }
}

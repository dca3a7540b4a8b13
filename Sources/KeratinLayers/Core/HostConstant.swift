import KeratinCore
import KeratinTensor

/// Numbers of the host that recorded code reads.
///
/// A copy is kept for each backend, so that a program which is recorded again is the same program. Losses and metrics are
/// values that models in several tasks may share, and so is this.
final class HostConstant: Sendable {
    private let values: [Float]
    private let shape: Shape
    /// By the backend, which a tensor keeps alive.
    private let copies = Locked<[ObjectIdentifier: Tensor]>([:])

    init(_ values: [Double], shape: Shape) {
        self.values = values.map { Float($0) }
        self.shape = shape
    }

    /// A vector.
    convenience init(_ values: [Double]) { self.init(values, shape: [values.count]) }

    convenience init(_ numbers: Numbers) { self.init(numbers.values, shape: numbers.shape) }

    /// - Throws: `BackendError` if the device has no memory left.
    func read() throws -> Tensor {
        let backend = ObjectIdentifier(try Context.backend)
        return copies.withLock { copies in
            if let copy = copies[backend] { return copy }
            let tensor = Tensor(values, shape: shape)
            copies[backend] = tensor
            return tensor
        }
    }
}

import KeratinCore
import KeratinTestKit

/// The reference backend with one fault, to show that the conformance suite can fail.
final class PerturbedBackend: Backend {
    enum Fault {
        /// The last element of the first result is off by 0.1 %.
        case value
        /// The byte after the first result is written.
        case outOfBounds
        /// The second run gives other bits.
        case unrepeatable
        /// A run allocates.
        case allocation
        /// `supports` is false.
        case unsupported
        /// `makePlan` throws.
        case refusal
    }

    let base = ReferenceBackend()
    let fault: Fault
    let operation: String

    /// - Parameter operation: the name of the operation that goes wrong.
    init(_ fault: Fault, in operation: String) {
        self.fault = fault
        self.operation = operation
    }

    var name: String { "perturbed" }
    var device: DeviceInfo { base.device }
    var counters: BackendCounters { base.counters }

    func supports(_ operation: Operation, inputs: [TensorType], results: [TensorType]) -> Bool {
        !(fault == .unsupported && operation.name == self.operation)
    }

    func workspaceBytes(_ operation: Operation, inputs: [TensorType], results: [TensorType]) -> Int
    {
        base.workspaceBytes(operation, inputs: inputs, results: results)
    }

    func allocate(byteCount: Int) throws -> any DeviceBuffer {
        try base.allocate(byteCount: byteCount)
    }
    func write(_ bytes: UnsafeRawBufferPointer, to slice: BufferSlice) throws {
        try base.write(bytes, to: slice)
    }
    func read(_ slice: BufferSlice, into bytes: UnsafeMutableRawBufferPointer) throws {
        try base.read(slice, into: bytes)
    }
    func synchronize() throws { try base.synchronize() }

    func makePlan(_ steps: [PlanStep]) throws -> any ExecutablePlan {
        try PerturbedPlan(self, steps)
    }
}

private final class PerturbedPlan: ExecutablePlan {
    private indirect enum Step {
        case launch(LaunchRequest, any ExecutablePlan)
        case loop(Int, PerturbedPlan)
    }

    private let backend: PerturbedBackend
    private let steps: [Step]
    private var runs = 0

    init(_ backend: PerturbedBackend, _ steps: [PlanStep]) throws {
        self.backend = backend
        self.steps = try steps.map { step in
            switch step {
            case .launch(let request):
                if backend.fault == .refusal && request.operation.name == backend.operation {
                    throw BackendError.unsupported("no kernel for \(request.operation.name)")
                }
                return .launch(request, try backend.base.makePlan([step]))
            case .loop(let count, let body): return .loop(count, try PerturbedPlan(backend, body))
            }
        }
    }

    var launchCount: Int {
        steps.reduce(0) { sum, step in
            switch step {
            case .launch: sum + 1
            case .loop(let count, let body): sum + count * body.launchCount
            }
        }
    }

    func run() throws {
        runs += 1
        for step in steps {
            switch step {
            case .launch(let request, let plan):
                try plan.run()
                if request.operation.name == backend.operation { try spoil(request.results[0]) }
            case .loop(let count, let body): for _ in 0..<count { try body.run() }
            }
        }
    }

    private func spoil(_ result: Argument) throws {
        guard result.type.count > 0, result.type.dtype == .float32 else { return }
        var last = result.slice
        last.byteOffset += result.type.byteCount - 4
        switch backend.fault {
        case .value: try change(last) { $0 * 1.001 + 1e-3 }
        case .unrepeatable: if runs > 1 { try change(last) { $0.nextUp } }
        case .outOfBounds:
            last.byteOffset += 4
            try change(last) { _ in 0 }
        case .allocation: _ = try backend.base.allocate(byteCount: 16)
        case .unsupported, .refusal: break
        }
    }

    /// Changes a float where it lies.
    private func change(_ slice: BufferSlice, _ body: (Float) -> Float) throws {
        var number: Float = 0
        try withUnsafeMutableBytes(of: &number) { try backend.base.read(slice, into: $0) }
        number = body(number)
        try withUnsafeBytes(of: number) { try backend.base.write($0, to: slice) }
    }
}

import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs `body` on several threads at a time, with the number of each, and waits for all.
package func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    final class Start: Sendable {
        let index: Int
        let body: @Sendable (Int) -> Void
        init(_ index: Int, _ body: @escaping @Sendable (Int) -> Void) {
            self.index = index
            self.body = body
        }
    }
    let threads = (0..<count).compactMap { index -> pthread_t? in
        let start = Unmanaged.passRetained(Start(index, body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                start.body(start.index)
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            return nil
        }
        return thread
    }
    for thread in threads { pthread_join(thread, nil) }
}

extension ConformanceRunner {
    /// Plans of several threads, each with buffers of its own, give what they give alone.
    func checkThreads() {
        do {
            let jobs = try (0..<4).map { try ThreadJob($0, on: backend) }
            for job in jobs { try job.prepare() }
            onThreads(jobs.count) { jobs[$0].run() }
            for (index, job) in jobs.enumerated() {
                if let failure = job.failure { fail(.threads, "thread \(index)", failure) }
            }
        } catch {
            fail(.threads, "four plans", "\(error)")
        }
    }
}

/// What one thread does: writes its numbers, runs its plan, reads the result, again and again, with new plans between.
private final class ThreadJob: @unchecked Sendable {
    // Unchecked: made on one thread, used on another, and looked at after that one has ended.
    private let backend: any Backend
    private let values: [Float]
    private let type: TensorType
    private var expected: [UInt8] = []
    private(set) var failure: String?

    init(_ index: Int, on backend: any Backend) throws {
        self.backend = backend
        var draw = Draw("thread \(index)")
        type = TensorType([31 + 2 * index, 31 + 2 * index])
        values = draw.quarters(type.shape).values.map { Float($0) }
    }

    private func once() throws -> [UInt8] {
        let buffers = try (0..<3).map { _ in
            Argument(type, BufferSlice(try backend.allocate(byteCount: type.byteCount)))
        }
        func launch(
            _ primitive: Primitive, _ inputs: [Argument], _ result: Argument
        ) throws -> PlanStep {
            let bytes = backend.workspaceBytes(
                .primitive(primitive), inputs: inputs.map(\.type), results: [result.type])
            return .launch(
                LaunchRequest(
                    operation: .primitive(primitive), inputs: inputs, results: [result],
                    workspace: bytes == 0
                        ? nil : BufferSlice(try backend.allocate(byteCount: bytes))))
        }
        let product = Primitive.matmul(transposeLeft: false, transposeRight: true)
        let plan = try backend.makePlan([
            try launch(product, [buffers[0], buffers[0]], buffers[1]),
            try launch(.unary(.tanh), [buffers[1]], buffers[2]),
            try launch(product, [buffers[2], buffers[0]], buffers[1]),
        ])
        var result = [UInt8](repeating: 0, count: type.byteCount)
        for _ in 0..<3 {
            try values.withUnsafeBytes { try backend.write($0, to: buffers[0].slice) }
            try plan.run()
            try result.withUnsafeMutableBytes { try backend.read(buffers[1].slice, into: $0) }
        }
        return result
    }

    func prepare() throws { expected = try once() }

    func run() {
        do {
            for turn in 0..<20 where failure == nil {
                if try once() != expected { failure = "other numbers than alone, turn \(turn)" }
            }
        } catch {
            failure = "\(error)"
        }
    }
}

import KeratinCore

/// Measures how a device's results are shared out best: each candidate on the device, against the shipped choice and for the same bits.
extension OpenCLBackend {
    /// What was found for one class of products.
    package struct TunedClass: Sendable {
        /// The work that stood for the class.
        package let name: String
        package let productClass: String
        package let candidates: Int
        /// Candidates that failed or gave other numbers; they are never chosen.
        package let rejected: Int
        /// Seconds of the shipped choice and of the best one.
        package let shippedSeconds: Double
        package let bestSeconds: Double
        /// Nil if the shipped choice stays.
        package let choice: String?
    }

    /// Tries the candidates for the classes of products that these operations need, each class once, until the time is used up, and keeps
    /// the table beside the compiled programs. Backends that are opened later use it.
    ///
    /// - Parameters:
    ///   - seconds: for all of it; what is left of the work then is left as it is.
    ///   - stores: whether the table is kept; a table of earlier runs is completed.
    ///   - begin: told of each class before it is measured.
    /// - Throws: `BackendError` if the shipped choice itself cannot run, or the table cannot be written.
    package func tune(
        _ work: [(name: String, operation: Operation, inputs: [TensorType])], seconds: Double,
        stores: Bool = true, begin: (String) -> Void = { _ in }
    ) throws -> [TunedClass] {
        let end = MonotonicClock.seconds() + seconds
        let file = TuningFile(identity: library.cache.identity, family: family)
        var table = stores ? file.load() : .none
        var seen = Set<ProductClass>()
        var found = [TunedClass]()
        for (name, operation, inputs) in work {
            guard MonotonicClock.seconds() < end else { break }
            let results = try operation.resultTypes(inputs)
            guard
                let product = lowering.productOf(operation, inputs: inputs, results: results),
                seen.insert(product.productClass).inserted, product.candidates.count > 1
            else { continue }
            begin(name)
            let trial = try ProductTrial(self, operation, inputs, results)
            let row = try trial.run(name, product, end: end)
            found.append(row.0)
            table.choices[product.productClass] = row.1
        }
        if stores { try file.store(table) }
        return found
    }
}

/// One operation with its memory, run with one choice after the other.
private struct ProductTrial {
    private let backend: OpenCLBackend
    private let operation: Operation
    private let inputs: [Argument]
    private let results: [Argument]

    init(
        _ backend: OpenCLBackend, _ operation: Operation, _ inputs: [TensorType],
        _ results: [TensorType]
    ) throws {
        self.backend = backend
        self.operation = operation
        func memory(_ type: TensorType) throws -> Argument {
            Argument(type, BufferSlice(try backend.allocate(byteCount: type.byteCount)))
        }
        self.inputs = try inputs.enumerated().map { place, type in
            let argument = try memory(type)
            // Numbers whose sums depend on their order.
            let values = (0..<type.count).map { Float(($0 * 7919 + place * 31) % 1009) / 997 - 0.5 }
            try values.withUnsafeBytes { try backend.write($0, to: argument.slice) }
            return argument
        }
        self.results = try results.map(memory)
    }

    /// - Returns: what is told, and the choice to keep; nil for the shipped one.
    func run(
        _ name: String, _ product: KernelLowering.TunableProduct, end: Double
    ) throws -> (OpenCLBackend.TunedClass, ProductChoice?) {
        let shipped = try plan(.none)
        try shipped.run()
        let expected = try bits()
        var best = (seconds: try seconds(shipped), choice: ProductChoice?.none, plan: shipped)
        let first = best.seconds
        var rejected = 0
        for candidate in product.candidates where MonotonicClock.seconds() < end {
            guard candidate != product.shipped else { continue }
            do {
                try poison()
                let plan = try plan(ProductTuning([product.productClass: candidate]))
                try plan.run()
                guard try bits() == expected else {
                    rejected += 1
                    continue
                }
                let time = try seconds(plan)
                if time < best.seconds { best = (time, candidate, plan) }
            } catch is BackendError {
                // Some kernels may not build or fit; the shipped one does.
                rejected += 1
            }
        }
        // What is chosen must be faster once more, with the shipped choice right before it.
        var shippedAgain = first
        if best.choice != nil {
            shippedAgain = min(first, try seconds(shipped))
            best.seconds = try seconds(best.plan)
        }
        let isBetter = best.choice != nil && best.seconds < 0.97 * shippedAgain
        let choice = isBetter ? best.choice : nil
        return (
            OpenCLBackend.TunedClass(
                name: name, productClass: "\(product.productClass)",
                candidates: product.candidates.count, rejected: rejected,
                shippedSeconds: shippedAgain,
                bestSeconds: isBetter ? best.seconds : shippedAgain,
                choice: choice.map { "\($0.rows)×\($0.columns)" }), choice
        )
    }

    private func plan(_ tuning: ProductTuning) throws -> OpenCLPlan {
        var lowering = backend.lowering
        lowering.tuning = tuning
        let bytes = lowering.workspaceBytes(
            operation, inputs: inputs.map(\.type), results: results.map(\.type))
        let request = LaunchRequest(
            operation: operation, inputs: inputs, results: results,
            workspace: bytes > 0 ? BufferSlice(try backend.allocate(byteCount: bytes)) : nil)
        return try backend.plan(lowering.launches(request))
    }

    /// So that nothing of an earlier run passes for this one's.
    private func poison() throws {
        for result in results {
            try backend.fill(result.slice, byteCount: result.type.byteCount) {
                for index in $0.indices { $0[index] = 0xFF }
            }
        }
    }

    private func bits() throws -> [[UInt8]] {
        try results.map { result in
            var bytes = [UInt8](repeating: 0, count: result.type.byteCount)
            try bytes.withUnsafeMutableBytes { try backend.read(result.slice, into: $0) }
            return bytes
        }
    }

    /// Of the fastest of some runs: what else the machine does can only add to it.
    private func seconds(_ plan: OpenCLPlan) throws -> Double {
        func once(_ count: Int) throws -> Double {
            let start = MonotonicClock.seconds()
            for _ in 0..<count { try plan.run() }
            try backend.synchronize()
            return (MonotonicClock.seconds() - start) / Double(count)
        }
        let warm = max(try once(1), 1e-6)
        let count = max(1, min(Int(0.004 / warm), 1000))
        var best = Double.infinity
        for _ in 0..<(warm > 0.2 ? 2 : 5) { best = min(best, try once(count)) }
        return best
    }
}

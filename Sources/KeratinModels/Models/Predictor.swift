import KeratinCore
import KeratinLayers
import KeratinTensor

/// A model's predictions with weights as they are now, for servers: whatever the model does later, the predictor's weights stay.
///
/// Any number of tasks may ask at a time. Each call uses a plan with memory of its own, so that none waits for another one's batch to
/// be staged or read; plans go back to a pool. What runs on the device runs one plan after the other, each with all of it.
///
///     let predictor = try Predictor(model)
///     try await withThrowingTaskGroup(of: NDArray.self) { group in
///         for x in requests { group.addTask { try predictor.predict(x) } }
///         …
public final class Predictor: Sendable {
    // The model is asked for recordings alone, under its lock; its weights are replaced by copies.
    private let model: Model
    private let frozen: FrozenStates
    private let changes: Int
    /// The backend that predictions run on.
    private let backend: any Backend
    private let pool = Locked<[PlanCache.Key: Entry]>([:])
    private let seed = RandomSeed.next()
    private let runs = Locked(0)

    /// Signatures with plans; plans of one signature that wait for work.
    private static let (mostSignatures, mostIdle) = (16, 8)

    private struct Entry {
        var function: TracedFunction
        var areRowsIndependent: Bool?
        var idle: [Plan] = []
    }

    /// Copies the weights of a model.
    /// - Throws: `KeratinError` if the model is not built, or keeps a state from one batch to the next; `BackendError.outOfMemory`.
    public init(_ model: Model) throws {
        self.model = model
        (frozen, backend, changes) = try model.lock.withLock {
            try model.requireBuilt()
            guard !model.isStateful else {
                throw KeratinError(
                    .invalidArgument,
                    "keeps a state from one batch to the next, which a predictor cannot: its batches come in no order",
                    at: model.name)
            }
            try model.training?.requireWhole(model)
            let backend = try model.resolvedBackend()
            return (try FrozenStates(model.weights.map(\.state)), backend, model.changeCount)
        }
    }

    /// The name of the backend that predictions run on.
    public var backendName: String { backend.name }

    /// The model's result for inputs [samples, …], as `Model.predict` gives it.
    /// - Throws: `KeratinError` for data that do not fit, and for a model with several outputs (see `predictAll`); `BackendError`
    ///   from the device.
    public func predict(_ x: some ModelArrays, batchSize: Int = 32) throws -> NDArray {
        let results = try predictAll(x, batchSize: batchSize)
        guard results.count == 1 else {
            throw KeratinError(
                .invalidArgument, "has \(results.count) outputs: predictAll gives all of them",
                at: model.name)
        }
        return results[0]
    }

    /// The results of every output, in the model's order, for inputs [samples, …].
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    public func predictAll(_ x: some ModelArrays, batchSize: Int = 32) throws -> [NDArray] {
        guard batchSize > 0 else {
            throw KeratinError(
                .invalidArgument, "batchSize must be positive, got \(batchSize)", at: model.name)
        }
        var prediction = BatchedPrediction(
            try model.check(x), types: model.inputTypes, batchSize: batchSize, at: model.name)
        for step in 0..<prediction.steps {
            let rows = try prediction.rows(step) { try areRowsIndependent($0, $1) }
            let key = prediction.key(rows)
            let plan = try take(key)
            try prediction.run(step, rows: rows, plan) {
                let run =
                    plan.drawsRandomNumbers
                    ? runs.withLock {
                        $0 += 1
                        return $0
                    } : 0
                try plan.run(seed: seed, step: run)
            }
            // A plan whose run failed is not used again.
            giveBack(plan, key)
        }
        return try prediction.arrays().map { Tensor($0) }
    }

    // MARK: The pool

    private func take(_ key: PlanCache.Key) throws -> Plan {
        let idle = pool.withLock { $0[key]?.idle.popLast() }
        if let idle { return idle }
        let known = try function(key)
        // Plans that run at a time must not report to one place.
        return try Plan(known.status == nil ? known : try record(key), on: backend)
    }

    private func giveBack(_ plan: Plan, _ key: PlanCache.Key) {
        pool.withLock { entries in
            if let count = entries[key]?.idle.count, count < Self.mostIdle {
                entries[key]?.idle.append(plan)
            }
        }
    }

    /// The recorded function of a signature.
    private func function(_ key: PlanCache.Key) throws -> TracedFunction {
        if let known = pool.withLock({ $0[key]?.function }) { return known }
        let function = try record(key)
        pool.withLock { entries in
            if entries[key] == nil {
                if entries.count >= Self.mostSignatures { entries = [:] }
                entries[key] = Entry(function: function)
            }
        }
        return function
    }

    private func areRowsIndependent(
        _ key: PlanCache.Key, _ short: PlanCache.Key
    ) throws -> Bool {
        if let known = pool.withLock({ $0[key]?.areRowsIndependent }) { return known }
        let areIndependent = RowIndependence.holds(try function(key), try record(short))
        pool.withLock { $0[key]?.areRowsIndependent = areIndependent }
        return areIndependent
    }

    private func record(_ key: PlanCache.Key) throws -> TracedFunction {
        try model.lock.withLock {
            guard model.changeCount == changes else {
                throw KeratinError(
                    .invalidState,
                    "the model's layers were changed after the predictor was made: make a new one",
                    at: model.name)
            }
            let function = try withBackend(backend) {
                try recordPredictStep(
                    model, key.types.inputs, status: DeviceStatus(), frozen: frozen)
            }
            // What the device reports is stored, too.
            guard function.updates.count == (function.status == nil ? 0 : 1) else {
                throw KeratinError(
                    .invalidState, "a prediction that changes weights or states cannot be frozen",
                    at: model.name)
            }
            return function
        }
    }
}

import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// The model's result for inputs [samples, …]. Any number of tasks may ask one model at a time; batches are served one
    /// after the other, each with the weights of one moment.
    ///
    /// Those of a model with several outputs are found by place or name: `answers[1]`, `answers["priority"]`.
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    public func predict(
        _ x: some ModelArrays, batchSize: Int = 32, verbose: any Verbosity = 0, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> Tensor {
        Tensor(
            results: try predictAll(
                x, batchSize: batchSize, verbose: verbose, steps: steps, callbacks: callbacks),
            names: outputNames, at: name)
    }

    /// The results of every output, in the model's order, for inputs [samples, …].
    /// - Throws: `KeratinError` for data that do not fit; `BackendError` from the device.
    public func predictAll(
        _ x: some ModelArrays, batchSize: Int = 32, verbose: any Verbosity = 0, steps: Int? = nil,
        callbacks: [Callback] = []
    ) throws -> [Tensor] {
        for (name, value) in [("batchSize", batchSize), ("steps", steps ?? 1)] where value < 1 {
            throw KeratinError(
                .invalidArgument, "\(name) must be positive, got \(value)", at: self.name)
        }
        let (arrays, backend) = try lock.withLock {
            let arrays = try check(x)
            try training?.requireWhole(self)
            return (arrays, try resolvedBackend())
        }
        var prediction = BatchedPrediction(
            arrays, types: inputTypes, batchSize: batchSize, at: name)
        let count = min(TrainingLimits.steps(prediction.steps), steps ?? .max)
        let verbose = verbose.verbosity
        guard verbose != 0 || !callbacks.isEmpty else {
            let changes = lock.withLock { changeCount }
            for step in 0..<count {
                try lock.withLock { try predict(step, &prediction, backend, changes) }
            }
            return try prediction.arrays().map { Tensor($0) }
        }
        let list = CallbackList(
            callbacks, addProgbar: verbose != 0, model: self,
            params: ["verbose": verbose, "steps": count])
        stopPredicting = false
        try list.onPredictBegin()
        let changes = lock.withLock { changeCount }
        for step in 0..<count where !stopPredicting {
            try list.onPredictBatchBegin(step)
            try lock.withLock { try predict(step, &prediction, backend, changes) }
            let logs = Logs(numbers: [])
            if !callbacks.isEmpty { logs.outputs = try prediction.last().map { Tensor($0) } }
            try list.onPredictBatchEnd(step, logs: logs)
        }
        try list.onPredictEnd()
        return try prediction.arrays().map { Tensor($0) }
    }

    /// The model's result for one batch.
    public func predictOnBatch(_ x: some ModelArrays) throws -> Tensor {
        try predict(x, batchSize: .max)
    }

    /// One batch.
    private func predict(
        _ step: Int, _ prediction: inout BatchedPrediction, _ backend: any Backend, _ changes: Int
    ) throws {
        let plans = predictionPlans
        if training?.specification.runEagerly == true {
            return try predictEagerly(step, &prediction, backend, changes)
        }
        func record(_ key: PlanCache.Key) throws -> TracedFunction {
            try withBackend(backend) {
                try recordPredictStep(self, key.types.inputs, status: plans.status)
            }
        }
        let rows = try prediction.rows(step) { key, short in
            // Samples that fill up a batch would leave a trace in what a stateful layer remembers.
            try !isStateful
                && plans.rowsAreIndependent(key, short, changes: changes, record: record)
        }
        let key = prediction.key(rows)
        let plan = try plans.plan(key, changes: changes, on: backend) { try record(key) }
        try prediction.run(step, rows: rows, plan) {
            plans.runs += 1
            try plan.run(seed: plans.seed, step: plans.runs)
        }
    }
}

extension Model {
    /// One batch, whose numbers the recording may read.
    private func predictEagerly(
        _ step: Int, _ prediction: inout BatchedPrediction, _ backend: any Backend, _ changes: Int
    ) throws {
        let plans = predictionPlans
        plans.runs += 1
        // What was recorded holds for this batch alone.
        plans.removeAll()
        defer { plans.removeAll() }
        let batch = prediction
        let (seed, run) = (plans.seed, plans.runs)
        let rows = prediction.samples(step).count
        let key = prediction.key(rows)
        let reader = EagerReader.batch(on: backend, seed: seed, step: run) {
            try batch.write(step, rows: rows, to: $0)
        }
        let plan = try plans.plan(key, changes: changes, on: backend) {
            try withBackend(backend) {
                try recordPredictStep(self, key.types.inputs, status: plans.status, reader)
            }
        }
        try prediction.run(step, rows: rows, plan) { try plan.run(seed: seed, step: run) }
    }
}

/// A prediction in batches, whoever has the plans.
struct BatchedPrediction {
    private let inputs: StepData
    private let batchSize: Int
    private let place: String
    private var results: [ResultRows] = []

    init(_ arrays: [HostArray], types: [InputType?], batchSize: Int, at place: String) {
        let parts = StepParts(inputs: arrays, labels: [], weights: [])
        inputs = StepData(
            parts, inputTypes: types)
        self.batchSize = batchSize
        self.place = place
    }

    var steps: Int { (inputs.count - 1) / batchSize + 1 }

    /// Batches of any size share few plans: the next power of two, but no more than a full batch.
    private static func bucket(_ count: Int, _ batchSize: Int) -> Int {
        var bucket = 1
        while bucket < count && bucket < batchSize { bucket *= 2 }
        return min(bucket, batchSize)
    }

    func samples(_ step: Int) -> Range<Int> {
        (step * batchSize)..<min(step * batchSize + batchSize, inputs.count)
    }

    func key(_ rows: Int) -> PlanCache.Key {
        PlanCache.Key(mode: .predict, types: inputs.types(rows))
    }

    /// How many rows the plan for a batch has: more than there are samples if that does not matter.
    /// - Parameter areIndependent: whether a batch of a key's size may hold the samples of another key.
    func rows(
        _ step: Int, areIndependent: (_ key: PlanCache.Key, _ short: PlanCache.Key) throws -> Bool
    ) rethrows -> Int {
        let count = samples(step).count
        let rows = Self.bucket(count, batchSize)
        return try rows == count || areIndependent(key(rows), key(count)) ? rows : count
    }

    /// Stages a batch.
    func write(_ step: Int, rows: Int, to plan: Plan) throws {
        try inputs.write(samples(step), padded: rows, to: plan)
    }

    /// Stages a batch, runs its plan and takes the results.
    mutating func run(_ step: Int, rows: Int, _ plan: Plan, _ body: () throws -> Void) throws {
        let samples = samples(step)
        let types = (0..<plan.function.resultCount).map { plan.resultType($0) }
        for type in types
        where type.shape.rank == 0 || rows != samples.count && type.shape[0] != rows {
            throw KeratinError(
                .shapeMismatch, "a prediction must have one row per sample, got \(type)", at: place)
        }
        try write(step, rows: rows, to: plan)
        try body()
        if results.isEmpty { results = types.map { _ in ResultRows() } }
        for (index, type) in types.enumerated() {
            try results[index].append(
                plan, index, rows: rows == samples.count ? type.shape[0] : samples.count)
        }
        try plan.function.status?.check()
    }

    /// The results of the latest batch, one array for each output.
    func last() throws -> [HostArray] { try results.map { try $0.lastBatch() } }

    /// The results of all batches so far, one array for each output.
    func arrays() throws -> [HostArray] { try results.map { try $0.array() } }
}

/// Rows of the results of batches, one batch after the other.
private struct ResultRows {
    private var bytes: [UInt8] = []
    private var type: TensorType?
    /// Of the latest batch.
    private var lastRows = 0

    /// Takes the first rows of one of a plan's results.
    mutating func append(_ plan: Plan, _ index: Int, rows: Int) throws {
        let result = plan.resultType(index)
        var row = result
        row.shape[0] = 1
        var joined = type ?? TensorType(Shape([0] + row.shape.dimensions.dropFirst()), row.dtype)
        guard joined.dtype == row.dtype,
            joined.shape.dimensions.dropFirst() == row.shape.dimensions.dropFirst()
        else {
            throw KeratinError(
                .shapeMismatch, "results of batches differ in shape: \(joined) and \(result)")
        }
        joined.shape[0] += rows
        lastRows = rows
        type = joined
        let start = bytes.count
        bytes += try [UInt8](unsafeUninitializedCapacity: result.byteCount) { buffer, count in
            count = 0
            try plan.read(result: index, into: UnsafeMutableRawBufferPointer(buffer))
            count = result.byteCount
        }
        bytes.removeLast(bytes.count - start - rows * row.byteCount)
    }

    func lastBatch() throws -> HostArray {
        guard var type, type.shape[0] > 0 else { return try array() }
        let size = bytes.count / type.shape[0]
        type.shape[0] = lastRows
        return try HostArray(bytes: Array(bytes.suffix(lastRows * size)), type)
    }

    func array() throws -> HostArray {
        try HostArray(bytes: bytes, type ?? TensorType([0]))
    }
}

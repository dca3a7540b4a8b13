import KeratinCore
import KeratinLayers
import KeratinTensor

/// The plan of a training step.
extension Model {
    /// Stages a batch and runs one training step.
    func trainStep(
        _ session: TrainingSession, _ backend: any Backend, _ data: StepData,
        _ indices: ArraySlice<Int>, _ changes: Int
    ) throws {
        session.settleLogs()
        try lock.withLock {
            let plan = try trainPlan(
                session, backend, data.types(indices.count), changes,
                session.reader(data, indices, training: true, on: backend))
            try session.restorePendingTotals()
            try data.write(indices, to: plan)
            try session.run(plan)
        }
    }

    func trainPlan(
        _ session: TrainingSession, _ backend: any Backend, _ types: StepParts<TensorType>,
        _ changes: Int, _ reader: EagerReader? = nil
    ) throws -> Plan {
        try withMemoryAdvice(types.inputs[0].shape[0]) {
            try session.plans.plan(
                PlanCache.Key(mode: .train, types: types), changes: changes, on: backend
            ) {
                try withBackend(backend) {
                    try session.recordTrainStep(self, types, reader)
                }
            }
        } requirement: { batch in
            let smaller = types.map { type in
                var type = type
                type.shape[0] = batch
                return type
            }
            let function = try withBackend(backend) { try session.recordTrainStep(self, smaller) }
            return try Plan.byteCount(function, on: backend)
        }
    }

    /// Turns a lack of memory into an error that names the largest batch that fits.
    private func withMemoryAdvice<Result>(
        _ batch: Int, _ body: () throws -> Result, requirement: (Int) throws -> Int
    ) throws -> Result {
        do {
            return try body()
        } catch BackendError.outOfMemory(let needed, let available, let largest, _) {
            let total = try requirement(batch)
            var (fits, fails) = (0, batch)
            while fails - fits > 1 {
                let middle = (fits + fails) / 2
                if try requirement(middle) <= available { fits = middle } else { fails = middle }
            }
            let advice =
                fits > 0
                ? "a step of \(batch) samples needs \(total) bytes; the largest batch that fits is \(fits)"
                : "a step of \(batch) samples needs \(total) bytes; not even one sample fits"
            throw BackendError.outOfMemory(
                needed: max(needed, total), available: available, largestAllocation: largest,
                context: advice)
        }
    }

    /// The plan of the training step for batches of this shape, for benchmarks and tests.
    package func trainingStep(_ x: some ModelArrays, _ y: some ModelArrays) throws -> Plan {
        try exclusively {
            let (session, backend, arrays) = try prepare(x, y)
            let data = StepData(arrays, inputTypes: inputTypes)
            return try trainPlan(session, backend, data.types(arrays.count), changeCount)
        }
    }

    /// The training step as it is recorded for batches of this shape, for benchmarks and tests.
    package func recordedTrainingStep(
        _ x: some ModelArrays, _ y: some ModelArrays
    ) throws -> TracedFunction {
        try exclusively {
            let (session, backend, arrays) = try prepare(x, y)
            let data = StepData(arrays, inputTypes: inputTypes)
            return try withBackend(backend) {
                try session.recordTrainStep(self, data.types(arrays.count))
            }
        }
    }

    /// Lets the training step be recorded and compared anew, as a new epoch does.
    package func beginTrainingRound() throws {
        try exclusively { try compiledSession().plans.beginRound() }
    }
}

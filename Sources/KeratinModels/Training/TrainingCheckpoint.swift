import KeratinCore
import KeratinLayers
import KeratinTensor

/// What a run must know to go on where another one was, besides the weights and what the optimizer keeps.
package struct TrainingCheckpoint {
    /// The epoch that goes on, from 0.
    package var epoch: Int
    /// How many of its steps were done.
    package var step: Int
    var position: SourcePosition
    /// What random layers draw from.
    var seed: UInt64
    var otherSteps: Int
    var testSteps: Int
    /// What is drawn from where no seed is said.
    var randomSeed: RandomSeed.Snapshot
    /// The exact learning rate, if it is a number.
    var learningRate: Double?
    /// The totals of an epoch that was begun.
    var totals: [Float]?
    var history: History
    /// What each callback remembers.
    var callbacks: [ConfigValue]
    /// Arrays that go with it, by the owner's kind and place: those of callbacks, and of the model's own metrics in an epoch that was begun.
    package var arrays: [(name: String, values: [Float])] = []

    /// The arrays of a callback or metric, in their order.
    func arrays(of kind: String, _ index: Int) -> [[Float]] {
        arrays.filter { $0.name.hasPrefix("\(kind)/\(index)/") }.map(\.values)
    }
}

extension FitRun {
    /// The state between two steps.
    /// - Parameter step: how many were done of the epoch.
    package func checkpoint(epoch: Int, step: Int) throws -> TrainingCheckpoint {
        var checkpoint = TrainingCheckpoint(
            epoch: epoch, step: step, position: mark?.position ?? source.position,
            seed: session.seed,
            otherSteps: session.otherSteps, testSteps: session.testSteps,
            randomSeed: mark?.randomSeed ?? RandomSeed.snapshot,
            learningRate: model.optimizer?.learningRate.constant,
            totals: step > 0 ? try session.totals?.snapshot() : nil,
            history: callbacks.history ?? History(),
            callbacks: try options.callbacks.map { callback in
                [
                    "class": .string("\(type(of: callback))"),
                    "state": try callback.getState().map { .object($0) } ?? .null,
                ]
            })
        func add(_ kind: String, _ index: Int, _ arrays: [[Float]]) {
            for (number, values) in arrays.enumerated() {
                checkpoint.arrays.append(("\(kind)/\(index)/\(number)", values))
            }
        }
        for (index, callback) in options.callbacks.enumerated() {
            add("callback", index, try callback.getStateArrays())
        }
        if step > 0 {
            for (index, metric) in model.metrics.enumerated() {
                add("metric", index, try metric.snapshot())
            }
        }
        return checkpoint
    }

    /// Lets the run begin where another one was; the weights and the optimizer are that one's already. To be called while the callbacks
    /// are told that the training begins.
    package func resume(_ checkpoint: TrainingCheckpoint) { resumed = checkpoint }

    func restore(_ checkpoint: TrainingCheckpoint) throws {
        let classes = options.callbacks.map { "\(type(of: $0))" }
        let former = checkpoint.callbacks.map { value in
            if case .string(let name) = value["class"] { name } else { "?" }
        }
        guard classes == former else {
            throw KeratinError(
                .invalidData,
                "the run that is to go on had the callbacks \(former.joined(separator: ", ")); now there are "
                    + classes.joined(separator: ", "), at: model.name)
        }
        try source.resume(at: checkpoint.position)
        session.seed = checkpoint.seed
        session.otherSteps = checkpoint.otherSteps
        session.testSteps = checkpoint.testSteps
        if let rate = checkpoint.learningRate { model.learningRate = rate }
        if let totals = checkpoint.totals { session.pendingTotals = totals }
        callbacks.history = checkpoint.history
        for (index, (callback, value)) in zip(options.callbacks, checkpoint.callbacks)
            .enumerated()
        {
            if case .object(let values) = value["state"] { try callback.setState(values) }
            try callback.setStateArrays(checkpoint.arrays(of: "callback", index))
        }
        for (index, metric) in model.metrics.enumerated() where checkpoint.step > 0 {
            try metric.restore(checkpoint.arrays(of: "metric", index))
        }
        RandomSeed.restore(checkpoint.randomSeed)
    }
}

extension TrainingCheckpoint {
    /// As files hold it. Numbers are exact.
    package var value: ConfigValue {
        [
            "epoch": .integer(epoch), "step": .integer(step),
            "walks": .integer(position.walks), "batches": .integer(position.batches),
            "order_seed": .bits(position.seed),
            "walk_seed": position.walkSeed?.seed.map { .bits($0) } ?? .null,
            "walk_count": position.walkSeed.map { .bits($0.count) } ?? .null, "seed": .bits(seed),
            "other_steps": .integer(otherSteps), "test_steps": .integer(testSteps),
            "random_seed": randomSeed.seed.map { .bits($0) } ?? .null,
            "random_count": .bits(randomSeed.count),
            "learning_rate": .bits(learningRate), "totals": totals.map { .bits($0) } ?? .null,
            "history": [
                "epoch": ConfigValue(history.epoch),
                "keys": .list(history.keys.map { .string($0) }),
                "values": .list(history.keys.map { .bits(history[$0] ?? []) }),
                "places": .list(history.keys.map { ConfigValue(history.places[$0] ?? []) }),
                "seconds": .bits(history.seconds),
            ],
            "callbacks": .list(callbacks),
        ]
    }

    /// From what a file holds.
    /// - Throws: `KeratinError` if it is no checkpoint.
    package init(_ value: ConfigValue) throws {
        func part<Value>(_ key: String, _ value: Value?) throws -> Value {
            guard let value else {
                throw KeratinError(.invalidData, "the backup has no '\(key)', or it is damaged")
            }
            return value
        }
        func integer(_ key: String) throws -> Int {
            let number = try part(key, value[key]?.asInteger)
            return try part(key, number >= 0 ? number : nil)
        }
        func word(_ key: String) throws -> UInt64 { try part(key, value[key]?.word) }
        epoch = try integer("epoch")
        step = try integer("step")
        position = SourcePosition()
        position.seed = try word("order_seed")
        position.walks = try integer("walks")
        position.batches = try integer("batches")
        if let count = value["walk_count"]?.word {
            position.walkSeed = RandomSeed.Snapshot(seed: value["walk_seed"]?.word, count: count)
        }
        seed = try word("seed")
        otherSteps = try integer("other_steps")
        testSteps = try integer("test_steps")
        randomSeed = RandomSeed.Snapshot(
            seed: value["random_seed"]?.word, count: try word("random_count"))
        learningRate = value["learning_rate"]?.bits
        totals = value["totals"]?.floatBits
        let kept = try part("history", value["history"])
        history = History()
        guard case .list(let epochs) = kept["epoch"], case .list(let keys) = kept["keys"],
            case .list(let values) = kept["values"], keys.count == values.count,
            case .list(let places) = kept["places"], keys.count == places.count,
            case .list(let states) = value["callbacks"]
        else { throw KeratinError(.invalidData, "the backup is damaged") }
        history.epoch = try epochs.map { try part("epoch", $0.asInteger) }
        for (key, (numbers, rows)) in zip(keys, zip(values, places)) {
            guard case .string(let name) = key else {
                throw KeratinError(.invalidData, "the backup is damaged")
            }
            history.keys.append(name)
            history.history[name] = try part("history", numbers.doubleBits)
            guard case .list(let epochs) = rows else {
                throw KeratinError(.invalidData, "the backup is damaged")
            }
            history.places[name] = try epochs.map { try part("places", $0.asInteger) }
        }
        history.seconds = try part("seconds", kept["seconds"]?.doubleBits)
        callbacks = states
    }
}

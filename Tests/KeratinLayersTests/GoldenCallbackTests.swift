import FoundationEssentials
import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinModels
import KeratinTestKit
import Testing

/// When each hook comes. Family: callback_orders.
struct GoldenOrderCase: Decodable, Sendable {
    /// The hook, its number (-1: none) and the names of the figures.
    struct Event: Decodable, Sendable, Equatable, CustomStringConvertible {
        var hook: String
        var number: Int
        var names: [String]

        init(_ hook: String, _ number: Int, _ names: [String]) {
            self.hook = hook
            self.number = number
            self.names = names
        }

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            hook = try values.decode(String.self)
            number = try values.decode(Int.self)
            names = try values.decode([String].self)
        }

        var description: String { "\(hook) \(number) \(names)" }
    }

    let name: String
    let events: [Event]
    let epochs: [Int]
    let losses: [Double]
    let weights: [GoldenTensor]
}

/// What a callback makes of given figures. Families: callback_decisions, callback_files.
struct GoldenScriptCase: Decodable, Sendable {
    let name: String
    let className: String
    let arguments: [String: ConfigValue]
    let figures: [[String: ConfigValue]]
    /// Steps of each epoch.
    let steps: Int
    let rates: [Double]?
    let stops: [Bool]?
    let weight: Double?
    let logs: [[String]]?
    let before: String?
    let written: [[String]]?
    let text: String?
}

/// The learning rates of a schedule. Family: callback_rates.
struct GoldenRateCase: Decodable, Sendable {
    let name: String
    let rates: [Double]
    let logs: [[String]]
}

@Suite("Keras callbacks", .serialized) struct GoldenCallbackTests {
    /// Notes every hook.
    final class Record: Callback {
        var events: [GoldenOrderCase.Event] = []
        private let stop: (hook: String, number: Int)?

        init(stop: (hook: String, number: Int)? = nil) { self.stop = stop }

        private func note(_ hook: String, _ number: Int, _ logs: Logs) {
            events.append(.init(hook, number, logs.keys.sorted()))
            if let stop, stop == (hook, number) { model.stopTraining = true }
        }

        override func onTrainBegin(logs: Logs) { note("train_begin", -1, logs) }
        override func onTrainEnd(logs: Logs) { note("train_end", -1, logs) }
        override func onEpochBegin(_ epoch: Int, logs: Logs) { note("epoch_begin", epoch, logs) }
        override func onEpochEnd(_ epoch: Int, logs: Logs) { note("epoch_end", epoch, logs) }
        override func onTrainBatchBegin(_ batch: Int, logs: Logs) {
            note("train_batch_begin", batch, logs)
        }
        override func onTrainBatchEnd(_ batch: Int, logs: Logs) {
            note("train_batch_end", batch, logs)
        }
        override func onTestBegin(logs: Logs) { note("test_begin", -1, logs) }
        override func onTestEnd(logs: Logs) { note("test_end", -1, logs) }
        override func onTestBatchBegin(_ batch: Int, logs: Logs) {
            note("test_batch_begin", batch, logs)
        }
        override func onTestBatchEnd(_ batch: Int, logs: Logs) {
            note("test_batch_end", batch, logs)
        }
        override func onPredictBegin(logs: Logs) { note("predict_begin", -1, logs) }
        override func onPredictEnd(logs: Logs) { note("predict_end", -1, logs) }
        override func onPredictBatchBegin(_ batch: Int, logs: Logs) {
            note("predict_batch_begin", batch, logs)
        }
        override func onPredictBatchEnd(_ batch: Int, logs: Logs) {
            #expect(logs.outputs.map(\.rank) == [2])
            note("predict_batch_end", batch, logs)
        }
    }

    private func tiny(stepsPerExecution: Int = 1) throws -> Sequential {
        let model = try Sequential([
            Input(shape: [2]), Dense(1, kernelInitializer: .zeros),
        ])
        try model.compile(
            optimizer: SGD(0.5), loss: "mse", metrics: ["mae"],
            stepsPerExecution: stepsPerExecution)
        return model
    }

    private func data(_ count: Int) -> (x: Tensor, y: Tensor) {
        let x: [Float] = (0..<(2 * count)).map { Float($0 % 5) / 4 }
        let y: [Float] = (0..<count).map { (sample: Int) -> Float in
            (x[2 * sample] - x[2 * sample + 1]) / 2
        }
        return (Tensor(x, shape: [count, 2]), Tensor(y, shape: [count, 1]))
    }

    /// Batches of four, over ten samples again and again.
    private func batches(_ count: Int) -> some Sequence<(Tensor, Tensor)> {
        let (x, y) = data(10)
        func batch(_ number: Int) -> (Tensor, Tensor) {
            let rows: [Int32] = [0, 1, 2, 3].map { Int32((4 * number + $0) % 10) }
            return (x[Tensor(rows)], y[Tensor(rows)])
        }
        return (0..<count).lazy.map(batch)
    }

    // MARK: Orders

    private func run(_ name: String) throws -> (model: Sequential, record: Record, History?) {
        let (x, y) = data(10)
        let held = data(5)
        var record = Record()
        let model = try tiny(stepsPerExecution: name == "several steps at a time" ? 2 : 1)
        var history: History?
        switch name {
        case "fit":
            history = try model.fit(
                x, y, batchSize: 4, epochs: 2, verbose: 0, callbacks: [record], shuffle: false)
        case "fit with validation":
            history = try model.fit(
                x, y, batchSize: 4, epochs: 3, verbose: 0, callbacks: [record],
                validationData: held, shuffle: false, validationFreq: 2)
        case "fit with validation in listed epochs":
            history = try model.fit(
                x, y, batchSize: 5, epochs: 3, verbose: 0, callbacks: [record],
                validationData: held, shuffle: false, validationFreq: [1, 3])
        case "fit with a part for validation":
            history = try model.fit(
                x, y, batchSize: 4, epochs: 1, verbose: 0, callbacks: [record],
                validationSplit: 0.3, shuffle: false, validationBatchSize: 2)
        case "few steps of validation":
            history = try model.fit(
                x, y, batchSize: 5, epochs: 1, verbose: 0, callbacks: [record],
                validationData: (x, y), shuffle: false, validationSteps: 2, validationBatchSize: 2)
        case "later epochs":
            history = try model.fit(
                x, y, batchSize: 5, epochs: 4, verbose: 0, callbacks: [record], shuffle: false,
                initialEpoch: 2)
        case "several steps at a time":
            history = try model.fit(
                x, y, batchSize: 3, epochs: 1, verbose: 0, callbacks: [record],
                validationData: held, shuffle: false)
        case "stopped at a step":
            record = Record(stop: ("train_batch_end", 1))
            history = try model.fit(
                x, y, batchSize: 4, epochs: 3, verbose: 0, callbacks: [record],
                validationData: held, shuffle: false)
        case "stopped at an epoch":
            record = Record(stop: ("epoch_end", 0))
            history = try model.fit(
                x, y, batchSize: 4, epochs: 3, verbose: 0, callbacks: [record], shuffle: false)
        case "steps of an epoch":
            history = try model.fit(
                x, y, batchSize: 3, epochs: 3, verbose: 0, callbacks: [record], shuffle: false,
                stepsPerEpoch: 2)
        case "a generator":
            history = try model.fit(
                batches(.max / 8), epochs: 2, stepsPerEpoch: 3, verbose: 0, callbacks: [record])
        case "a generator with validation":
            history = try model.fit(
                batches(.max / 8), epochs: 2, stepsPerEpoch: 2, verbose: 0, callbacks: [record],
                validationData: repeating(), validationSteps: 1)
        case "a generator that ends":
            history = try model.fit(batches(3), epochs: 1, verbose: 0, callbacks: [record])
        case "evaluate":
            _ = try model.evaluate(x, y, batchSize: 4, verbose: 0, callbacks: [record])
        case "evaluate few steps":
            _ = try model.evaluate(x, y, batchSize: 4, verbose: 0, steps: 2, callbacks: [record])
        case "predict":
            _ = try model.predict(x, batchSize: 4, callbacks: [record])
        default: Issue.record("the case \(name) is not known")
        }
        return (model, record, history)
    }

    /// The endless batches of the generator of a validation, which Keras asks once for each epoch and which goes on.
    private func repeating() -> AnySequence<(Tensor, Tensor)> {
        var next = 0
        let all = Array(batches(2))
        return AnySequence {
            AnyIterator {
                defer { next += 1 }
                return next < all.count ? all[next] : nil
            }
        }
    }

    @Test("Hooks come in Keras's order with its figures", arguments: Backends.names)
    func orders(backend: String) throws {
        let file = try GoldenFile<GoldenOrderCase>.load(
            "callback_orders", in: GoldenFileTests.folder)
        try withBackend(BackendChoice(backend)) {
            for golden in file.cases {
                let (model, record, history) = try run(golden.name)
                // Keras on TensorFlow begins a step for which its generator has nothing any more.
                let expected = golden.events.filter {
                    golden.name != "a generator that ends"
                        || $0 != .init("train_batch_begin", 3, [])
                }
                #expect(record.events == expected, "\(golden.name)")
                #expect(history?.epoch ?? [] == golden.epochs, "\(golden.name)")
                let comparison = Tolerance.history.compare(history?["loss"] ?? [], golden.losses)
                #expect(comparison.isWithin, "\(golden.name): \(comparison)")
                for (weight, expected) in zip(try model.getWeights(), golden.weights) {
                    let comparison = expected.compare(try weight.floats(), .history)
                    #expect(comparison.isWithin, "\(golden.name): \(comparison)")
                }
            }
        }
    }

    // MARK: Given figures

    /// Tells callbacks of epochs with given figures.
    private struct Script {
        let model: Sequential
        var rates: [Double] = []
        var stops: [Bool] = []
        var logs: [[String]] = []

        init(
            _ model: Sequential, _ callbacks: [Callback], _ figures: [[String: ConfigValue]],
            steps: Int
        ) throws {
            self.model = model
            let list = CallbackList(
                callbacks, model: model,
                params: ["epochs": figures.count, "verbose": 0, "steps": steps])
            model.stopTraining = false
            try list.onTrainBegin()
            for (epoch, values) in figures.enumerated() {
                func given() -> Logs {
                    let logs: Logs = [:]
                    for (name, value) in values { logs[name] = GoldenCallbackTests.number(value) }
                    return logs
                }
                try list.onEpochBegin(epoch)
                for step in 0..<steps {
                    try list.onTrainBatchBegin(step)
                    try list.onTrainBatchEnd(step, logs: given())
                }
                let weight = Float(epoch + 1)
                try model.setWeights([
                    Tensor([weight, weight], shape: [2, 1]), Tensor([weight], shape: [1]),
                ])
                let logs = given()
                try list.onEpochEnd(epoch, logs: logs)
                self.logs.append(logs.keys.sorted())
                rates.append(model.learningRate ?? .nan)
                stops.append(model.stopTraining)
                if model.stopTraining { break }
            }
            try list.onTrainEnd()
        }
    }

    private static func number(_ value: ConfigValue) -> Double {
        value.asNumber
            ?? (value == "NaN" ? .nan : value == "Infinity" ? .infinity : -.infinity)
    }

    private func callback(_ golden: GoldenScriptCase, in folder: String = "") throws -> Callback {
        let arguments = golden.arguments
        func number(_ key: String) -> Double? { arguments[key]?.asNumber }
        func integer(_ key: String) -> Int? { arguments[key]?.asInteger }
        func text(_ key: String) -> String? {
            if case .string(let text) = arguments[key] { text } else { nil }
        }
        func flag(_ key: String) -> Bool { arguments[key] == .boolean(true) }
        let monitor = text("monitor") ?? "val_loss"
        let mode = MonitorMode(text("mode") ?? "auto")
        switch golden.className {
        case "EarlyStopping":
            return EarlyStopping(
                monitor: monitor, minDelta: number("min_delta") ?? 0,
                patience: integer("patience") ?? 0, mode: mode, baseline: number("baseline"),
                restoreBestWeights: flag("restore_best_weights"),
                startFromEpoch: integer("start_from_epoch") ?? 0)
        case "ReduceLROnPlateau":
            return ReduceLROnPlateau(
                monitor: monitor, factor: number("factor") ?? 0.1,
                patience: integer("patience") ?? 10, mode: mode,
                minDelta: number("min_delta") ?? 1e-4, cooldown: integer("cooldown") ?? 0,
                minLR: number("min_lr") ?? 0)
        case "TerminateOnNaN": return TerminateOnNaN()
        case "ModelCheckpoint":
            return ModelCheckpoint(
                "\(folder)/\(text("filepath") ?? "")", monitor: monitor,
                saveBestOnly: flag("save_best_only"), saveWeightsOnly: flag("save_weights_only"),
                mode: mode, saveFreq: integer("save_freq").map { .batches($0) } ?? .epoch,
                initialValueThreshold: number("initial_value_threshold"))
        case "CSVLogger":
            return CSVLogger(
                "\(folder)/\(text("filename") ?? "")", separator: text("separator") ?? ",",
                append: flag("append"))
        default: throw KeratinError(.unknownName, "no callback \(golden.className)")
        }
    }

    @Test("Stops, learning rates and restored weights") func decisions() throws {
        let file = try GoldenFile<GoldenScriptCase>.load(
            "callback_decisions", in: GoldenFileTests.folder)
        for golden in file.cases {
            let script = try Script(
                tiny(), [try callback(golden)], golden.figures, steps: golden.steps)
            #expect(script.stops == golden.stops, "\(golden.name)")
            #expect(
                script.rates.map { Float($0) } == golden.rates?.map { Float($0) }, "\(golden.name)")
            #expect(script.logs == golden.logs, "\(golden.name)")
            #expect(
                try script.model.getWeights()[1].floats() == [Float(golden.weight ?? .nan)],
                "\(golden.name)")
        }
    }

    @Test("Schedules of learning rates") func rates() throws {
        let file = try GoldenFile<GoldenRateCase>.load("callback_rates", in: GoldenFileTests.folder)
        for golden in file.cases {
            let scheduler =
                golden.name == "halved"
                ? LearningRateScheduler { _, rate in rate / 2 }
                : LearningRateScheduler { epoch in 1 / Double(epoch + 1) }
            let figures = [[String: ConfigValue]](
                repeating: ["loss": 1.0], count: golden.rates.count)
            let script = try Script(tiny(), [scheduler], figures, steps: 0)
            for (rate, expected) in zip(script.rates, golden.rates) {
                #expect(Float(rate) == Float(expected), "\(golden.name)")
            }
            #expect(script.logs == golden.logs, "\(golden.name)")
        }
    }

    // MARK: Files

    /// Notes which files were written.
    private final class Watch: Callback {
        let folder: String
        var written: [[String]] = []
        private var seen: [String: Int] = [:]

        init(_ folder: String) { self.folder = folder }

        private func look() throws {
            var found: [String: Int] = [:]
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: "\(folder)/\(path)")
                guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
                // Each file takes the place of another one.
                found[path] = attributes[.systemFileNumber] as? Int ?? -1
            }
            written.append(found.keys.filter { found[$0] != seen[$0] }.sorted())
            seen = found
        }

        override func onTrainBatchEnd(_ batch: Int, logs: Logs) throws { try look() }
        override func onEpochEnd(_ epoch: Int, logs: Logs) throws { try look() }
    }

    @Test("Files that are written, and what is in them") func files() throws {
        let file = try GoldenFile<GoldenScriptCase>.load(
            "callback_files", in: GoldenFileTests.folder)
        for golden in file.cases {
            let folder = "\(FileManager.default.temporaryDirectory.path)/keratin-\(UUID())"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            if let before = golden.before, case .string(let name) = golden.arguments["filename"] {
                try before.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
            }
            let watch = Watch(folder)
            _ = try Script(
                tiny(), [try callback(golden, in: folder), watch], golden.figures,
                steps: golden.steps)
            if let text = golden.text {
                let got = try String(contentsOfFile: "\(folder)/log.csv", encoding: .utf8)
                #expect(got == text, "\(golden.name)")
            } else {
                #expect(watch.written == golden.written, "\(golden.name)")
            }
        }
    }
}

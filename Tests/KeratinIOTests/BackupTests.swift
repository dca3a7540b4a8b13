import FoundationEssentials
import Keratin
import KeratinCore
import KeratinIO
import KeratinLayerTestKit
import KeratinModels
import KeratinTestKit
import Testing

@Suite("Trainings that go on") struct BackupTests {
    struct CutOff: Error {}

    /// Ends the program, as it were, after so many steps of the run.
    final class Cut: Callback {
        private var left: Int
        init(after steps: Int) { left = steps }
        override func onTrainBatchEnd(_ batch: Int, logs: Logs) throws {
            left -= 1
            if left == 0 { throw CutOff() }
        }
    }

    private func folder() -> String {
        "\(FileManager.default.temporaryDirectory.path)/keratin-backup-\(UUID())"
    }

    private let x = Tensor((0..<80).map { Float(($0 * 7) % 11) / 11 }, shape: [40, 2])
    private let y = Tensor((0..<40).map { Float(($0 * 5) % 3) }, shape: [40, 1])

    /// One run of a program with everything that draws random numbers or remembers something.
    private func program(
        _ folder: String?, cutAfter steps: Int = .max, saveFreq: SaveFrequency = .epoch,
        fromBatches: Bool
    ) throws -> (weights: [[Float]], history: History) {
        RandomSeed.set(9)
        let model = try Sequential([
            Input(shape: [2]), Dense(6, activation: .tanh), Dropout(0.3), BatchNormalization(),
            Dense(1),
        ])
        try model.compile(
            optimizer: Nadam(learningRate: 0.05, useEMA: true, emaMomentum: 0.9), loss: "mse",
            metrics: ["mae"])
        var callbacks: [Callback] = [
            ReduceLROnPlateau(monitor: "loss", factor: 0.7, patience: 1, minDelta: 0.05),
            EarlyStopping(monitor: "val_loss", patience: 4, restoreBestWeights: true),
        ]
        if let folder { callbacks.append(BackupAndRestore(folder, saveFreq: saveFreq)) }
        callbacks.append(Cut(after: steps))
        let history =
            fromBatches
            ? try model.fit(
                Dataset(x, y).shuffled().batched(8), epochs: 5, stepsPerEpoch: 4, verbose: 0,
                callbacks: callbacks, validationData: (x, y))
            : try model.fit(
                x, y, batchSize: 8, epochs: 5, verbose: 0, callbacks: callbacks,
                validationSplit: 0.2)
        return (try model.getWeights().map { try $0.floats() }, history)
    }

    @Test(
        "However often they were cut off, they end as one that was not", arguments: Backends.names)
    func resumed(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            for fromBatches in [false, true] {
                let whole = try program(nil, fromBatches: fromBatches)
                for (saveFreq, cuts) in [
                    (SaveFrequency.epoch, [1, 6, 9]), (3, [2, 4, 5, 7]), (1, [1, 2, 3, 4, 5]),
                ] {
                    let folder = folder()
                    defer { try? FileManager.default.removeItem(atPath: folder) }
                    for cut in cuts {
                        #expect(throws: CutOff.self) {
                            try program(
                                folder, cutAfter: cut, saveFreq: saveFreq, fromBatches: fromBatches)
                        }
                    }
                    let resumed = try program(
                        folder, saveFreq: saveFreq, fromBatches: fromBatches)
                    #expect(resumed.weights == whole.weights, "\(saveFreq) \(fromBatches)")
                    #expect(resumed.history.epoch == whole.history.epoch)
                    for key in whole.history.keys {
                        #expect(
                            resumed.history[key] == whole.history[key],
                            "\(key) \(saveFreq) \(fromBatches)")
                    }
                    #expect(!FileManager.default.fileExists(atPath: folder))
                }
            }
        }
    }

    /// Reports a metric of its own.
    final class Watched: Model, @unchecked Sendable {
        let dense = Dense(1)
        let drift = Metric("drift") { yTrue, yPred in yTrue - yPred }
        override func call(_ x: Tensor) -> Tensor { dense(x) }
        override func trainStep(_ batch: Batch) throws -> Logs {
            let logs = try super.trainStep(batch)
            drift.update(try batch.y, self(batch.x))
            logs.add("drift", drift)
            return logs
        }
    }

    @Test("A model's own metrics go on in the midst of an epoch", arguments: Backends.names)
    func ownMetrics(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            func run(_ folder: String?, cut: Int = .max) throws -> History {
                RandomSeed.set(3)
                let model = Watched()
                try model.compile(optimizer: .sgd(learningRate: 0.01), loss: "mse")
                _ = try model.predict(x[0..<2])
                var callbacks: [Callback] = [Cut(after: cut)]
                if let folder { callbacks.append(BackupAndRestore(folder, saveFreq: 2)) }
                return try model.fit(
                    x, y, batchSize: 8, epochs: 2, verbose: 0, callbacks: callbacks)
            }
            let folder = folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let whole = try run(nil)
            #expect(throws: CutOff.self) { try run(folder, cut: 4) }
            #expect(throws: CutOff.self) { try run(folder, cut: 3) }
            // One callback less was there.
            let error = try #require(throws: KeratinError.self) {
                let model = Watched()
                try model.compile(optimizer: .sgd(learningRate: 0.01), loss: "mse")
                _ = try model.predict(x[0..<2])
                try model.fit(
                    x, y, batchSize: 8, epochs: 2, verbose: 0,
                    callbacks: [BackupAndRestore(folder)])
            }
            #expect(error.message.contains("callbacks"))
            let resumed = try run(folder)
            for key in ["loss", "drift"] {
                #expect(resumed[key] != nil)
                #expect(resumed[key] == whole[key], "\(key)")
            }
        }
    }

    private func simple(_ units: Int = 1) throws -> Sequential {
        let model = try Sequential([Input(shape: [2]), Dense(units), Dense(1)])
        try model.compile(optimizer: "adam", loss: "mse")
        return model
    }

    @Test(
        "A save of another model, a damaged one, one that another run uses, a folder that is a file"
    )
    func mistakes() throws {
        try withBackend(.cpu) {
            let folder = folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            func fit(_ model: Sequential, _ callback: Callback, cut: Int = .max) throws {
                try model.fit(
                    x, y, epochs: 3, verbose: 0, callbacks: [callback, Cut(after: cut)])
            }
            #expect(throws: CutOff.self) {
                try fit(self.simple(), BackupAndRestore(folder), cut: 3)
            }
            let other = try #require(throws: KeratinError.self) {
                try fit(self.simple(5), BackupAndRestore(folder))
            }
            #expect(other.message.contains("another model"))

            final class Second: Callback {
                let body: () throws -> Void
                init(_ body: @escaping () throws -> Void) { self.body = body }
                override func onEpochEnd(_ epoch: Int, logs: Logs) throws { try body() }
            }
            let own = self.folder()
            defer { try? FileManager.default.removeItem(atPath: own) }
            let busy = try #require(throws: KeratinError.self) {
                try simple().fit(
                    x, y, verbose: 0,
                    callbacks: [
                        BackupAndRestore(own),
                        Second { try fit(self.simple(), BackupAndRestore(own)) },
                    ])
            }
            #expect(busy.message.contains("another training"))

            let save = "\(folder)/training.safetensors"
            let bytes = try Data(contentsOf: URL(filePath: save))
            try bytes.prefix(bytes.count / 2).write(to: URL(filePath: save))
            let damaged = try #require(throws: KeratinError.self) {
                try fit(self.simple(), BackupAndRestore(folder))
            }
            #expect(damaged.description.contains("training.safetensors"))
            // The one before is taken where there is one.
            try bytes.write(to: URL(filePath: save + ".bkp"))
            try fit(simple(), BackupAndRestore(folder, doubleCheckpoint: true))

            let file = self.folder()
            try Data().write(to: URL(filePath: file))
            defer { try? FileManager.default.removeItem(atPath: file) }
            #expect(throws: KeratinError.self) {
                try fit(self.simple(), BackupAndRestore(file))
            }
            #expect(throws: KeratinError.self) { try fit(self.simple(), BackupAndRestore("")) }
            #expect(throws: KeratinError.self) {
                try fit(self.simple(), BackupAndRestore(folder, saveFreq: 0))
            }
        }
    }

    @Test("A run that failed lets go of its folder; other callbacks are told") func failedRuns()
        throws
    {
        try withBackend(.cpu) {
            let folder = folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let backup = BackupAndRestore(folder)
            for _ in 0..<2 {
                #expect(throws: CutOff.self) {
                    try simple().fit(
                        x, y, epochs: 3, verbose: 0, callbacks: [backup, Cut(after: 3)])
                }
            }
            // What a run leaves that is killed while it writes.
            let remains = "\(folder)/training.safetensors.Ab12Cd"
            try Data([1, 2, 3]).write(to: URL(filePath: remains))
            // While it lives, another one may have the folder.
            let error = try #require(throws: KeratinError.self) {
                try simple().fit(
                    x, y, epochs: 3, verbose: 0,
                    callbacks: [BackupAndRestore(folder), EarlyStopping("loss")])
            }
            #expect(error.message.contains("Cut") && error.message.contains("EarlyStopping"))
            // Whether a bar is shown makes no other run.
            let history = try simple().fit(
                x, y, epochs: 3, verbose: 2, callbacks: [backup, Cut(after: .max)])
            #expect(history.epoch == [0, 1, 2])
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }

    @Test(
        "A walk that goes on draws as it did, whatever was drawn between the walks",
        arguments: [1, 3])
    func draws(saveFreq: Int) throws {
        final class Draw: Callback {
            override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
                _ = random.normal([2]).sum()
            }
        }
        try withBackend(.cpu) {
            func run(_ folder: String?, cut: Int = .max) throws -> [Float] {
                RandomSeed.set(6)
                let model = try simple()
                var callbacks: [Callback] = [Draw(), Cut(after: cut)]
                if let folder {
                    callbacks.append(BackupAndRestore(folder, saveFreq: .batches(saveFreq)))
                }
                try model.fit(
                    Dataset(x, y).shuffled().batched(8), epochs: 3, verbose: 0, callbacks: callbacks
                )
                return try model.getWeights()[0].floats()
            }
            let folder = folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let whole = try run(nil)
            #expect(throws: CutOff.self) { try run(folder, cut: 9) }
            #expect(throws: CutOff.self) { try run(folder, cut: 4) }
            #expect(try run(folder) == whole)
        }
    }

    @Test("Lines of a log are those of a run that was not cut off") func log() throws {
        try withBackend(.cpu) {
            func run(_ log: String, _ backup: String, cut: Int = .max) throws {
                RandomSeed.set(2)
                try simple().fit(
                    x, y, batchSize: 10, epochs: 4, verbose: 0,
                    callbacks: [CSVLogger(log), BackupAndRestore(backup), Cut(after: cut)])
            }
            let folder = folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try run("\(folder)/whole.csv", "\(folder)/a")
            #expect(throws: CutOff.self) { try run("\(folder)/log.csv", "\(folder)/b", cut: 6) }
            #expect(throws: CutOff.self) { try run("\(folder)/log.csv", "\(folder)/b", cut: 7) }
            try run("\(folder)/log.csv", "\(folder)/b")
            let (whole, resumed) = (
                try String(contentsOfFile: "\(folder)/whole.csv", encoding: .utf8),
                try String(contentsOfFile: "\(folder)/log.csv", encoding: .utf8)
            )
            #expect(whole.split(separator: "\r\n").count == 5)
            #expect(resumed == whole)
        }
    }

    @Test("Names of checkpoints: figures that are not there, endings, braces") func names() throws {
        try withBackend(.cpu) {
            let folder = folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            func message(_ path: String, weights: Bool = false) throws -> String {
                try #require(throws: KeratinError.self) {
                    try simple().fit(
                        x, y, verbose: 0,
                        callbacks: [
                            ModelCheckpoint("\(folder)/\(path)", saveWeightsOnly: weights)
                        ])
                }.message
            }
            #expect(try message("m-{val_loss:.2f}.keras").contains("val_loss"))
            #expect(try message("m.bin").contains(".keras"))
            #expect(try message("m.keras", weights: true).contains(".weights.h5"))
            #expect(try message("m-{epoch.keras").contains("not closed"))
            #expect(try message("m-{epoch:q}.keras").contains("format"))
            try simple().fit(
                x, y, verbose: 0, callbacks: [ModelCheckpoint("\(folder)/{{m}}-{epoch:03d}.keras")])
            #expect(FileManager.default.fileExists(atPath: "\(folder)/{m}-001.keras"))
            #expect(try loadModel("\(folder)/{m}-001.keras").predict(x).shape == [40, 1])
        }
    }
}

import Keratin
import KeratinCore
import KeratinIO
import KeratinTensor
import Testing

@Suite("Model files", .serialized)
struct ModelFileTests {
    private func compiled(_ optimizer: Optimizer = .adam()) throws -> Sequential {
        RandomSeed.set(11)
        let model = try smallNetwork()
        try model.compile(
            optimizer: optimizer, loss: "sparse_categorical_crossentropy",
            metrics: ["accuracy", "sparse_top_k_categorical_accuracy"],
            weightedMetrics: ["accuracy"])
        return model
    }

    @Test(
        "A trained model comes back: weights, predictions, figures, and the same bytes",
        arguments: Backends.names)
    func roundTrip(_ backend: String) throws {
        let folder = try DatasetFileTests.Folder()
        try withBackend(BackendChoice(backend)) {
            let (x, y) = try smallData()
            let model = try compiled()
            try model.fit(x, y, batchSize: 5, epochs: 2, verbose: 0)
            let path = "\(folder.path)/model.keras"
            try model.save(path)
            let loaded = try loadModel(path)
            #expect(loaded.name == "small")
            #expect(loaded.layers.map(\.name) == model.layers.map(\.name))
            #expect(loaded.inputShape == [nil, 6, 6, 2])
            #expect(try loaded.getWeights() == model.getWeights())
            #expect(try loaded.predict(x) == model.predict(x))
            #expect(
                try loaded.evaluate(x, y, batchSize: 4, verbose: 0)
                    == model.evaluate(x, y, batchSize: 4, verbose: 0))
            #expect(try loaded.toJSON() == model.toJSON())
            try loaded.save("\(folder.path)/again.keras")
            #expect(
                try FileAccess.read("\(folder.path)/again.keras") == FileAccess.read(path))
        }
    }

    /// Optimizers that keep different things.
    static let optimizers: [String: Optimizer] = [
        "adam": .adam(learningRate: 0.01),
        "adam with an average": .adam(
            learningRate: 0.01,
            options: OptimizerOptions(useEMA: true, emaMomentum: 0.9, emaOverwriteFrequency: 4)),
        "amsgrad, decay and accumulation": .adam(
            learningRate: .exponentialDecay(0.02, decaySteps: 3, decayRate: 0.8), amsgrad: true,
            options: OptimizerOptions(
                weightDecay: 0.01, globalClipnorm: 0.5, gradientAccumulationSteps: 2)),
        "sgd with momentum": .sgd(learningRate: 0.05, momentum: 0.9, nesterov: true),
        "rmsprop": .rmsprop(learningRate: 0.01),
    ]

    @Test(
        "Training goes on as if there had been no file, bit for bit", arguments: Backends.names,
        optimizers.keys.sorted())
    func trainingGoesOn(_ backend: String, _ name: String) throws {
        let folder = try DatasetFileTests.Folder()
        let optimizer = try #require(Self.optimizers[name])
        try withBackend(BackendChoice(backend)) {
            let (x, y) = try smallData()
            func fit(_ model: Model, _ epochs: Int) throws -> [Double] {
                try model.fit(x, y, batchSize: 5, epochs: epochs, verbose: 0, shuffle: false)[
                    "loss"] ?? []
            }
            let straight = try compiled(optimizer)
            let interrupted = try compiled(optimizer)
            var losses = try fit(straight, 5)
            #expect(try fit(interrupted, 5) == losses)
            let path = "\(folder.path)/model.keras"
            try interrupted.save(path)
            let loaded = try loadModel(path)
            losses = try fit(straight, 5)
            #expect(try fit(loaded, 5) == losses)
            #expect(try loaded.getWeights() == straight.getWeights())
            // At the end of training an average takes the weights' place, so that ten epochs are not twice five.
            if !name.contains("average") {
                let whole = try compiled(optimizer)
                #expect(try fit(whole, 10).suffix(5) == losses[...])
            }
        }
    }

    @Test("A file of weights carries what the optimizer kept, too", arguments: Backends.names)
    func weightsCarryTheOptimizer(_ backend: String) throws {
        let folder = try DatasetFileTests.Folder()
        try withBackend(BackendChoice(backend)) {
            let (x, y) = try smallData()
            let model = try compiled()
            try model.fit(x, y, batchSize: 6, epochs: 3, verbose: 0, shuffle: false)
            try model.saveWeights("\(folder.path)/m.weights.h5")
            let other = try compiled()
            try other.loadWeights("\(folder.path)/m.weights.h5")
            let goOn = { (model: Model) in
                try model.fit(x, y, batchSize: 6, epochs: 3, verbose: 0, shuffle: false).history
            }
            #expect(try goOn(other) == goOn(model))
        }
    }

    @Test("Uncompiled models, and files whose compilation is not wanted")
    func uncompiled() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/model.keras"
        let (x, y) = try smallData()
        try smallNetwork().save(path)
        let plain = try loadModel(path)
        #expect(plain.optimizer == nil)
        #expect(
            words { try plain.fit(x, y, verbose: 0) }
                == "small: is not compiled: call compile first")
        try compiled().save(path)
        #expect(try loadModel(path, compile: false).optimizer == nil)
        #expect(try loadModel(path).optimizer?.name == "adam")
    }

    @Test("The architecture alone, as JSON")
    func json() throws {
        let model = try compiled()
        let text = try model.toJSON()
        let made = try modelFromJSON(text)
        #expect(try made.toJSON() == text)
        #expect(made.parameterCount == model.parameterCount)
        #expect(
            words { _ = try modelFromJSON("{") }
                == "the JSON text: holds no valid JSON: expected a key at byte 1")
        #expect(words { _ = try modelFromJSON("[1]") }.contains("expected a serialized model"))
    }

    @Test("What cannot be saved leaves no file")
    func notSaved() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/model.keras"
        #expect(words { try Sequential([Dense(2)]).save(path) }.contains("is not built"))
        #expect(
            words { try smallNetwork().save("\(folder.path)/model.pt") }.contains(".keras files"))
        let closure = try Sequential([Input(shape: [2]), Lambda(name: "own") { $0 }])
        #expect(words { try closure.save(path) }.contains("Lambda 'own': holds a closure"))
        let model = try Sequential([
            Input(shape: [2]), Dense(2, activation: ActivationFunction("mine") { $0 }),
        ])
        #expect(words { try model.save(path) }.contains("mine: the activation cannot be saved"))
        let loss = try Sequential([Input(shape: [2]), Dense(2)])
        try loss.compile(
            loss: Loss("own_loss") { yTrue, yPred in (yTrue - yPred).mean(axes: [1]) })
        #expect(words { try loss.save(path) }.contains("own_loss"))
        #expect(words { _ = try FileAccess.read(path) }.contains("No such file"))
    }

    @Test("Files that are none")
    func otherFiles() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/x.keras"
        func refusal(_ bytes: [UInt8]) throws -> String {
            try FileAccess.write(bytes, to: path)
            return words { _ = try loadModel(path) }
        }
        #expect(
            words { _ = try loadModel(path) }
                == "\(path): cannot be opened: No such file or directory")
        #expect(
            try refusal([1, 2])
                == "\(path): is no file of a model: it is neither a zip archive nor HDF5")
        let hdf5 = try refusal(HDF5Writer.write(HDF5Group()))
        #expect(
            hdf5
                == "\(path): holds weights of Keras 3 and no model; make the model and call loadWeights"
        )
        #expect(
            try refusal(Zip.write([Zip.Member(name: "a", bytes: [])]))
                == "\(path): is no .keras file: it has no config.json")
        func archive(_ config: String, _ more: [Zip.Member] = []) throws -> [UInt8] {
            try Zip.write([Zip.Member(name: "config.json", bytes: Array(config.utf8))] + more)
        }
        #expect(try refusal(archive("{")).contains("holds no valid JSON"))
        #expect(try refusal(archive("[]")).contains("expected a serialized model"))
        let text = try smallNetwork().toJSON()
        #expect(try refusal(archive(text)) == "\(path): has no model.weights.h5 in it")
        let empty = Zip.Member(name: "model.weights.h5", bytes: [])
        #expect(try refusal(archive(text, [empty])).contains("signature is missing"))
        // Nesting beyond what a reader can follow.
        let deep = String(repeating: "[", count: 100_000)
        #expect(try refusal(archive(deep)).contains("holds no valid JSON"))
    }
}

import Foundation
import Keratin
import KeratinCore
import Testing

/// Further spellings of the same things: each does what the one that it stands for does.
@Suite("More spellings", .serialized) struct MoreSpellingsTests {
    private let x = Tensor((0..<32).map { Float($0) / 8 - 2 }, shape: [8, 4])
    private let y = Tensor((0..<8).map { Float($0 % 2) }, shape: [8, 1])

    @Test("Stacks and layers", arguments: Backends.names)
    func stacks(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let one = try Sequential(
                Dense(3, kernelInitializer: .ones, inputShape: [4]),
                Dense(1, kernelInitializer: .ones))
            let two = try Sequential(layers: [
                Dense(3, kernelInitializer: .ones, inputShape: [4]),
                Dense(1, kernelInitializer: .ones),
            ])
            #expect(try one.predict(x) == two.predict(x))
            let relu = try Sequential(Dense(3, activation: { $0.relu() }, inputShape: [4]))
            #expect(try relu.predict(x).floats().allSatisfy { $0 >= 0 })
            let dense = Dense(3, activation: .tanh, useBias: false)
            #expect(!dense.useBias && dense.activation.name == "tanh")
            let images = Tensor((0..<36).map { Float($0) }, shape: [1, 6, 6, 1])
            let pooled = MaxPooling2D(3, 1)(images)
            #expect(pooled.shape == [1, 4, 4, 1])
            #expect(pooled == MaxPooling2D(3, strides: 1)(images))
            #expect(MaxPooling2D(2, 2)(images) == MaxPooling2D(2)(images))
            // What a layer gives stands beside it; one that stands nowhere says so.
            #expect(one.layers[1].output.isSymbolic && Dense(1).output.error != nil)
        }
    }

    @Test("Learning rates of a model's optimizer")
    func learningRates() throws {
        try withBackend(.cpu) {
            let model = try Sequential(Dense(1, inputShape: [4]))
            let warnings = WarningCollector()
            WarningCollector.$current.withValue(warnings) { model.optimizer.learningRate = 0.5 }
            #expect(warnings.texts.count == 1 && model.optimizer.learningRate == nil)
            try model.compile(optimizer: .sgd, loss: "mse")
            model.optimizer.learningRate = 0.25
            #expect(model.learningRate == 0.25 && model.optimizer.learningRate?(0) == 0.25)
            try model.fit(x, y, verbose: .silent)
        }
    }

    @Test("A split in two parts")
    func split() throws {
        let (xTrain, xTest, yTrain, yTest) = try trainTestSplit(x, y, testSize: 0.3, seed: 4)
        #expect(xTrain.shape == [5, 4] && xTest.shape == [3, 4])
        #expect(yTrain.shape == [5, 1] && yTest.shape == [3, 1])
        // Samples stay beside their labels, and none is lost.
        let firsts = try (xTrain[..., 0].floats() + xTest[..., 0].floats())
        let labels = try (yTrain.floats() + yTest.floats())
        for (first, label) in zip(firsts, labels) {
            #expect(Int((first + 2) * 2) % 2 == Int(label))
        }
        #expect(firsts.sorted() == (try x[..., 0].floats()))
        let again = try trainTestSplit(x, y, testSize: 0.3, seed: 4)
        #expect(again.xTest == xTest)
        let plain = try trainTestSplit(x, y, shuffle: false)
        #expect(plain.xTest == x[0..<2] && plain.yTrain == y[2...])
        #expect(throws: KeratinError.self) { try trainTestSplit(x, y, testSize: 1) }
        #expect(throws: KeratinError.self) { try trainTestSplit(x, y, testSize: .nan) }
        #expect(throws: KeratinError.self) { try trainTestSplit(x, y[0..<3]) }
    }

    @Test("The backend of the process")
    func backends() throws {
        #expect(throws: KeratinError.self) { try setBackend("nowhere") }
        let before = try BackendCatalog.current.name
        try setBackend(BackendChoice(before))
        #expect(try BackendCatalog.current.name == before)
        for name in Backends.names {
            try setBackend(BackendChoice(name))
            #expect(try BackendCatalog.current.name == name)
            // `withBackend` still decides within.
            #expect(try withBackend(.cpu) { try BackendCatalog.current.name } == "cpu")
        }
        try setBackend(BackendChoice(before))
    }

    @Test("Files at URLs", arguments: Backends.names)
    func urls(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try Sequential(Dense(1, inputShape: [4]))
            let url = URL(filePath: temporaryPath("url.keras"))
            defer { try? FileManager.default.removeItem(at: url) }
            try model.save(url)
            #expect(try loadModel(url).predict(x) == model.predict(x))
            let address = try #require(URL(string: "https://example.org/m.keras"))
            #expect(throws: KeratinError.self) { try model.save(address) }
        }
    }
}

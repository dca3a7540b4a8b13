import Foundation
import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinModels
import KeratinTestKit
import Testing

/// Files of tf.keras 2.15, whose optimizers keep no variable for the learning rate, and the losses with which tf.keras
/// itself goes on from them (`Scripts/goldens/tf_keras_optimizers.py`).
@Suite("Optimizers of tf.keras", .serialized)
struct TFKerasOptimizerTests {
    private struct Numbers: Decodable {
        let shape: [Int]
        let values: [Float]

        func array() throws -> NDArray { NDArray(values, shape: Shape(shape)) }
    }

    private struct Case: Decodable {
        let x: Numbers
        let y: Numbers
        let loss: [Double]
    }

    static let folder = Bundle.module.bundlePath + "/Fixtures/tf-keras"
    static let names = [
        "adadelta", "adafactor", "adagrad", "adam", "adam-amsgrad", "adamax", "adamw", "clip",
        "ema", "ftrl", "legacy", "lion", "nadam", "rmsprop", "rmsprop-centered", "schedule",
        "schedule-sgd", "sgd", "sgd-plain",
    ]

    private func item(_ name: String) throws -> Case {
        let data = try Data(contentsOf: URL(filePath: "\(Self.folder)/histories.json"))
        return try #require(try JSONDecoder().decode([String: Case].self, from: data)[name])
    }

    @Test("Training goes on where tf.keras stopped", arguments: Backends.names, names)
    func goesOn(_ backend: String, _ name: String) throws {
        let item = try item(name)
        try withBackend(BackendChoice(backend)) {
            let warnings = WarningCollector()
            let model = try WarningCollector.$current.withValue(warnings) {
                try loadModel("\(Self.folder)/model-\(name).keras")
            }
            #expect(warnings.texts.isEmpty, "\(warnings.texts)")
            let history = try model.fit(
                try item.x.array(), try item.y.array(), batchSize: 2, epochs: item.loss.count,
                verbose: 0, shuffle: false)
            let compared = Tolerance.history.compare(history["loss"] ?? [], item.loss)
            #expect(compared.isWithin, "\(name): \(compared)")
        }
    }

    @Test("What was loaded is saved as Keras 3 does, and goes on the same way", arguments: names)
    func savedAgain(_ name: String) throws {
        let path = NSTemporaryDirectory() + "keratin-\(UUID().uuidString).keras"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let item = try item(name)
        let (x, y) = (try item.x.array(), try item.y.array())
        try withBackend(.cpu) {
            let first = try loadModel("\(Self.folder)/model-\(name).keras")
            try first.fit(x, y, batchSize: 2, epochs: 1, verbose: 0, shuffle: false)
            try first.save(path)
            let second = try loadModel(path)
            let options: (Model) throws -> [Double]? = {
                try $0.fit(x, y, batchSize: 2, epochs: 1, verbose: 0, shuffle: false)["loss"]
            }
            #expect(try options(first) == options(second))
        }
    }

    @Test("Shapes decide which layout a file has, whatever version it names")
    func layouts() throws {
        try withBackend(.cpu) {
            func state() throws -> OptimizerState {
                let model = try Sequential([Input(shape: [2]), Dense(1, useBias: false)])
                try model.compile(optimizer: .sgd(learningRate: 0.5), loss: "mse")
                let training = try #require(model.training)
                try training.prepare(model, try Context.backend)
                return training.optimizer
            }
            func variable(_ shape: Shape, _ values: [Float]) -> OptimizerVariable {
                OptimizerVariable(name: "", shape: shape, values: .float32(values))
            }
            let step = OptimizerVariable(name: "", shape: .scalar, values: .int64([7]))
            for layouts in [[OptimizerLayout.keras3, .tfKeras], [.tfKeras, .keras3]] {
                // tf.keras keeps a momentum for SGD without momentum.
                let old = try state()
                try old.setVariables([step, variable([2, 1], [1, 2])], layouts: layouts)
                #expect(old.iterations == 7 && old.learningRate == 0.5)
                let new = try state()
                try new.setVariables([step, variable(.scalar, [0.25])], layouts: layouts)
                #expect(new.iterations == 7 && new.learningRate == 0.25)
                #expect(throws: KeratinError.self) {
                    try state().setVariables([step, variable([3], [1, 2, 3])], layouts: layouts)
                }
            }
            // A step that counting would carry beyond all integers.
            let huge = OptimizerVariable(name: "", shape: .scalar, values: .int64([.max]))
            #expect(throws: KeratinError.self) {
                try state().setVariables([huge, variable(.scalar, [0.1])])
            }
        }
    }
}

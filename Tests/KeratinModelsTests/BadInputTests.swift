import Keratin
import KeratinTensor
import KeratinTestKit
import Testing

/// What users get wrong: each is a typed error with words that help.
struct BadInputTests {
    private func message(_ body: () throws -> Void) -> String {
        do {
            try withBackend(.cpu) { try body() }
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private func compiled() throws -> Sequential {
        let model = try Sequential([Input(shape: [3]), Dense(2, name: "out")], name: "net")
        try model.compile(optimizer: "sgd", loss: "mse")
        return model
    }

    @Test func unknownNamesSuggestTheNearest() {
        #expect(
            message { try compiled().compile(optimizer: "adma", loss: "mse") }.contains(
                "did you mean 'adam'"))
        #expect(
            message { try compiled().compile(optimizer: "sgd", loss: "mean_square_error") }
                .contains("'mean_squared_error'"))
        #expect(
            message { try compiled().compile(optimizer: "sgd", loss: "mse", metrics: ["acuracy"]) }
                .contains("'accuracy'"))
        #expect(
            message { _ = try Sequential([Input(shape: [2]), Dense(2, activation: "rleu")]) }
                .contains("'relu'"))
        #expect(
            message {
                _ = try Sequential([
                    Input(shape: [2]), Dense(2, kernelInitializer: "glorot_unifrom"),
                ])
            }.contains("'glorot_uniform'"))
        #expect(message { try withBackend("openCL2") {} }.contains("opencl"))
    }

    @Test func dataThatDoNotFit() throws {
        let x = NDArray([Float](repeating: 0, count: 12), shape: [4, 3])
        let y = NDArray([Float](repeating: 0, count: 8), shape: [4, 2])
        let wide = NDArray([Float](repeating: 0, count: 16), shape: [4, 4])
        let empty = NDArray([Float](), shape: [0, 3])
        #expect(
            message { try compiled().fit(wide, y, verbose: 0) }
                == "net: expects inputs of shape (None, 3), got [4, 4]")
        #expect(
            message { try compiled().fit(x, y[0..<3], verbose: 0) }
                == "net: x has 4 samples, y has 3")
        #expect(message { try compiled().fit(empty, y, verbose: 0) }.contains("empty"))
        #expect(message { _ = try compiled().predict(empty) }.contains("empty"))
        #expect(
            message { try compiled().fit(x, y, batchSize: 0, verbose: 0) }.contains("batchSize"))
        #expect(
            message { try compiled().fit(x, y, verbose: 0, validationSplit: 1.5) }.contains("split")
        )
        #expect(
            message { try compiled().fit(x, y, verbose: 0, validationSplit: 0.01) } == "no error")
        #expect(
            message {
                try compiled().fit(
                    x[0..<1], y[0..<1], verbose: 0, validationSplit: 0.5)
            }.contains("split"))
        #expect(
            message {
                try compiled().fit(
                    x, NDArray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], shape: [4, 3]), verbose: 0)
            }.contains("labels (None, 3) with predictions (None, 2)"))
    }

    @Test func layersThatDoNotFitNameThemselves() {
        let convolution = message {
            _ = try Sequential([Input(shape: [5]), Conv2D(2, kernelSize: 3, name: "first")])
        }
        #expect(convolution.contains("Conv2D 'first'"))
        let window = message {
            _ = try Sequential([Input(shape: [2, 2, 1]), Conv2D(2, kernelSize: 3, name: "first")])
        }
        #expect(window.contains("Conv2D 'first'") && window.contains("window"))
        #expect(
            message { _ = try Sequential([Input(shape: [5]), Reshape([2, -1], name: "r")]) }
                .contains("Reshape 'r'"))
        #expect(message { _ = try Sequential([Input(shape: [5]), Dense(0)]) }.contains("positive"))
        #expect(
            message { _ = try Sequential([Input(shape: [5]), Dropout(1.5)]) }.contains("0.0…1")
                || message { _ = try Sequential([Input(shape: [5]), Dropout(1.5)]) }.contains("0…1")
        )
        #expect(
            message {
                _ = try Sequential([Input(shape: [6, 6, 3]), Conv2D(4, kernelSize: 3, groups: 2)])
            }.contains("groups"))
        #expect(
            message {
                _ = try Sequential([
                    Input(shape: [6, 6, 3]), Conv2D(4, kernelSize: 3, strides: 2, dilationRate: 2),
                ])
            }.contains("dilations"))
        #expect(message { _ = try Sequential([Dense(2), Input(shape: [3])]) }.contains("first"))
        #expect(
            message {
                _ = try Sequential([Input(shape: [3]), Dense(2, name: "a"), Dense(2, name: "a")])
            }.contains("'a' is taken"))
    }

    @Test func stepsOutOfOrder() throws {
        let x = NDArray([1, 2, 3], shape: [1, 3])
        let plain = { try Sequential([Input(shape: [3]), Dense(2)], name: "net") }
        #expect(
            message { try plain().fit(x, x, verbose: 0) }
                == "net: is not compiled: call compile first")
        #expect(
            message { _ = try Sequential([Dense(2)], name: "net").getWeights() }.contains(
                "not built"))
    }

    @Test func weightsThatDoNotFitChangeNothing() throws {
        try withBackend(.cpu) {
            let model = try compiled()
            let before = try model.getWeights()
            #expect(throws: KeratinError.self) { try model.setWeights([before[0]]) }
            #expect(throws: KeratinError.self) {
                try model.setWeights([
                    NDArray([1, 2, 3, 4, 5, 6], shape: [3, 2]), NDArray([1, 2, 3]),
                ])
            }
            #expect(try model.getWeights() == before)
        }
    }

    @Test func tooLittleMemoryNamesTheLargestBatchThatFits() throws {
        let message = message {
            try withBackend(ReferenceBackend(memoryBytes: 1 << 20)) {
                let model = try Sequential([
                    Input(shape: [64]), Dense(256, activation: .tanh), Dense(1),
                ])
                try model.compile(optimizer: "sgd", loss: "mse")
                let x = NDArray([Float](repeating: 0.5, count: 2048 * 64), shape: [2048, 64])
                let y = NDArray([Float](repeating: 0.5, count: 2048), shape: [2048, 1])
                try model.fit(x, y, batchSize: 2048, verbose: 0)
            }
        }
        #expect(message.contains("out of memory"), "\(message)")
        let words = message.split(separator: " ")
        let largest = try #require(words.last.flatMap { Int($0) }, "\(message)")
        #expect(largest > 16 && largest < 2048)
    }

    @Test func nanInDataTrainsOn() throws {
        try withBackend(.cpu) {
            let model = try compiled()
            let x = NDArray([.nan, 1, 2], shape: [1, 3])
            let history = try model.fit(x, NDArray([1, 2], shape: [1, 2]), epochs: 2, verbose: 0)
            #expect(history["loss"]!.filter { $0.isNaN }.count == 2)
        }
    }
}

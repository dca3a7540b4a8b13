import FoundationEssentials
import Keratin
import KeratinCore
import KeratinIO
import KeratinModels
import Testing

@Suite("What callbacks write and send") struct ObserverFileTests {
    private let x = Tensor((0..<80).map { Float(($0 * 7) % 11) / 11 }, shape: [40, 2])
    private let y = Tensor((0..<40).map { Float(($0 * 5) % 3) }, shape: [40, 1])

    private func model() throws -> Sequential {
        let model = try Sequential([Input(shape: [2]), Dense(3), Dense(1)])
        try model.compile(optimizer: "adam", loss: "mse")
        return model
    }

    private func folder() -> String {
        "\(FileManager.default.temporaryDirectory.path)/keratin-observers-\(UUID())"
    }

    /// The tags in a file of events, which stand in it as plain text.
    private func text(_ folder: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let file = try #require(names.first { $0.hasPrefix("events.out.tfevents.") })
        return String(
            decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(file)")), as: UTF8.self)
    }

    @Test("TensorBoard: figures of epochs, steps and validations, weights, the model")
    func tensorBoard() throws {
        try withBackend(.cpu) {
            let folder = folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try model().fit(
                x, y, epochs: 3, verbose: 0,
                callbacks: [
                    TensorBoard(
                        folder, histogramFreq: 2, writeStepsPerSecond: true, updateFreq: "batch")
                ],
                validationData: (x, y))
            let train = try text("\(folder)/train")
            for tag in [
                "epoch_loss", "epoch_learning_rate", "epoch_steps_per_second", "batch_loss",
                "batch_steps_per_second", "kernel/histogram", "graph_keras_model",
            ] { #expect(train.contains(tag), "\(tag)") }
            #expect(train.components(separatedBy: "kernel/histogram").count - 1 == 4)
            let validation = try text("\(folder)/validation")
            #expect(validation.contains("epoch_loss"))
            #expect(validation.contains("evaluation_loss_vs_iterations"))
            #expect(!validation.contains("epoch_learning_rate"))

            let plain = self.folder()
            defer { try? FileManager.default.removeItem(atPath: plain) }
            try model().fit(
                x, y, verbose: 0, callbacks: [TensorBoard(logDir: plain, writeGraph: false)])
            let quiet = try text("\(plain)/train")
            #expect(!quiet.contains("batch_loss"))
            #expect(!quiet.contains("graph_keras_model"))
            #expect(!FileManager.default.fileExists(atPath: "\(plain)/validation"))

            for callback in [
                TensorBoard(plain, updateFreq: "never"), TensorBoard(plain, histogramFreq: -1),
            ] {
                #expect(throws: KeratinError.self) {
                    try model().fit(x, y, verbose: 0, callbacks: [callback])
                }
            }
        }
    }

    @Test("A file where the folder should be, a folder where the file should be") func places()
        throws
    {
        try withBackend(.cpu) {
            let path = folder()
            try Data().write(to: URL(filePath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            for callback in [
                TensorBoard(path), CSVLogger("\(path)/log.csv"),
                ModelCheckpoint("\(path)/model.keras"),
            ] {
                let error = try #require(throws: KeratinError.self) {
                    try model().fit(x, y, verbose: 0, callbacks: [callback])
                }
                #expect(error.description.contains(path))
            }
            #expect(throws: KeratinError.self) {
                try model().fit(
                    x, y, verbose: 0,
                    callbacks: [CSVLogger(FileManager.default.temporaryDirectory.path)])
            }
        }
    }

    @Test("A server that does not answer is told of, and the training goes on") func remote() throws
    {
        try withBackend(.cpu) {
            let history = try model().fit(
                x, y, epochs: 2, verbose: 0,
                callbacks: [RemoteMonitor(root: "http://127.0.0.1:9", headers: ["X-Run": "1"])])
            #expect(history.epoch == [0, 1])
        }
    }
}

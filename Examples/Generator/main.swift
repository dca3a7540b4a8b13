import Keratin

/// Pairs from a file that is larger than memory: any `Sequence` of batches will do.
struct Measurements: Sequence {
    let path: String
    func makeIterator() -> some IteratorProtocol<(Tensor, Tensor)> {
        CSVBatches(path, batchSize: 64, features: ["a", "b", "c"], label: "y").makeIterator()
    }
}

final class Beep: Callback {
    override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
        if logs["val_loss"]! < 0.01 {
            model.stopTraining = true
            print("\u{7}")
        }
    }
}

let model = try Sequential([Input(shape: [3]), Dense(32, activation: .relu), Dense(1)])
try model.compile(optimizer: .adam(learningRate: 1e-3), loss: .mse)
try model.fit(
    Measurements(path: "train.csv"), epochs: 50, stepsPerEpoch: 100,
    callbacks: [
        ModelCheckpoint("best.keras", monitor: "val_loss", saveBestOnly: true),
        ReduceLROnPlateau(factor: 0.5, patience: 3),
        CSVLogger("log.csv"),
        BackupAndRestore("backup"),  // after `kill -9` the same program goes on, bit for bit
        Beep(),
    ],
    validationData: Measurements(path: "test.csv"), validationSteps: 10)

import ArgumentParser
import Keratin
import KeratinIO

/// What `keratin train` does in the course of the training.
struct CallbackOptions: ParsableArguments {
    @Option(
        help:
            "Save the model after each epoch: a .keras file, whose name may hold figures, such as model-{epoch:02d}.keras.",
        completion: .models)
    var checkpoint: String?

    @Flag(help: "Save only when the figure that is watched is better than before.")
    var saveBestOnly = false

    @Option(
        help: ArgumentHelp(
            "End the training when the figure that is watched got no better for so many epochs, and take the weights of the best one.",
            valueName: "epochs"))
    var earlyStopping: Int?

    @Option(
        help: "The figure that is watched; default: val_loss, without a validation loss.")
    var monitor: String?

    @Option(help: "Whether that figure is better when it is smaller or greater: auto, min, max.")
    var mode: MonitorMode = .auto

    @Option(
        help: "Where to write the figures of each epoch as it ends, a .csv file.",
        completion: .figures)
    var csv: String?

    @Option(
        help: ArgumentHelp("A folder for TensorBoard.", valueName: "folder"),
        completion: .directory)
    var tensorboard: String?

    @Option(
        help: ArgumentHelp(
            "Keep the state of the training in this folder: the same command goes on from there if it was cut off.",
            valueName: "folder"),
        completion: .directory)
    var resume: String?

    /// The files that are written into folders that are there; others are made.
    var outputs: [String] {
        [checkpoint, csv].compactMap { $0 }.filter { path in
            path.lastIndex(of: "/").map { FileAccess.exists(String(path[...$0])) } ?? true
        }
    }

    /// - Parameter isValidated: whether there are samples that are only evaluated.
    func callbacks(isValidated: Bool) throws -> [Callback] {
        let monitor = monitor ?? (isValidated ? "val_loss" : "loss")
        var callbacks: [Callback] = []
        if let checkpoint {
            callbacks.append(
                ModelCheckpoint(
                    checkpoint, monitor: monitor, saveBestOnly: saveBestOnly, mode: mode))
        } else if saveBestOnly {
            throw KeratinError(.invalidArgument, "--save-best-only needs --checkpoint")
        }
        if let earlyStopping {
            guard earlyStopping >= 0 else {
                throw KeratinError(
                    .invalidArgument, "--early-stopping must be ≥ 0, got \(earlyStopping)")
            }
            callbacks.append(
                EarlyStopping(
                    monitor: monitor, patience: earlyStopping, mode: mode, restoreBestWeights: true
                ))
        }
        if let csv { callbacks.append(CSVLogger(csv, append: false)) }
        if let tensorboard { callbacks.append(TensorBoard(tensorboard)) }
        if let resume { callbacks.append(BackupAndRestore(resume)) }
        return callbacks
    }
}

extension MonitorMode: ExpressibleByArgument {}

import FoundationEssentials
import KeratinCore
import KeratinLayers
import KeratinModels

/// Lets a training go on that was cut off: run the same program again.
///
/// After each epoch, or each so many steps, the weights are saved with all that the rest of the training depends on: what the optimizer keeps, the
/// orders of samples, what dropout draws from, what the other callbacks remember, and the history. A program that is run again goes on behind
/// the last save and ends with the same weights, bit for bit, as if nothing had happened. A `Sequence` of batches is walked over as often
/// as before; its elements must be the same ones.
///
/// A save is one file, `training.safetensors`, written beside the last one, whose place it takes: whenever the program ends, one of them is whole.
public final class BackupAndRestore: Callback, RunKeeper, Holder {
    private let name: String
    /// `name` without `~`, once a run has begun.
    private var folder = ""
    private let deleteCheckpoint: Bool
    private let doubleCheckpoint: Bool
    private var counter: SaveCounter
    private var lock: FolderLock?

    /// - Parameters:
    ///   - backupDir: the folder, of this training alone; it is made if it is not there.
    ///   - saveFreq: after each epoch, or after so many steps.
    ///   - doubleCheckpoint: whether the save before the last is kept as well, as `training.safetensors.bkp`, and taken if the last is damaged.
    ///   - deleteCheckpoint: whether the save goes when the training has come to its end.
    public init(
        _ backupDir: String, saveFreq: SaveFrequency = .epoch, doubleCheckpoint: Bool = false,
        deleteCheckpoint: Bool = true
    ) {
        name = backupDir
        self.deleteCheckpoint = deleteCheckpoint
        self.doubleCheckpoint = doubleCheckpoint
        counter = SaveCounter(saveFreq)
    }

    /// The folder by its name.
    public convenience init(
        backupDir: String, saveFreq: SaveFrequency = .epoch, doubleCheckpoint: Bool = false,
        deleteCheckpoint: Bool = true
    ) {
        self.init(
            backupDir, saveFreq: saveFreq, doubleCheckpoint: doubleCheckpoint,
            deleteCheckpoint: deleteCheckpoint)
    }

    private var path: String { "\(folder)/training.safetensors" }
    private var formerPath: String { path + ".bkp" }

    public override func onTrainBegin(logs: Logs) throws {
        guard !name.isEmpty else {
            throw KeratinError(
                .invalidArgument, "the folder has no name", at: "BackupAndRestore")
        }
        if case .batches(let count) = counter.frequency, count < 1 {
            throw KeratinError(
                .invalidArgument, "saveFreq must be \"epoch\" or a positive number of steps",
                at: "BackupAndRestore")
        }
        guard let run = model.run else {
            throw KeratinError(
                .invalidState, "works within fit alone", at: "BackupAndRestore")
        }
        folder = try UserFolders.expanded(name)
        try FileAccess.makeFolder(folder)
        lock = try FolderLock(folder)
        removeRemains()
        guard let save = try read() else { return }
        try save.restore(model)
        run.resume(save.checkpoint)
    }

    /// Takes away what a run left that was killed while it wrote.
    private func removeRemains() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix("training.safetensors") {
            let place = "\(folder)/\(name)"
            if place != path, place != formerPath { try? FileAccess.remove(place) }
        }
    }

    /// The last save; nil if there is none.
    private func read() throws -> TrainingSave? {
        let paths = [path, formerPath].filter { FileAccess.exists($0) }
        guard let first = paths.first else { return nil }
        do {
            return try TrainingSave(path: first)
        } catch {
            guard doubleCheckpoint, paths.count > 1 else { throw error }
            warn("\(error); the save before is taken")
            return try TrainingSave(path: paths[1])
        }
    }

    package func afterEpoch(_ epoch: Int, of run: FitRun) throws {
        // Steps of the next epoch are counted from its first.
        defer { counter.state.last = nil }
        if counter.frequency == .epoch || counter.isDue((counter.state.last ?? -1) + 1) {
            try save(run, epoch + 1, 0)
        }
    }

    package func afterBatch(_ step: Int, _ epoch: Int, of run: FitRun) throws {
        if counter.isDue(step - 1) { try save(run, epoch, step) }
    }

    private func save(_ run: FitRun, _ epoch: Int, _ step: Int) throws {
        let checkpoint = try run.checkpoint(epoch: epoch, step: step)
        let bytes = try TrainingSave.bytes(run.model, checkpoint)
        if doubleCheckpoint, FileAccess.exists(path) {
            try FileAccess.write(try FileAccess.read(path), to: formerPath)
        }
        try FileAccess.write(bytes, to: path)
    }

    public override func onTrainEnd(logs: Logs) throws {
        if deleteCheckpoint {
            try FileAccess.remove(path)
            try FileAccess.remove(formerPath)
            lock?.remove()
            FileAccess.removeEmptyFolder(folder)
        }
    }

    package func letGo() { lock = nil }

    public override func getState() throws -> [String: ConfigValue]? {
        let (seen, last) = counter.state
        return ["seen": .integer(seen), "last": last.map { .integer($0) } ?? .null]
    }

    public override func setState(_ state: [String: ConfigValue]) throws {
        counter.state = (state["seen"]?.asInteger ?? 0, state["last"]?.asInteger)
    }
}

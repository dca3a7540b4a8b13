import KeratinCore
import KeratinLayers
import KeratinModels

/// Saves the model in the course of the training: after each epoch, or when a figure is better than ever before.
///
/// A file is written beside the old one and then takes its place: whatever happens, the last one is whole.
public final class ModelCheckpoint: Callback {
    private let path: String
    private let verbose: Int
    private let saveBestOnly: Bool
    private let saveWeightsOnly: Bool
    private let initial: Monitor
    private var monitor: Monitor
    private var counter: SaveCounter
    private var epoch = 0
    private var pattern: FilePattern?

    /// The best figure so far; nil before there is one.
    public var best: Double? { monitor.best }

    /// - Parameters:
    ///   - filepath: the file, `.keras`, or `.weights.h5` for weights alone. Figures in braces become a part of the name:
    ///     `model-{epoch:02d}-{val_loss:.2f}.keras`; the epoch counts from 1. A folder that is not there is made.
    ///   - monitor: the name of the figure for `saveBestOnly`.
    ///   - verbose: 1 says what is saved.
    ///   - saveBestOnly: whether only a better figure is a reason to save.
    ///   - saveWeightsOnly: whether the weights alone are saved.
    ///   - mode: whether smaller or greater is better.
    ///   - saveFreq: after each epoch, or after so many steps.
    ///   - initialValueThreshold: the figure that the first one must be better than.
    public init(
        _ filepath: String, monitor: String = "val_loss", verbose: Int = 0,
        saveBestOnly: Bool = false, saveWeightsOnly: Bool = false, mode: MonitorMode = .auto,
        saveFreq: SaveFrequency = .epoch, initialValueThreshold: Double? = nil
    ) {
        path = filepath
        self.verbose = verbose
        self.saveBestOnly = saveBestOnly
        self.saveWeightsOnly = saveWeightsOnly
        initial = Monitor(monitor, mode, best: initialValueThreshold, owner: "ModelCheckpoint")
        self.monitor = initial
        counter = SaveCounter(saveFreq)
    }

    /// The path by its name.
    public convenience init(
        filepath: String, monitor: String = "val_loss", verbose: Int = 0,
        saveBestOnly: Bool = false, saveWeightsOnly: Bool = false, mode: MonitorMode = .auto,
        saveFreq: SaveFrequency = .epoch, initialValueThreshold: Double? = nil
    ) {
        self.init(
            filepath, monitor: monitor, verbose: verbose, saveBestOnly: saveBestOnly,
            saveWeightsOnly: saveWeightsOnly, mode: mode, saveFreq: saveFreq,
            initialValueThreshold: initialValueThreshold)
    }

    /// What is better before what is saved.
    @_disfavoredOverload
    public convenience init(
        _ filepath: String, monitor: String = "val_loss", mode: MonitorMode, verbose: Int = 0,
        saveBestOnly: Bool = false, saveWeightsOnly: Bool = false, saveFreq: SaveFrequency = .epoch
    ) {
        self.init(
            filepath, monitor: monitor, verbose: verbose, saveBestOnly: saveBestOnly,
            saveWeightsOnly: saveWeightsOnly, mode: mode, saveFreq: saveFreq)
    }

    /// The path by its name, what is better before what is saved.
    @_disfavoredOverload
    public convenience init(
        filepath: String, monitor: String = "val_loss", mode: MonitorMode, verbose: Int = 0,
        saveBestOnly: Bool = false, saveWeightsOnly: Bool = false, saveFreq: SaveFrequency = .epoch
    ) {
        self.init(
            filepath, monitor: monitor, verbose: verbose, saveBestOnly: saveBestOnly,
            saveWeightsOnly: saveWeightsOnly, mode: mode, saveFreq: saveFreq)
    }

    public override func onTrainBegin(logs: Logs) throws {
        pattern = try FilePattern(path, at: "ModelCheckpoint")
        if case .batches(let count) = counter.frequency, count < 1 {
            throw KeratinError(
                .invalidArgument, "saveFreq must be \"epoch\" or a positive number of steps",
                at: "ModelCheckpoint")
        }
        if saveWeightsOnly {
            guard path.hasSuffix(".weights.h5") else {
                throw KeratinError(
                    .invalidArgument,
                    "files of weights alone end in .weights.h5, got '\(path)'",
                    at: "ModelCheckpoint")
            }
        } else {
            try requireModelName(path)
        }
    }

    public override func onEpochBegin(_ epoch: Int, logs: Logs) throws { self.epoch = epoch }

    public override func onTrainBatchEnd(_ batch: Int, logs: Logs) throws {
        if counter.isDue(batch) { try save(epoch, batch, logs) }
    }

    public override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
        if saveBestOnly { try monitor.resolve(model, logs) }
        if counter.frequency == .epoch { try save(epoch, nil, logs) }
    }

    private func save(_ epoch: Int, _ batch: Int?, _ logs: Logs) throws {
        guard let pattern else { return }
        var values = logs.figures + [("epoch", Double(epoch + 1))]
        if let batch { values.append(("batch", Double(batch + 1))) }
        let place = try pattern.path(values, at: "ModelCheckpoint")
        guard try isWorthSaving(epoch, logs, place) else { return }
        try FileAccess.makeFolder(of: place)
        if saveWeightsOnly { try model.saveWeights(place) } else { try model.save(place) }
        if verbose > 0 { print("\nEpoch \(epoch + 1): finished saving model to \(place)") }
    }

    private func isWorthSaving(_ epoch: Int, _ logs: Logs, _ place: String) throws -> Bool {
        let name = monitor.name
        guard saveBestOnly else {
            if verbose > 0 { print("\nEpoch \(epoch + 1): saving model to \(place)") }
            return true
        }
        guard let value = logs[name] else {
            warn(
                "ModelCheckpoint looks at '\(name)', which is not there, and saves each time; there are \(logs.keys.joined(separator: ", "))"
            )
            return true
        }
        try monitor.resolve(model, logs)
        let before = monitor.best.map { PrintfNumber.text($0, "f", digits: 5) } ?? "None"
        guard monitor.isBetter(value, than: monitor.best) else {
            if verbose > 0 { print("\nEpoch \(epoch + 1): \(name) did not improve from \(before)") }
            return false
        }
        if verbose > 0 {
            let now = PrintfNumber.text(value, "f", digits: 5)
            print(
                "\nEpoch \(epoch + 1): \(name) improved from \(before) to \(now), saving model to \(place)"
            )
        }
        monitor.best = value
        return true
    }

    public override func getState() throws -> [String: ConfigValue]? {
        let (seen, last) = counter.state
        return [
            "best": .bits(monitor.best), "seen": .integer(seen),
            "last": last.map { .integer($0) } ?? .null,
        ]
    }

    public override func setState(_ state: [String: ConfigValue]) throws {
        monitor.best = state["best"]?.bits
        counter.state = (state["seen"]?.asInteger ?? 0, state["last"]?.asInteger)
    }
}

import KeratinCore
import KeratinLayers

/// Upper bounds for every training and evaluation of the process, so that a program can be tried in seconds (Keras's
/// `config.max_epochs` and `config.max_steps_per_epoch`).
///
/// At first they are what the environment says: `KERAS_MAX_EPOCHS`, `KERAS_MAX_STEPS_PER_EPOCH`. nil: no bound. Loops of your own
/// ask `epochs` and `steps`.
public enum TrainingLimits {
    private static let limits = Locked<(epochs: Int?, steps: Int?)>(
        (number("KERAS_MAX_EPOCHS"), number("KERAS_MAX_STEPS_PER_EPOCH")))

    private static func number(_ variable: String) -> Int? {
        environment(variable).flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// The most epochs of one `fit`.
    public static var maxEpochs: Int? {
        get { limits.withLock { $0.epochs } }
        set { limits.withLock { $0.epochs = newValue } }
    }

    /// The most steps of an epoch, an evaluation or a prediction.
    public static var maxStepsPerEpoch: Int? {
        get { limits.withLock { $0.steps } }
        set { limits.withLock { $0.steps = newValue } }
    }

    /// So many epochs, or fewer if they are bounded, of which a warning tells.
    public static func epochs(_ wanted: Int) -> Int { bounded(wanted, maxEpochs, "epochs") }

    /// So many steps, or fewer if they are bounded, of which a warning tells.
    public static func steps(_ wanted: Int) -> Int {
        bounded(wanted, maxStepsPerEpoch, "the steps of an epoch")
    }

    private static func bounded(_ wanted: Int, _ limit: Int?, _ what: String) -> Int {
        guard let limit, limit < wanted else { return wanted }
        warn("\(what) are limited to \(limit)")
        return limit
    }
}

import KeratinCore
import KeratinLayers

/// Sets the learning rate at the beginning of each epoch.
///
/// ```swift
/// LearningRateScheduler { epoch, rate in epoch < 10 ? rate : rate * 0.9 }
/// ```
public final class LearningRateScheduler: Callback {
    private let schedule: (_ epoch: Int, _ learningRate: Double) throws -> Double
    private let verbose: Int

    /// - Parameters:
    ///   - schedule: from the epoch's number (from 0) and the present rate to the epoch's rate.
    ///   - verbose: 1 says each rate.
    public init(
        _ schedule: @escaping (_ epoch: Int, _ learningRate: Double) throws -> Double,
        verbose: Int = 0
    ) {
        self.schedule = schedule
        self.verbose = verbose
    }

    /// The schedule by its name.
    public convenience init(
        schedule: @escaping (_ epoch: Int, _ learningRate: Double) throws -> Double,
        verbose: Int = 0
    ) { self.init(schedule, verbose: verbose) }

    /// From the epoch's number alone.
    public init(_ schedule: @escaping (_ epoch: Int) throws -> Double, verbose: Int = 0) {
        self.schedule = { epoch, _ in try schedule(epoch) }
        self.verbose = verbose
    }

    public override func onEpochBegin(_ epoch: Int, logs: Logs) throws {
        let old = try model.constantLearningRate(for: "LearningRateScheduler")
        let rate = try schedule(epoch, old)
        guard rate.isFinite, rate >= 0 else {
            throw KeratinError(
                .invalidArgument,
                "the schedule must give a finite rate ≥ 0, got \(rate) for the epoch \(epoch)",
                at: "LearningRateScheduler")
        }
        model.learningRate = rate
        if verbose > 0 {
            print(
                "\nEpoch \(epoch + 1): LearningRateScheduler setting learning rate to \(rate).")
        }
    }

    public override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
        logs["learning_rate"] = model.learningRate
    }
}

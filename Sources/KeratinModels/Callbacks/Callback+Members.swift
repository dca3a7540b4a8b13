// What people write in a list of callbacks: `callbacks: [.earlyStopping(patience: 3)]`.

extension Callback {
    /// See `EarlyStopping`.
    public static func earlyStopping(
        monitor: String = "val_loss", minDelta: Double = 0, patience: Int = 0, verbose: Int = 0,
        mode: MonitorMode = .auto, baseline: Double? = nil, restoreBestWeights: Bool = false,
        startFromEpoch: Int = 0
    ) -> Callback {
        EarlyStopping(
            monitor: monitor, minDelta: minDelta, patience: patience, verbose: verbose, mode: mode,
            baseline: baseline, restoreBestWeights: restoreBestWeights,
            startFromEpoch: startFromEpoch)
    }

    /// See `ReduceLROnPlateau`.
    public static func reduceLROnPlateau(
        monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10, verbose: Int = 0,
        mode: MonitorMode = .auto, minDelta: Double = 1e-4, cooldown: Int = 0, minLR: Double = 0
    ) -> Callback {
        ReduceLROnPlateau(
            monitor: monitor, factor: factor, patience: patience, verbose: verbose, mode: mode,
            minDelta: minDelta, cooldown: cooldown, minLR: minLR)
    }

    /// See `LearningRateScheduler`.
    public static func learningRateScheduler(
        verbose: Int = 0,
        _ schedule: @escaping (_ epoch: Int, _ learningRate: Double) throws -> Double
    ) -> Callback { LearningRateScheduler(schedule, verbose: verbose) }

    /// See `TerminateOnNaN`.
    public static var terminateOnNaN: Callback { TerminateOnNaN() }
}

import KeratinModels

// What people write in a list of callbacks: `callbacks: [.csvLogger("log.csv")]`.

extension Callback {
    /// See `ModelCheckpoint`.
    public static func modelCheckpoint(
        _ filepath: String, monitor: String = "val_loss", verbose: Int = 0,
        saveBestOnly: Bool = false, saveWeightsOnly: Bool = false, mode: MonitorMode = .auto,
        saveFreq: SaveFrequency = .epoch, initialValueThreshold: Double? = nil
    ) -> Callback {
        ModelCheckpoint(
            filepath, monitor: monitor, verbose: verbose, saveBestOnly: saveBestOnly,
            saveWeightsOnly: saveWeightsOnly, mode: mode, saveFreq: saveFreq,
            initialValueThreshold: initialValueThreshold)
    }

    /// See `CSVLogger`.
    public static func csvLogger(
        _ filename: String, separator: String = ",", append: Bool = false
    ) -> Callback { CSVLogger(filename, separator: separator, append: append) }

    /// See `TensorBoard`.
    public static func tensorBoard(
        _ logDir: String = "logs", histogramFreq: Int = 0
    ) -> Callback { TensorBoard(logDir, histogramFreq: histogramFreq) }

    /// See `BackupAndRestore`.
    public static func backupAndRestore(
        _ backupDir: String, saveFreq: SaveFrequency = .epoch
    ) -> Callback { BackupAndRestore(backupDir, saveFreq: saveFreq) }
}

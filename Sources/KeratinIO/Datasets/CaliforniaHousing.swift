import KeratinTensor

/// Prices of houses in 20,640 parts of California, from the census of 1990 (Pace, Barry, 1997).
public enum CaliforniaHousing {
    /// How many samples there are.
    public enum Version: String, Hashable, Sendable, CaseIterable {
        /// The first 600.
        case small
        /// All 20,640.
        case large
    }

    /// The features of x in order.
    public static let featureNames = [
        "MedInc", "HouseAge", "AveRooms", "AveBedrms", "Population", "AveOccup", "Latitude",
        "Longitude",
    ]

    /// x: float32 [samples, 8]; y: float32 [samples], the median price in dollars.
    ///
    /// The samples come in Keras's order. The file `california_housing.npz` comes from `$KERATIN_DATASETS/california_housing`, then
    /// `~/.keratin/datasets/california_housing`, then Keras's site.
    /// - Parameters:
    ///   - version: how many samples.
    ///   - path: the file's name there, or, with a folder in it, the path of a file.
    ///   - testSplit: the part of the samples that is held back.
    ///   - seed: of the order, by NumPy's `RandomState`.
    /// - Throws: `KeratinError` that says what failed and what to do.
    public static func load(
        version: Version = .large, path: String = "california_housing.npz",
        testSplit: Double = 0.2, seed: Int = 113
    ) throws -> (train: Samples, test: Samples) {
        try file.load(
            path: path, testSplit: testSplit, seed: seed, limit: version == .small ? 600 : .max,
            at: "CaliforniaHousing")
    }

    /// Whether the file is there without a download.
    public static var isPresent: Bool { file.isPresent }

    private static let file = KerasDatasetFile(
        "california_housing", "california_housing.npz",
        .sha256("1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"))
}

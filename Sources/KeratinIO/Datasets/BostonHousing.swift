import KeratinTensor

/// Prices of houses at 506 places around Boston in the seventies, with 13 attributes of each place (Harrison, Rubinfeld, 1978).
///
/// One of the attributes was made from the assumption that people of different skin like to live apart; take the set to study such
/// mistakes, and `CaliforniaHousing` for anything else.
public enum BostonHousing {
    /// x: float32 [samples, 13]; y: float32 [samples], the median price in thousands of dollars.
    ///
    /// The samples come in Keras's order. The file `boston_housing.npz` comes from `$KERATIN_DATASETS/boston_housing`, then
    /// `~/.keratin/datasets/boston_housing`, then Keras's site.
    /// - Parameters:
    ///   - path: the file's name there, or, with a folder in it, the path of a file.
    ///   - testSplit: the part of the samples that is held back.
    ///   - seed: of the order, by NumPy's `RandomState`.
    /// - Throws: `KeratinError` that says what failed and what to do.
    public static func load(
        path: String = "boston_housing.npz", testSplit: Double = 0.2, seed: Int = 113
    ) throws -> (train: Samples, test: Samples) {
        try file.load(path: path, testSplit: testSplit, seed: seed, at: "BostonHousing")
    }

    /// Whether the file is there without a download.
    public static var isPresent: Bool { file.isPresent }

    private static let file = KerasDatasetFile(
        "boston_housing", "boston_housing.npz",
        .sha256("f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"))
}

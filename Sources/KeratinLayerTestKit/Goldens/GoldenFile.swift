import FoundationEssentials
import KeratinCore

/// A file of cases computed by real Keras (`Scripts/goldens/make_goldens.py`).
public struct GoldenFile<Case: Decodable & Sendable>: Decodable, Sendable {
    /// Versions of what computed the cases.
    public let keras: String
    /// The version of TensorFlow that computed.
    public let tensorflow: String
    /// What the cases are about, which is the file's name, too: "layers", "losses" …
    public let family: String
    /// The cases in the order in which they were recorded.
    public let cases: [Case]

    /// Reads `folder/family.json`.
    /// - Throws: `KeratinError` that names the file and what is wrong with it.
    public static func load(_ family: String, in folder: String) throws -> GoldenFile {
        let path = "\(folder)/\(family).json"
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            let decoder = JSONDecoder()
            // Names of properties only: the keys of dictionaries stay as Keras spells them.
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
            return try decoder.decode(GoldenFile.self, from: data)
        } catch {
            throw KeratinError(.file, "is no golden file: \(error)", at: path)
        }
    }
}

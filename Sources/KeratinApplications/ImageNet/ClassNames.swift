import KeratinCore
import KeratinIO
import KeratinLayers

/// The names of ImageNet's classes.
enum ClassNames {
    /// WordNet's name and words for each of the 1,000 classes.
    /// - Throws: `KeratinError` if the file cannot be had or is damaged.
    static func imagenet() throws -> [(identifier: String, description: String)] {
        let path = try getFile(
            "imagenet_class_index.json",
            origin:
                "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json",
            fileHash: "c2c37ea517e94d9795004a39431a14cb", cacheSubdir: "models")
        let index = try JSON.decode(FileAccess.read(path), name: path)
        return try (0..<1000).map { number in
            guard case .list(let pair)? = index["\(number)"], pair.count == 2,
                case .string(let identifier) = pair[0], case .string(let words) = pair[1]
            else {
                throw KeratinError(.invalidData, "has no names for class \(number)", at: path)
            }
            return (identifier, words)
        }
    }
}

import KeratinLayers

/// A part of Shakespeare's plays, 1,115,394 characters of 65 kinds, as Karpathy chose it for models of characters (2015).
public enum TinyShakespeare {
    /// The text. Its characters: `CharacterVocabulary(text)`.
    ///
    /// The file `tinyshakespeare.txt` comes from `$KERATIN_DATASETS/text`, then `~/.keratin/datasets/text`, then the
    /// author's repository.
    /// - Throws: `KeratinError` that says what failed and what to do.
    public static func load() throws -> String {
        let (bytes, path) = try files.read(file)
        return try TextFile.text(bytes, at: path)
    }

    /// Whether the file is there without a download.
    public static var isPresent: Bool { files.arePresent([file]) }

    private static var files: DatasetFiles {
        DatasetFiles(
            name: "text",
            address:
                "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare")
    }

    private static let file = DatasetFiles.File(
        name: "tinyshakespeare.txt", remoteName: "input.txt", byteCount: 1_115_394,
        sha256: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed")
}

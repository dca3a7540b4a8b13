import KeratinIO

/// A file of weights that were trained on ImageNet.
struct WeightsFile {
    /// Where Keras's authors keep the weights of their nets.
    static let address = "https://storage.googleapis.com/tensorflow/keras-applications/"

    let name: String
    /// The address of the folder.
    let folder: String
    /// What the file is called once it is here.
    let localName: String
    /// MD5 or SHA-256, if its makers say it.
    let hash: String?

    init(_ name: String, in folder: String, localName: String? = nil, hash: String?) {
        self.name = name
        self.folder = folder.hasPrefix("https:") ? folder : Self.address + folder + "/"
        self.localName = localName ?? name
        self.hash = hash
    }

    /// The two files of a net in the manner of Keras 1: with the classifier and without it.
    static func ordered(
        _ net: String, in folder: String, _ hashes: (String, String)
    ) -> (ApplicationArguments, PictureExtents) -> WeightsFile {
        pair(
            "\(net)_weights_tf_dim_ordering_tf_kernels", "_notop", in: folder, hashes)
    }

    /// The two files of a net: with the classifier and without it.
    static func pair(
        _ stem: String, _ ending: String, in folder: String, _ hashes: (String, String)
    ) -> (ApplicationArguments, PictureExtents) -> WeightsFile {
        { arguments, _ in
            arguments.includeTop
                ? WeightsFile("\(stem).h5", in: folder, hash: hashes.0)
                : WeightsFile("\(stem)\(ending).h5", in: folder, hash: hashes.1)
        }
    }

    /// The path of the file in `~/.keratin/models`, downloaded if it is not there.
    func path() throws -> String {
        try getFile(localName, origin: folder + name, fileHash: hash, cacheSubdir: "models")
    }
}

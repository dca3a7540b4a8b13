import KeratinCore
import KeratinTensor

/// 28×28 images of handwritten digits, 60,000 to train on and 10,000 to test on (LeCun, Cortes, Burges).
public enum MNIST {
    /// x: uint8 [samples, 28, 28], 0…255; y: uint8 [samples], 0…9.
    ///
    /// Files come from `$KERATIN_DATASETS/mnist`, then `~/.keratin/datasets/mnist`, then the mirror of the
    /// original site.
    /// - Throws: `KeratinError` that says what failed and what to do.
    public static func load() throws -> (train: Samples, test: Samples) { try archive.load() }

    /// Whether the files are there without a download.
    public static var isPresent: Bool { archive.isPresent }

    private static var archive: ImageArchive {
        ImageArchive(
            files: DatasetFiles(
                name: "mnist", address: "https://ossci-datasets.s3.amazonaws.com/mnist"),
            byteCounts: [9_912_422, 28_881, 1_648_877, 4_542],
            digests: [
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            ])
    }
}

/// 28×28 images of clothes in ten classes, in the format of MNIST (Xiao, Rasul, Vollgraf, 2017).
public enum FashionMNIST {
    /// What the labels 0…9 mean.
    public static let classNames = [
        "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
        "ankle boot",
    ]

    /// x: uint8 [samples, 28, 28], 0…255; y: uint8 [samples], 0…9.
    ///
    /// Files come from `$KERATIN_DATASETS/fashion_mnist`, then `~/.keratin/datasets/fashion_mnist`, then the
    /// authors' site.
    /// - Throws: `KeratinError` that says what failed and what to do.
    public static func load() throws -> (train: Samples, test: Samples) { try archive.load() }

    /// Whether the files are there without a download.
    public static var isPresent: Bool { archive.isPresent }

    private static var archive: ImageArchive {
        ImageArchive(
            files: DatasetFiles(
                name: "fashion_mnist",
                address: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"),
            byteCounts: [26_421_880, 29_515, 4_422_102, 5_148],
            digests: [
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ])
    }
}

/// The four gzipped IDX files of a data set in MNIST's format.
package struct ImageArchive {
    let source: DatasetFiles
    let files: [DatasetFiles.File]

    /// - Parameters: byte counts and digests of the training images and labels, then of the test ones.
    package init(files: DatasetFiles, byteCounts: [Int], digests: [String]) {
        source = files
        let names = [
            "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz",
        ]
        self.files = names.indices.map {
            DatasetFiles.File(name: names[$0], byteCount: byteCounts[$0], sha256: digests[$0])
        }
    }

    package var isPresent: Bool { source.arePresent(files) }

    package func load() throws -> (train: Samples, test: Samples) {
        (
            train: try part(files[0], files[1]), test: try part(files[2], files[3])
        )
    }

    private func part(
        _ images: DatasetFiles.File, _ labels: DatasetFiles.File
    ) throws -> Samples {
        let (x, imagesPath) = try array(images)
        let (y, labelsPath) = try array(labels)
        guard x.shape.rank == 3, y.shape.rank == 1 else {
            throw KeratinError(
                .invalidData,
                "expected images [n, 28, 28] and labels [n], got \(x.shape) and \(y.shape)",
                at: imagesPath)
        }
        guard x.count == y.count else {
            throw KeratinError(
                .invalidData, "holds \(x.count) images, but \(labelsPath) holds \(y.count) labels",
                at: imagesPath)
        }
        if case .uint8(let values) = y.storage, let wrong = values.firstIndex(where: { $0 > 9 }) {
            throw KeratinError(
                .invalidData, "label \(wrong) is \(values[wrong]), expected 0…9", at: labelsPath)
        }
        return Samples(x: Tensor(x), y: Tensor(y))
    }

    private func array(_ file: DatasetFiles.File) throws -> (HostArray, String) {
        let (data, path) = try source.read(file)
        do throws(KeratinError) {
            let bytes = try Gzip.inflate(data, limit: 1 << 28, name: path)
            return (try IDX.parse(bytes, name: path), path)
        } catch {
            throw KeratinError(
                error.code, "\(error.message); delete the file to download it again", at: path)
        }
    }
}

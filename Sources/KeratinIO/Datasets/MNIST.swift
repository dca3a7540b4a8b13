import KeratinCore
import KeratinTensor

/// 28×28 images of handwritten digits, 60,000 to train on and 10,000 to test on (LeCun, Cortes, Burges).
public enum MNIST {
    /// x: uint8 [samples, 28, 28], 0…255; y: uint8 [samples], 0…9.
    ///
    /// Files come from `$KERATIN_DATASETS/mnist`, then `~/.keratin/datasets/mnist`, then the mirror of the
    /// original site.
    /// - Throws: `KeratinError` that says what failed and what to do.
    public static func load() throws -> Dataset { try files.load() }

    /// Whether the files are there without a download.
    public static var isPresent: Bool { files.isPresent }

    private static let files = ImageFiles(
        name: "mnist", address: "https://ossci-datasets.s3.amazonaws.com/mnist",
        byteCounts: [9_912_422, 28_881, 1_648_877, 4_542])
}

/// 28×28 images of clothes in ten classes, in the format of MNIST (Xiao, Rasul, Vollgraf, 2017).
public enum FashionMNIST {
    /// x: uint8 [samples, 28, 28], 0…255; y: uint8 [samples], 0…9.
    ///
    /// Files come from `$KERATIN_DATASETS/fashion_mnist`, then `~/.keratin/datasets/fashion_mnist`, then the
    /// authors' site.
    /// - Throws: `KeratinError` that says what failed and what to do.
    public static func load() throws -> Dataset { try files.load() }

    /// Whether the files are there without a download.
    public static var isPresent: Bool { files.isPresent }

    private static let files = ImageFiles(
        name: "fashion_mnist", address: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        byteCounts: [26_421_880, 29_515, 4_422_102, 5_148])
}

/// The four gzipped IDX files of a data set in MNIST's format.
private struct ImageFiles {
    let name: String
    let address: String
    let byteCounts: [Int]

    private var files: [DatasetFiles.File] {
        let names = [
            "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz",
        ]
        return zip(names, byteCounts).map { DatasetFiles.File(name: $0, byteCount: $1) }
    }

    var isPresent: Bool { DatasetFiles.arePresent(name, files) }

    func load() throws -> Dataset {
        let source = DatasetFiles(name: name, address: address)
        let arrays = try files.map { file in
            let data = try source.read(file)
            let bytes = try Gzip.inflate(data, limit: 1 << 28, name: file.name)
            return try IDX.parse(bytes, name: file.name)
        }
        return Dataset(
            train: try part(arrays[0], arrays[1]), test: try part(arrays[2], arrays[3]))
    }

    private func part(_ images: NDArray, _ labels: NDArray) throws -> Dataset.Part {
        guard images.shape.rank == 3, labels.shape.rank == 1, images.count == labels.count else {
            throw KeratinError(
                .invalidData, "images \(images.shape) and labels \(labels.shape) do not fit", at: name)
        }
        return Dataset.Part(x: images, y: labels)
    }
}

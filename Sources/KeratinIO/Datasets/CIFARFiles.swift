import KeratinCore
import KeratinTensor

/// The files of CIFAR-10 and CIFAR-100: an archive that holds a folder with records of bytes.
package struct CIFARFiles {
    /// What a record holds before its picture.
    struct Layout {
        let labelBytes: Int
        /// Which of them is wanted.
        let labelAt: Int
        let classes: Int
    }

    static let pixels = 32 * 32

    private let source: DatasetFiles
    private let archive: DatasetFiles.File
    private let folder: String
    private let train: [String]
    private let test: String
    private let layout: Layout

    init(
        name: String, roots: [String]?, archive: String, md5: String, folder: String,
        train: [String], test: String, layout: Layout
    ) {
        source = DatasetFiles(
            name: name, address: "https://www.cs.toronto.edu/~kriz", roots: roots)
        self.archive = DatasetFiles.File(name: archive, hash: .md5(md5))
        self.folder = folder
        self.train = train
        self.test = test
        self.layout = layout
    }

    /// Whether the files are there without a download.
    package var isPresent: Bool { source.path(folder) != nil || source.arePresent([archive]) }

    package func load() throws -> (train: Samples, test: Samples) {
        let place = try source.path(folder) ?? source.unpack(archive, folder: folder)
        return (
            train: try Self.read(train.map { "\(place)/\($0)" }, layout),
            test: try Self.read(["\(place)/\(test)"], layout)
        )
    }

    /// The records of some files, one behind the other.
    static func read(_ paths: [String], _ layout: Layout) throws -> Samples {
        var (x, y): ([UInt8], [UInt8]) = ([], [])
        for path in paths {
            var bytes = try FileAccess.read(path)
            if bytes.starts(with: [0x1f, 0x8b]) {
                bytes = try Gzip.inflate(bytes, limit: 1 << 30, name: path)
            }
            try append(bytes, layout, at: path, &x, &y)
        }
        return Samples(
            x: Tensor(try HostArray(x, shape: [y.count, 32, 32, 3])),
            y: Tensor(try HostArray(y, shape: [y.count, 1])))
    }

    private static func append(
        _ bytes: [UInt8], _ layout: Layout, at path: String, _ x: inout [UInt8], _ y: inout [UInt8]
    ) throws {
        let length = layout.labelBytes + 3 * pixels
        guard !bytes.isEmpty, bytes.count % length == 0 else {
            throw KeratinError(
                .invalidData,
                "has \(bytes.count) bytes, which is no number of records of \(length) bytes",
                at: path)
        }
        x.reserveCapacity(x.count + bytes.count)
        for record in 0..<(bytes.count / length) {
            let start = record * length
            let label = bytes[start + layout.labelAt]
            guard label < layout.classes else {
                throw KeratinError(
                    .invalidData,
                    "label \(record) is \(label), expected 0…\(layout.classes - 1)", at: path)
            }
            y.append(label)
            let red = start + layout.labelBytes
            for pixel in red..<(red + pixels) {
                x.append(bytes[pixel])
                x.append(bytes[pixel + pixels])
                x.append(bytes[pixel + 2 * pixels])
            }
        }
    }
}

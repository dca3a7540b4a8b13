import KeratinCore
import KeratinIO
import KeratinLayers

/// A file that a run reads.
struct MutationInput {
    /// What reads it.
    enum Format: String, CaseIterable, Codable {
        case json, yaml, keras, hdf5, weights, safetensors, npz, npy, idx, gzip, csv
        case png, jpeg, webp
    }

    var format: Format
    var bytes: [UInt8]
    /// What its name ends in.
    var suffix: String
    /// Whether its HDF5 bytes may be such as the HDF5 library crashes on: they are read in a process of their own.
    var isHostileHDF5 = false

    /// Of a hundred inputs, how many are of a format. What is read in a process of its own takes the longest.
    private static let shares: [(Format, Int)] = [
        (.json, 15), (.keras, 12), (.hdf5, 5), (.weights, 8), (.safetensors, 9), (.npz, 10),
        (.npy, 10), (.yaml, 8), (.gzip, 6), (.idx, 4), (.csv, 5), (.png, 3), (.jpeg, 3), (.webp, 2),
    ]

    /// A file that was kept; its name's end tells its format.
    init(file path: String) throws {
        let format =
            path.hasSuffix(".h5")
            ? (path.hasSuffix(".weights.h5") ? .weights : .hdf5)
            : Format.allCases.first { path.hasSuffix(".\($0.rawValue)") }
        guard let format else {
            throw KeratinError(.invalidArgument, "is no file of a format that is mutated", at: path)
        }
        self.format = format
        bytes = try FileAccess.read(path)
        suffix =
            format == .hdf5 ? ".h5" : format == .weights ? ".weights.h5" : ".\(format.rawValue)"
        isHostileHDF5 = true
    }

    /// The input of a run that has a number.
    init(_ number: Int, seed: UInt64, formats: Set<Format>, corpus: MutationCorpus) throws {
        var random = MutationRandom(seed: seed, number: number)
        let shares = Self.shares.filter { formats.contains($0.0) }
        var place = random.draw(shares.reduce(0) { $0 + $1.1 })
        format = shares[0].0
        for (candidate, share) in shares {
            format = candidate
            if place < share { break }
            place -= share
        }
        suffix = ".\(format.rawValue)"
        bytes = []
        switch format {
        case .json: bytes = ConfigMutation.text(random.pick(corpus.configurations), &random)
        case .yaml: bytes = ByteMutation.changed(text: random.pick(corpus.yaml), &random)
        case .keras: try makeArchive(corpus, &random)
        case .hdf5:
            suffix = ".h5"
            try makeImage(corpus, &random)
        case .weights:
            suffix = ".weights.h5"
            try makeImage(corpus, &random)
        case .safetensors: try makeSafetensors(corpus, &random)
        case .npz: try makeNPZ(corpus, &random)
        case .npy: bytes = Self.array(random.pick(corpus.npy), &random)
        case .idx: bytes = ByteMutation.damaged(random.pick(corpus.idx), &random)
        case .gzip:
            let inner = random.pick(corpus.idx)
            bytes =
                random.once(in: 2)
                ? StoredGzip.bytes(ByteMutation.damaged(inner, &random))
                : ByteMutation.damaged(StoredGzip.bytes(inner), &random)
        case .csv: bytes = ByteMutation.changed(text: random.pick(corpus.csv), &random)
        case .png: bytes = PNGMutation.damaged(random.pick(corpus.png), &random)
        case .jpeg: bytes = ByteMutation.damaged(random.pick(corpus.jpeg), &random)
        case .webp: bytes = ByteMutation.damaged(random.pick(corpus.webp), &random)
        }
    }

    /// An archive with a damaged member, which is packed again, or damaged itself.
    private mutating func makeArchive(_ corpus: MutationCorpus, _ random: inout MutationRandom)
        throws
    {
        let archive = random.pick(corpus.archives)
        var members = archive.members
        switch random.draw(10) {
        case 0:
            bytes = ByteMutation.damaged(try Zip.write(members), &random)
            isHostileHDF5 = true
            return
        case 1, 2:
            isHostileHDF5 = true
            for index in members.indices where members[index].name.hasSuffix(".h5") {
                members[index].bytes = ByteMutation.damaged(members[index].bytes, &random)
            }
        case 3:
            // Trees that hold something else than the model needs.
            for index in members.indices where members[index].name.hasSuffix(".h5") {
                let tree = try HDF5Reader.read(members[index].bytes, name: "")
                members[index].bytes = try Self.image(
                    TreeMutation.changed(tree, &random), members[index].bytes)
            }
        case 4:
            let place = random.draw(members.count)
            switch random.draw(3) {
            case 0: members.remove(at: place)
            case 1: members[place].name += random.pick(["x", "/", ".json", "\u{301}"])
            default:
                members[place].bytes = ByteMutation.changed(text: members[place].bytes, &random)
            }
            isHostileHDF5 = true
        default:
            guard let config = archive.config else { break }
            for index in members.indices
            where members[index].name == MutationCorpus.Archive.configMember {
                members[index].bytes = ConfigMutation.text(config, &random)
            }
        }
        bytes = try Zip.write(members)
    }

    private mutating func makeImage(_ corpus: MutationCorpus, _ random: inout MutationRandom) throws
    {
        let place = random.draw(corpus.images.count)
        if random.once(in: 3) {
            isHostileHDF5 = true
            bytes = ByteMutation.damaged(corpus.images[place], &random)
        } else {
            bytes = try Self.image(
                TreeMutation.changed(corpus.trees[place], &random), corpus.images[place])
        }
    }

    /// A tree as a file; where it holds what is not written, the file that it came from.
    private static func image(_ tree: HDF5Group, _ original: [UInt8]) throws -> [UInt8] {
        (try? HDF5Writer.write(tree)) ?? original
    }

    /// An array's file; half of the damage is in its header.
    private static func array(_ file: [UInt8], _ random: inout MutationRandom) -> [UInt8] {
        guard random.once(in: 2), let end = file.firstIndex(of: 10), end > 10 else {
            return ByteMutation.damaged(file, &random)
        }
        var header = ByteMutation.changed(text: Array(file[10..<end]), &random) + [10]
        if header.count > 60_000 { header = Array(header.prefix(60_000)) }
        let count = [UInt8(header.count & 255), UInt8(header.count >> 8)]
        return Array(file[..<8]) + count + header + Array(file[(end + 1)...])
    }

    private mutating func makeNPZ(_ corpus: MutationCorpus, _ random: inout MutationRandom) throws {
        let file = random.pick(corpus.npz)
        if random.once(in: 3) {
            bytes = ByteMutation.damaged(file, &random)
            return
        }
        var members = try Zip.read(file)
        let place = random.draw(members.count)
        members[place].bytes = Self.array(members[place].bytes, &random)
        bytes = try Zip.write(members)
    }

    private mutating func makeSafetensors(
        _ corpus: MutationCorpus, _ random: inout MutationRandom
    ) throws {
        let file = random.pick(corpus.safetensors)
        if random.once(in: 3) {
            bytes = ByteMutation.damaged(file, &random)
            return
        }
        let size = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSON.decode(Array(file[8..<(8 + size)]), name: "")
        let text = ConfigMutation.text(header, &random)
        let count = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        bytes = count + text + file[(8 + size)...]
    }
}

/// Gzip files that are not compressed, whose parts therefore stay what they were.
enum StoredGzip {
    static func bytes(_ contents: [UInt8]) -> [UInt8] {
        func number(_ value: Int, _ width: Int) -> [UInt8] {
            (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var crc = UInt32.max
        for byte in contents {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        let part = contents.prefix(65_535)
        let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1]
        return head + number(part.count, 2) + number(~part.count, 2) + part + number(Int(~crc), 4)
            + number(contents.count, 4)
    }
}

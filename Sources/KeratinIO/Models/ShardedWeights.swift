import KeratinCore
import KeratinLayers
import KeratinModels

/// Weights in several files of a limited size, as Keras 3.10 and later write them: `net.weights.json` tells for each group of variables in
/// which of the files `net_00000.weights.h5`, `net_00001.weights.h5` … beside it they lie.
enum ShardedWeights {
    static let suffix = ".weights.json"
    /// An index is small.
    private static let largestIndex = 1 << 28

    /// The bytes of a gigabyte as Keras counts them.
    private static let gigabyte = Double(1 << 30)

    // MARK: Writing

    /// Writes a tree; the index comes last, so that an old one stays until all files of the new one are there.
    /// - Parameter limit: gigabytes that the variables of one file may have.
    static func write(_ root: HDF5Group, to path: String, limit: Double) throws {
        let shards = try shards(of: root, limit: limit * gigabyte, path: path)
        var map: [String: ConfigValue] = [:]
        for (number, shard) in shards.enumerated() {
            let name = shardName(path, number)
            try FileAccess.write(HDF5Writer.write(shard.root), to: folder(of: path) + name)
            for group in shard.groups {
                switch map[group] {
                case nil: map[group] = .string(name)
                case .list(let names)?: map[group] = .list(names + [.string(name)])
                case .some(let first): map[group] = [first, .string(name)]
                }
            }
        }
        let size = root.arrays.reduce(0) { $0 + $1.array.bytes.count }
        let index: ConfigValue = [
            "metadata": ["total_size": .integer(size)], "weight_map": .object(map),
        ]
        try FileAccess.write(Array(JSON.encode(index).utf8), to: path)
    }

    private struct Shard {
        var root = HDF5Group()
        /// The paths of the groups with variables in it.
        var groups: [String] = []
        var size = 0
    }

    /// The variables in their order, a new file begun where the next one would make it too large.
    private static func shards(
        of root: HDF5Group, limit: Double, path: String
    ) throws -> [Shard] {
        var shards = [Shard()]
        for (group, arrays) in groups(of: root) {
            for (number, array) in arrays {
                let size = array.bytes.count
                guard Double(size) <= limit else {
                    throw KeratinError(
                        .invalidArgument,
                        "maxShardSize \(limit / gigabyte) is too small: the variable \(group)/\(number) alone has \(size) bytes",
                        at: path)
                }
                if Double(shards[shards.count - 1].size + size) > limit { shards.append(Shard()) }
                let last = shards.count - 1
                shards[last].size += size
                if shards[last].groups.last != group { shards[last].groups.append(group) }
                let parts = group.split(separator: "/").map(String.init)
                shards[last].root.withGroup(parts[...]) {
                    $0[number] = .dataset(array, attributes: [:])
                }
            }
        }
        return shards
    }

    /// Every group that holds arrays, with these in the order of their numbers.
    private static func groups(
        of group: HDF5Group, at path: String = ""
    ) -> [(path: String, arrays: [(name: String, array: RawArray)])] {
        var arrays: [(name: String, array: RawArray)] = []
        var result: [(path: String, arrays: [(name: String, array: RawArray)])] = []
        for child in group.children {
            switch child.node {
            case .dataset(let array, _): arrays.append((child.name, array))
            case .group(let inner): result += groups(of: inner, at: "\(path)/\(child.name)")
            }
        }
        if arrays.isEmpty { return result }
        arrays.sort { (Int($0.name) ?? .max, $0.name) < (Int($1.name) ?? .max, $1.name) }
        return [(path, arrays)] + result
    }

    private static func shardName(_ path: String, _ number: Int) -> String {
        let base = path.split(separator: "/").last.map { $0.dropLast(suffix.count) } ?? ""
        let digits = String(number)
        return
            "\(base)_\(String(repeating: "0", count: max(5 - digits.count, 0)))\(digits).weights.h5"
    }

    /// The folder of a file, with a slash; empty for the working folder.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    // MARK: Reading

    /// The tree that an index and the files beside it hold.
    /// - Throws: `KeratinError` for an index that is damaged, or names a file elsewhere; a file that lacks what it should hold.
    static func read(_ path: String) throws -> HDF5Group {
        guard try FileAccess.byteCount(path) <= largestIndex else {
            throw KeratinError(.file, "is too large for an index of weights", at: path)
        }
        let index = try JSON.decode(FileAccess.read(path), name: path)
        guard case .object(let map)? = index["weight_map"] else {
            throw KeratinError(
                .invalidData, "is no index of sharded weights: it has no weight_map", at: path)
        }
        var wanted: [String: [String]] = [:]
        for (group, value) in map {
            for file in try files(value, group, path) { wanted[file, default: []].append(group) }
        }
        var root = HDF5Group()
        for (file, groups) in wanted.sorted(by: { $0.key < $1.key }) {
            let shard = try WeightsFile.read(folder(of: path) + file)
            for group in groups {
                let parts = group.split(separator: "/").map(String.init)
                guard let found = shard.group(parts), !parts.isEmpty else {
                    throw KeratinError(
                        .file, "has no \(group), which \(path) says it has", at: file)
                }
                root.withGroup(parts[...]) { target in
                    for child in found.children { target[child.name] = child.node }
                }
            }
        }
        return root
    }

    private static func files(
        _ value: ConfigValue, _ group: String, _ path: String
    ) throws -> [String] {
        var values = [value]
        if case .list(let list) = value { values = list }
        return try values.map { value in
            guard case .string(let name) = value, !name.isEmpty, !name.contains("/"),
                !name.contains("\\"), !name.contains("\0"), name != "..", name != "."
            else {
                throw KeratinError(
                    .invalidData, "'\(group)' must lie in files of the same folder, got \(value)",
                    at: path)
            }
            return name
        }
    }
}

extension Model {
    /// Saves the weights, and what the optimizer keeps, in several files of a limited size, as Keras 3.10 and later do:
    /// `net.weights.json` says what lies in which of `net_00000.weights.h5`, `net_00001.weights.h5` …; `loadWeights` reads it.
    ///
    /// - Parameter maxShardSize: how large a file's variables may be together, in gigabytes of 2³⁰ bytes.
    /// - Throws: `KeratinError` if the model is not built, the name does not end in `.weights.json`, a variable alone is larger, or
    ///   a file cannot be written.
    public func saveWeights(_ path: String, maxShardSize: Double) throws {
        guard path.hasSuffix(ShardedWeights.suffix) else {
            throw KeratinError(
                .invalidArgument,
                "weights in several files have an index that ends in \(ShardedWeights.suffix), got the name '\(path)'"
            )
        }
        guard maxShardSize > 0 else {
            throw KeratinError(
                .invalidArgument, "maxShardSize must be above 0, got \(maxShardSize)")
        }
        let root = try lock.withLock {
            try requireBuilt()
            return try weightsTree()
        }
        try ShardedWeights.write(root, to: path, limit: maxShardSize)
    }
}

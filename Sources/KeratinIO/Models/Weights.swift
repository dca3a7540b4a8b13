import KeratinCore
import KeratinLayers
import KeratinModels

extension Model {
    /// Saves the weights. The name's end decides the format: `.weights.h5` is Keras 3's and holds what the optimizer keeps
    /// too; `.safetensors` and `.npz` hold the weights under the same paths (`layers/dense/vars/0`). Other names that end in `.h5` or `.hdf5`
    /// give the format of earlier versions of Keras: the weights by the names of layers.
    /// - Throws: `KeratinError` if the model is not built, the name has another end, or the file cannot be written.
    public func saveWeights(_ path: String) throws {
        if LegacyFileWriter.isName(path) {
            let root = try lock.withLock {
                try requireBuilt()
                return try LegacyWeightsWriter.group(self)
            }
            return try FileAccess.write(HDF5Writer.write(root), to: path)
        }
        if path.hasSuffix(ShardedWeights.suffix) {
            throw KeratinError(
                .invalidArgument,
                "weights in several files need a limit of their sizes: saveWeights(\"\(path)\", maxShardSize: 5)"
            )
        }
        let format = try WeightsFormat(path: path)
        let root = try lock.withLock {
            try requireBuilt()
            return format == .hdf5 ? try weightsTree() : try WeightsTree(self).group()
        }
        try FileAccess.write(format.encode(root), to: path)
    }

    /// Loads weights from a file of `saveWeights`, here or in any Keras, in several files too, or from the file of a whole model: all of them or none. If the
    /// model is compiled, what the optimizer kept in a file of Keras 3 is loaded too.
    ///
    /// Files of Keras 3 say where each weight belongs. Older ones (`.h5`, `.hdf5`) list the layers: their layers are taken by their
    /// names if the model has just these, else in order.
    /// - Parameters:
    ///   - byName: whether only layers of the same name are loaded, from a file of the older kind; others stay as they are.
    ///   - skipMismatch: whether weights that do not fit are left as they are, with a warning.
    /// - Returns: what was loaded, skipped and missing.
    /// - Throws: `KeratinError` that lists everything that is missing, too much or of another shape; nothing is changed then.
    @discardableResult
    public func loadWeights(
        _ path: String, byName: Bool = false, skipMismatch: Bool = false
    ) throws -> WeightsReport {
        try requireBuilt()
        try SavedModelFolder.refuse(path)
        var root = try WeightsFormat.readTree(path)
        return try lock.withLock {
            let report: WeightsReport
            let optimizer = training == nil ? nil : root.variables(at: "optimizer")
            do {
                if HDF5Kind(root) != .weights {
                    var loading = try LegacyLoading(LegacyWeights(root), self, byName: byName)
                    root = HDF5Group()
                    report = try loading.store(skipsMismatch: skipMismatch, allowsGaps: byName)
                } else if byName {
                    throw KeratinError(
                        .invalidArgument,
                        "byName is for .h5 files by the names of layers, which this is not")
                } else {
                    var assignments = WeightsTree(self).assignments(root)
                    // Each array goes once it is stored.
                    root = HDF5Group()
                    report = try assignments.store(
                        skipsMismatch: skipMismatch, allowsGaps: false)
                }
            } catch let error as KeratinError {
                throw error.nested(in: path)
            }
            training?.restored()
            if let optimizer {
                try setOptimizerVariables(optimizer)
            }
            return report
        }
    }
}

/// The formats of files with nothing but weights.
package enum WeightsFormat: CaseIterable, Sendable {
    case hdf5, safetensors, npz

    private var suffix: String {
        switch self {
        case .hdf5: ".weights.h5"
        case .safetensors: ".safetensors"
        case .npz: ".npz"
        }
    }

    /// By the end of a file's name.
    package init(path: String) throws {
        guard let format = WeightsFormat.allCases.first(where: { path.hasSuffix($0.suffix) }) else {
            let suffixes = WeightsFormat.allCases.map(\.suffix).joined(separator: ", ")
            throw KeratinError(
                .invalidArgument, "files of weights end in \(suffixes), got the name '\(path)'")
        }
        self = format
    }

    /// The tree of a file with weights; a `.keras` file has them too.
    package static func readTree(_ path: String) throws -> HDF5Group {
        if try isKerasFile(path) { return try WeightsFile.read(path) }
        if path.hasSuffix(ShardedWeights.suffix) { return try ShardedWeights.read(path) }
        switch try WeightsFormat(path: path) {
        case .hdf5: return try WeightsFile.read(path)
        case .safetensors: return HDF5Group(arrays: try Safetensors(file: path).tensors)
        case .npz: return HDF5Group(arrays: try NPZ(file: path).members)
        }
    }

    /// Whether a file is one of Keras, HDF5 or a `.keras` archive, whatever its name.
    private static func isKerasFile(_ path: String) throws -> Bool {
        if [".keras", ".h5", ".hdf5"].contains(where: { path.hasSuffix($0) }) { return true }
        guard ![".safetensors", ".npz"].contains(where: { path.hasSuffix($0) }) else {
            return false
        }
        return HDF5Reader.recognizes(try FileAccess.prefix(path, 8))
    }

    package func encode(_ root: HDF5Group) throws -> [UInt8] {
        switch self {
        case .hdf5: try HDF5Writer.write(root)
        case .safetensors: try Safetensors(root.arrays).bytes()
        case .npz: try NPZ(root.arrays).bytes()
        }
    }
}

extension HDF5Group {
    /// A tree with arrays at their paths.
    init(arrays: [(name: String, array: RawArray)]) {
        self.init()
        for (path, array) in arrays {
            let parts = path.split(separator: "/").map(String.init)
            guard let last = parts.last else { continue }
            withGroup(parts.dropLast()[...]) { $0[last] = .dataset(array, attributes: [:]) }
        }
    }
}

/// Writes a file of weights in the format that another file's name asks for.
/// - Throws: `KeratinError` for names of other formats, and files that cannot be read or written.
public func convertWeights(_ input: String, _ output: String) throws {
    let format = try WeightsFormat(path: output)
    try FileAccess.write(format.encode(WeightsFormat.readTree(input)), to: output)
}

/// Whether a file holds a model, not only weights.
package func holdsModel(_ path: String) throws -> Bool {
    if [".keras", ".json", ".yaml", ".yml"].contains(where: { path.hasSuffix($0) }) { return true }
    guard HDF5Reader.recognizes(try FileAccess.prefix(path, 8)) else { return false }
    return HDF5Kind(try WeightsFile.read(path)) == .wholeModel
}

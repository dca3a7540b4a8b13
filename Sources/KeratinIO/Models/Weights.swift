import KeratinCore
import KeratinLayers
import KeratinModels

extension Model {
    /// Saves the weights. The name's end decides the format: `.weights.h5` is Keras 3's and holds what the optimizer keeps
    /// too; `.safetensors` and `.npz` hold the weights under the same paths (`layers/dense/vars/0`).
    /// - Throws: `KeratinError` if the model is not built, the name has another end, or the file cannot be written.
    public func saveWeights(_ path: String) throws {
        let format = try WeightsFormat(path: path)
        let root = try lock.withLock {
            try requireBuilt()
            return format == .hdf5 ? try weightsTree() : try WeightsTree(self).group()
        }
        try FileAccess.write(format.encode(root), to: path)
    }

    /// Loads weights from a file of `saveWeights`, here or in Keras 3, or from a `.keras` file: all of them or none. If the model
    /// is compiled, what the optimizer kept is loaded too.
    ///
    /// - Parameter skipMismatch: whether weights that do not fit are left as they are, with a warning.
    /// - Throws: `KeratinError` that lists everything that is missing, too much or of another shape.
    public func loadWeights(_ path: String, skipMismatch: Bool = false) throws {
        try requireBuilt()
        let root = try WeightsFormat.readTree(path)
        try lock.withLock {
            do {
                try WeightsTree(self).load(root, skipsMismatch: skipMismatch)
            } catch let error as KeratinError {
                throw error.nested(in: path)
            }
            training?.restored()
            if training != nil, let variables = root.variables(at: "optimizer") {
                try setOptimizerVariables(variables)
            }
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
        if path.hasSuffix(".keras") { return try WeightsFile.read(path) }
        switch try WeightsFormat(path: path) {
        case .hdf5: return try WeightsFile.read(path)
        case .safetensors: return HDF5Group(arrays: try Safetensors(file: path).tensors)
        case .npz: return HDF5Group(arrays: try NPZ(file: path).members)
        }
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

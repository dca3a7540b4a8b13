import KeratinCore
import KeratinLayers
import KeratinModels

/// A `.keras` file of Keras 3: a zip archive of the configuration and the weights.
enum KerasFile {
    static let configMember = "config.json"
    static let metadataMember = "metadata.json"

    /// What a file says besides its weights.
    struct Contents {
        var metadata: ConfigValue
        var config: SerializedObject
    }

    /// Reads the configuration.
    /// - Throws: `KeratinError` for a file that is none, or damaged.
    static func read(_ path: String, _ archive: ZipArchive) throws -> Contents {
        do {
            guard try archive.isZip() else {
                throw KeratinError(
                    .file, "is no file of a model: it is neither a zip archive nor HDF5")
            }
            let members = try archive.members { $0 == configMember || $0 == metadataMember }
            guard let config = members.first(where: { $0.name == configMember }) else {
                throw KeratinError(.file, "is no .keras file: it has no \(configMember)")
            }
            let metadata = try members.first { $0.name == metadataMember }.map {
                try JSON.decode($0.bytes, name: metadataMember)
            }
            var version: String?
            if case .string(let text)? = metadata?["keras_version"] { version = text }
            let object = try SerializedObject(
                ConfigUpgrade.model(
                    JSON.decode(config.bytes, name: configMember), version: version),
                what: "model")
            return Contents(
                metadata: metadata ?? .object([:]),
                config: try VocabularyFiles.placed(in: object, from: archive))
        } catch let error as KeratinError {
            throw error.nested(in: path)
        }
    }

    /// The bytes of a file that holds a model. Equal models give equal bytes.
    static func bytes(_ model: Model) throws -> [UInt8] {
        try model.lock.withLock { try unguardedBytes(model) }
    }

    private static func unguardedBytes(_ model: Model) throws -> [UInt8] {
        try model.requireBuilt()
        let config = JSON.encode(try ModelConfiguration.serialized(model).value)
        // The format's version of Keras; no date, so that equal models give equal files.
        let metadata = JSON.encode([
            "keras_version": "3.15.1", "date_saved": "1980-01-01@00:00:00",
        ])
        return try Zip.write([
            Zip.Member(name: metadataMember, bytes: Array(metadata.utf8)),
            Zip.Member(name: configMember, bytes: Array(config.utf8)),
            Zip.Member(
                name: WeightsFile.memberName, bytes: try HDF5Writer.write(model.weightsTree())),
        ])
    }
}

/// Whether a name ends as files of models do.
package func isModelName(_ path: String) -> Bool {
    path.hasSuffix(".keras") || LegacyFileWriter.isName(path)
}

/// - Throws: `KeratinError` for names that do not end as files of models do.
package func requireModelName(_ path: String) throws {
    guard isModelName(path) else {
        throw KeratinError(
            .invalidArgument,
            "models are saved as .keras files, or as .h5 and .hdf5 for earlier versions of Keras, got the name '\(path)'"
        )
    }
}

extension Model {
    /// Saves the model as a `.keras` file that Keras 3 opens: its architecture, how it was compiled, its weights, and
    /// what its optimizer keeps. What stood there before stays whole if anything fails.
    ///
    /// A name that ends in `.h5` or `.hdf5` gives the HDF5 file of earlier versions, which Keras 3 and tf.keras 2.15 open. What
    /// tf.keras 2.15 does not know is saved for Keras 3, with a warning. Both go on from the weights, with a new optimizer of the same
    /// arguments; Keratin goes on with what the optimizer kept.
    ///
    /// - Parameter overwrite: whether a file of that name may be replaced; if not and there is one, it is an error.
    /// - Throws: `KeratinError` if the model is not built, holds closures that were never registered, or the file cannot
    ///   be written.
    public func save(_ path: String, overwrite: Bool = true) throws {
        try requireModelName(path)
        guard overwrite || !FileAccess.exists(path) else {
            throw KeratinError(.invalidArgument, "there is a file of that name already", at: path)
        }
        guard LegacyFileWriter.isName(path) else {
            return try FileAccess.write(KerasFile.bytes(self), to: path)
        }
        let (bytes, unknown) = try LegacyFileWriter.write(self)
        try FileAccess.write(bytes, to: path)
        if !unknown.isEmpty {
            warn("\(path): tf.keras 2.15 cannot read \(unknown.joined(separator: ", "))")
        }
    }

    /// All variables as a file holds them, the optimizer's included.
    func weightsTree() throws -> HDF5Group {
        var root = try WeightsTree(self).group()
        // Keras 3.0 to 3.3 ask for the variables of the model itself, whether it has some or not.
        if root["vars"] == nil { root["vars"] = .group(HDF5Group()) }
        if let variables = try optimizerVariables() { root.store(variables, at: "optimizer") }
        return root
    }
}

/// A model from a file that Keratin or any Keras wrote: `.keras`, or HDF5 (`.h5`, `.hdf5`) of Keras 1 to 3. The content decides, not
/// the name.
///
/// Files of old versions are read as these versions meant them, see `Documentation/KerasFiles.md`. Classes that Keratin does not have
/// must be registered first, see `CustomObjects`.
/// - Parameter compile: whether to compile it as the file says, with what its optimizer had kept. What an old file says of training
///   and cannot be had is left out with a warning.
/// - Throws: `KeratinError` for a file that is damaged, holds what is not there yet, or whose weights do not fit: it lists
///   all that do not.
public func loadModel(_ path: String, compile: Bool = true) throws -> Model {
    try SavedModelFolder.refuse(path)
    // What lies on disk is read part by part.
    let bytes = FileAccess.isOrdinary(path) ? nil : FileBytes(try FileAccess.read(path))
    let isHDF5 = bytes.map { HDF5Reader.recognizes($0.bytes) } ?? WeightsFile.isHDF5(path)
    if isHDF5 {
        var root = try WeightsFile.start(path, compile ? .all : .model, bytes)()
        do {
            return try LegacyModelFile.model(&root, compile: compile)
        } catch let error as KeratinError {
            throw error.nested(in: path)
        }
    }
    let contents = try KerasFile.read(path, bytes.map { .bytes($0.bytes) } ?? .file(path))
    do {
        // A process of its own, if there is one, reads the weights while the model is made.
        let weights = try WeightsFile.start(path, compile ? .all : .model, bytes)
        let unset = UnsetVariables()
        let model = try UnsetVariables.$current.withValue(unset) {
            try ModelConfiguration.make(contents.config)
        }
        guard model.isBuilt else {
            throw KeratinError(
                .unavailable, "was saved before it was built, so there are no weights to load")
        }
        var root = try weights()
        let optimizer = root.variables(at: "optimizer")
        var assignments = WeightsTree(model).assignments(root)
        // Each array goes once it is stored.
        root = HDF5Group()
        _ = try assignments.store(skipsMismatch: false, allowsGaps: false)
        try unset.settle()
        if compile, let configuration = contents.config.compileConfig {
            try model.compile(from: configuration)
            if model.training != nil, let variables = optimizer {
                var version: String?
                if case .string(let text)? = contents.metadata["keras_version"] { version = text }
                try model.setOptimizerVariables(variables, version: version)
            }
        }
        return model
    } catch let error as KeratinError {
        throw error.nested(in: path)
    }
}

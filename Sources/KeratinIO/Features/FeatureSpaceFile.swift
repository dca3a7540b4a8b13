import KeratinCore
import KeratinLayers
import KeratinModels
import KeratinTensor

extension FeatureSpace {
    /// Saves the space as a `.keras` file that Keras 3 opens (`keras.models.load_model`): its features and what it took from data. What
    /// stood there before stays whole if anything fails.
    /// - Throws: `KeratinError` before `adapt`, for a name that does not end in `.keras`, and a file that cannot be written.
    public func save(_ path: String) throws {
        guard path.hasSuffix(".keras") else {
            throw KeratinError(
                .invalidArgument, "feature spaces are saved as .keras files, got the name '\(path)'"
            )
        }
        try FileAccess.write(try FeatureSpaceFile.bytes(self), to: path)
    }

    /// A space from a `.keras` file that Keratin or Keras 3 wrote.
    /// - Throws: `KeratinError` for a file that is damaged, holds something else, or a feature with another layer than the standard ones.
    public static func load(_ path: String) throws -> FeatureSpace {
        do {
            return try FeatureSpaceFile.read(path)
        } catch let error as KeratinError {
            throw error.nested(in: path)
        }
    }
}

/// Feature spaces as Keras saves them: features with their layers in the configuration, vocabularies as assets or arguments, and means in
/// the file of weights. Layers are found there by their class, numbered in the order of the features.
enum FeatureSpaceFile {
    private static let module = "keras.src.layers.preprocessing.feature_space"
    private static let vocabularySuffix = "/vocabulary.txt"
    private static let assets = "assets/preprocessors/"

    /// The names under which layers of classes are saved, in order.
    private struct Places {
        private var counts: [String: Int] = [:]

        mutating func next(_ className: String) -> String {
            let base = AutomaticName.snakeCase(className)
            let number = counts[base, default: 0]
            counts[base] = number + 1
            return number == 0 ? base : "\(base)_\(number)"
        }
    }

    // MARK: Reading

    static func read(_ path: String) throws -> FeatureSpace {
        let archive = ZipArchive.bytes(try FileAccess.read(path))
        guard try archive.isZip() else {
            throw KeratinError(.file, "is no .keras file: it is no zip archive")
        }
        let members = try archive.members {
            $0 == KerasFile.configMember
                || ($0.hasPrefix(assets) && $0.hasSuffix(vocabularySuffix))
        }
        guard let config = members.first(where: { $0.name == KerasFile.configMember }) else {
            throw KeratinError(.file, "is no .keras file: it has no \(KerasFile.configMember)")
        }
        let object = try SerializedObject(
            JSON.decode(config.bytes, name: KerasFile.configMember), what: "feature space")
        guard object.className == "FeatureSpace" else {
            throw KeratinError(
                .invalidData,
                "holds a \(object.className), not a FeatureSpace: models are read by loadModel")
        }
        let order = try JSONKeys.ordered(config.bytes, inside: ["config", "features"])
        let weights = try WeightsFile.read(path, .model)
        let texts = Dictionary(members.map { ($0.name, $0.bytes) }, uniquingKeysWith: { $1 })
        return try space(try object.configuration(), order, weights) {
            texts[assets + $0 + vocabularySuffix]
        }
    }

    private static func space(
        _ configuration: Configuration, _ order: [String], _ weights: HDF5Group,
        vocabulary: (String) -> [UInt8]?
    ) throws -> FeatureSpace {
        guard case .object(let entries)? = configuration.value("features") else {
            throw configuration.mismatch("features", expected: "features by name")
        }
        var places = Places()
        var features: [(name: String, preprocessor: FeaturePreprocessor, isOneHot: Bool)] = []
        for name in order {
            guard let entry = entries[name] else { continue }
            do {
                let feature = try SerializedObject(entry, what: "feature").configuration()
                let layer = try SerializedObject(
                    feature.value("preprocessor") ?? .null, what: "preprocessor")
                let place = places.next(layer.className)
                features.append(
                    (
                        name,
                        try preprocessor(
                            layer, isText: try feature.string("dtype") == "string",
                            vocabulary(place),
                            weights.variables(at: "preprocessors/\(place)") ?? []),
                        try feature.string("output_mode") == "one_hot"
                    ))
            } catch let error as KeratinError {
                throw error.nested(in: "feature '\(name)'")
            }
        }
        let output = try configuration.string("output_mode", default: "concat").featureOutput()
        return try FeatureSpace(
            features, output, try crosses(configuration),
            crossingDim: try configuration.integer("crossing_dim", default: 32),
            hashingDim: try configuration.integer("hashing_dim", default: 32),
            numDiscretizationBins: try configuration.integer(
                "num_discretization_bins", default: 32),
            isAdapted: true)
    }

    private static func crosses(_ configuration: Configuration) throws -> [FeatureSpace.Cross] {
        guard case .list(let entries)? = configuration.value("crosses") else { return [] }
        return try entries.map { entry in
            let cross = try SerializedObject(entry, what: "cross").configuration()
            guard case .list(let names)? = cross.value("feature_names") else {
                throw cross.mismatch("feature_names", expected: "a list of names")
            }
            return FeatureSpace.Cross(
                try names.map {
                    guard case .string(let name) = $0 else {
                        throw cross.mismatch("feature_names", expected: "a list of names")
                    }
                    return name
                }, crossingDim: try cross.integer("crossing_dim"),
                outputMode: try cross.string("output_mode", default: "one_hot"))
        }
    }

    private static func preprocessor(
        _ object: SerializedObject, isText: Bool, _ vocabulary: [UInt8]?, _ arrays: [RawArray]
    ) throws -> FeaturePreprocessor {
        let configuration = try object.configuration()
        switch object.className {
        case "TFDIdentity": return .identity
        case "Rescaling": return .rescaling(try Rescaling(from: configuration))
        case "Normalization":
            let layer = try Normalization(from: configuration)
            try layer.buildIfNeeded(inputShape: [nil, 1])
            // One with a mean of its own has no weights.
            if !layer.weights.isEmpty {
                guard arrays.count == layer.weights.count else {
                    throw KeratinError(
                        .file, "the weights of the Normalization are not in the file")
                }
                try layer.setWeights(
                    zip(arrays, layer.weights).map { array, weight in
                        Tensor(array.floats, shape: Shape(array.shape)).cast(to: weight.dtype)
                    })
            }
            return .normalization(layer)
        case "Discretization":
            let bins = try configuration.optionalInteger("num_bins")
            return .discretization(try Discretization(from: configuration), bins: bins)
        case "StringLookup":
            return .strings(
                try StringLookup(
                    from: try with(vocabulary, configuration) { .string($0) }))
        case "IntegerLookup":
            return .integers(
                try IntegerLookup(
                    from: try with(vocabulary, configuration) { text in
                        guard let integer = Int(text) else {
                            throw KeratinError(
                                .file, "the vocabulary has '\(text)', which is no integer")
                        }
                        return .integer(integer)
                    }))
        case "Hashing":
            return .hashing(
                try Hashing(from: configuration), bins: try configuration.integer("num_bins"),
                isText: isText)
        case let name:
            throw KeratinError(
                .unavailable,
                "encodes the column by a \(name), which feature spaces do not have here"
            )
        }
    }

    /// The arguments of a lookup with the tokens of an asset, if they do not hold any.
    private static func with(
        _ vocabulary: [UInt8]?, _ configuration: Configuration,
        _ token: (String) throws -> ConfigValue
    ) throws -> Configuration {
        var values = configuration.contents
        if let vocabulary, values["vocabulary"] ?? .null == .null {
            let lines = String(decoding: vocabulary, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false)
            values["vocabulary"] = .list(try lines.map { try token(String($0)) })
        }
        return Configuration(values, of: configuration.className)
    }

    // MARK: Writing

    static func bytes(_ space: FeatureSpace) throws -> [UInt8] {
        guard space.isAdapted else {
            throw KeratinError(
                .invalidState, "has not seen data: call adapt before it is saved",
                at: "FeatureSpace")
        }
        let config = JSON.encode(try object(space).value)
        let metadata = JSON.encode([
            "keras_version": "3.15.1", "date_saved": "1980-01-01@00:00:00",
        ])
        // Numbers of classes count in the order in which the text has the features.
        let order = try JSONKeys.ordered(Array(config.utf8), inside: ["config", "features"])
        return try Zip.write([
            Zip.Member(name: KerasFile.metadataMember, bytes: Array(metadata.utf8)),
            Zip.Member(name: KerasFile.configMember, bytes: Array(config.utf8)),
            Zip.Member(
                name: WeightsFile.memberName, bytes: try HDF5Writer.write(weights(space, order))),
        ])
    }

    private static func object(_ space: FeatureSpace) throws -> SerializedObject {
        var features: [String: ConfigValue] = [:]
        var shapes: [String: ConfigValue] = [:]
        for part in space.featureParts {
            guard let preprocessor = space.preprocessors[part.name] else { continue }
            let (layer, dtype) = try serialized(preprocessor, part.name)
            let mode = preprocessor.isCategorical ? part.isOneHot ? "one_hot" : "int" : "float"
            features[part.name] =
                SerializedObject(
                    module: module, className: "Feature",
                    config: [
                        "dtype": .string(dtype), "preprocessor": layer,
                        "output_mode": .string(mode),
                    ], registeredName: "Feature"
                ).value
            shapes[part.name] = ["input_shape": [.null, 1]]
        }
        let crosses = try space.crossers.map { cross, _, dimension in
            SerializedObject(
                module: module, className: "Cross",
                config: [
                    "feature_names": .list(cross.featureNames.map { .string($0) }),
                    "crossing_dim": .integer(dimension),
                    "output_mode": .string(try cross.outputMode.outputMode().rawValue),
                ], registeredName: "Cross"
            ).value
        }
        var object = SerializedObject(
            module: "keras.utils", className: "FeatureSpace",
            config: [
                "features": .object(features), "output_mode": .string(space.outputMode.rawValue),
                "crosses": .list(crosses), "crossing_dim": .integer(space.crossingDim),
                "hashing_dim": .integer(space.hashingDim),
                "num_discretization_bins": .integer(space.numDiscretizationBins),
            ])
        object.buildConfig = .object(shapes)
        return object
    }

    /// A layer as files hold it, and the type of the columns that it takes.
    private static func serialized(
        _ preprocessor: FeaturePreprocessor, _ name: String
    ) throws -> (layer: ConfigValue, dtype: String) {
        func layer(_ layer: Layer) throws -> ConfigValue {
            var object = try layer.serialized()
            object.buildConfig = ["input_shape": [.null, 1]]
            return object.value
        }
        func lookup(
            _ className: String, _ config: [String: ConfigValue], _ tokens: [ConfigValue]
        ) -> ConfigValue {
            var config = config
            config["vocabulary"] = tokens.isEmpty ? .null : .list(tokens)
            return SerializedObject(
                module: "keras.layers", className: className, config: config
            ).value
        }
        switch preprocessor {
        case .identity:
            let config: [String: ConfigValue] = [
                "name": .string("\(name)_preprocessor"), "trainable": true, "dtype": "float32",
            ]
            return (
                SerializedObject(
                    module: module, className: "TFDIdentity", config: config,
                    registeredName: "TFDIdentity"
                ).value, "float32"
            )
        case .rescaling(let own): return (try layer(own), "float32")
        case .normalization(let own): return (try layer(own), "float32")
        case .discretization(let own, _): return (try layer(own), "float32")
        case .hashing(let own, _, let isText):
            return (try layer(own), isText ? "string" : "int32")
        case .strings(let own):
            let tokens = own.getVocabulary(includeSpecialTokens: false)
            return (
                lookup("StringLookup", own.getConfig(), tokens.map { .string($0) }), "string"
            )
        case .integers(let own):
            let tokens = own.getVocabulary(includeSpecialTokens: false)
            return (
                lookup("IntegerLookup", own.getConfig(), tokens.map { .integer($0) }), "int32"
            )
        }
    }

    private static func weights(_ space: FeatureSpace, _ order: [String]) throws -> HDF5Group {
        var root = HDF5Group()
        root["vars"] = .group(HDF5Group())
        var places = Places()
        for name in order {
            guard let preprocessor = space.preprocessors[name] else { continue }
            let path = "preprocessors/\(places.next(preprocessor.className))"
            var arrays: [RawArray] = []
            if case .normalization(let layer) = preprocessor {
                arrays = try layer.weights.map { weight in
                    let values = try weight.state.values()
                    guard weight.dtype == .int32 else {
                        return RawArray(values, shape: weight.shape.dimensions)
                    }
                    return RawArray(Int64(values.first ?? 0))
                }
            }
            root.store(arrays, at: path)
        }
        return root
    }
}

import KeratinCore
import KeratinTensor

/// A layer that can be made from the arguments in a Keras file. With `getConfig` it is all that a layer of your own
/// needs to be saved and loaded; register it with `CustomObjects.register(layer:)`.
public protocol ConfigurableLayer: Layer, CustomObject {
    /// - Throws: `KeratinError` for missing or wrong arguments.
    init(from configuration: Configuration) throws

    /// The arguments that the layer was made from, by Keras's names: `["units": units]`. Name and the like are added. A layer of your own
    /// says them here, or overrides `getConfig`.
    var configuration: Configuration { get }
}

extension ConfigurableLayer {
    /// No arguments.
    public var configuration: Configuration { [:] }
}

/// A layer of this package that can be made from the arguments in a Keras file. Users have `ConfigurableLayer`; the initializer of these is
/// not for them, and would be what the compiler suggests for every mistake in their own.
package protocol BuiltInLayer: Layer {
    /// - Throws: `KeratinError` for missing or wrong arguments.
    init(from configuration: Configuration) throws
}

/// Makes a model of what a file says of it.
package final class ModelMaker: Sendable {
    let make: @Sendable (SerializedObject) throws -> Layer

    package init(_ make: @escaping @Sendable (SerializedObject) throws -> Layer) {
        self.make = make
    }
}

/// Finds layers by Keras's class names.
public enum LayerRegistry {
    /// Other names of the same classes, in Keras and in earlier versions of it.
    static let aliases: [String: String] = [
        "Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "Convolution3D": "Conv3D",
        "Convolution1DTranspose": "Conv1DTranspose", "Convolution2DTranspose": "Conv2DTranspose",
        "Convolution3DTranspose": "Conv3DTranspose", "SeparableConvolution1D": "SeparableConv1D",
        "SeparableConvolution2D": "SeparableConv2D", "MaxPool1D": "MaxPooling1D",
        "MaxPool2D": "MaxPooling2D", "MaxPool3D": "MaxPooling3D", "AvgPool1D": "AveragePooling1D",
        "AvgPool2D": "AveragePooling2D", "AvgPool3D": "AveragePooling3D",
        "GlobalMaxPool1D": "GlobalMaxPooling1D", "GlobalMaxPool2D": "GlobalMaxPooling2D",
        "GlobalMaxPool3D": "GlobalMaxPooling3D", "GlobalAvgPool1D": "GlobalAveragePooling1D",
        "GlobalAvgPool2D": "GlobalAveragePooling2D", "GlobalAvgPool3D": "GlobalAveragePooling3D",
        "GroupedQueryAttention": "GroupQueryAttention",
    ]

    private static let builtIn: [String: any BuiltInLayer.Type] = Dictionary(
        uniqueKeysWithValues: (allLayers + droppedLayers).map { ($0.publicName, $0) })

    /// Makes the models inside of layers and models; those who read files know them.
    @TaskLocal package static var modelMaker: ModelMaker?
    /// Keras's classes of models. In Keras 2 a graph was a `Model`.
    package static let modelClasses: Set<String> = ["Sequential", "Functional", "Model"]

    /// The classes that files may name, those of users included.
    public static var names: [String] {
        Set(builtIn.keys).union(CustomObjects.names(CustomObjects.layerKind)).sorted()
    }

    /// The layer that a serialized object describes, not built yet.
    ///
    /// - Parameter unusedKeys: receives arguments that were not understood.
    /// - Throws: `KeratinError` for unknown classes (with the nearest names) and wrong arguments.
    public static func make(
        _ object: SerializedObject, unusedKeys: (_ place: String, [String]) -> Void = { _, _ in }
    ) throws -> Layer {
        if modelClasses.contains(object.className), let modelMaker {
            return try modelMaker.make(object)
        }
        let configuration = try object.configuration()
        try checkPrecision(configuration)
        let layer = try make(object.registeredName ?? object.className, configuration)
        try setCommon(layer, configuration)
        // Shapes of the first layer in files of Keras 2; the model reads them.
        configuration.ignore("batch_input_shape", "autocast")
        let unused = configuration.unusedKeys
        if !unused.isEmpty { unusedKeys(layer.place, unused) }
        for inner in configuration.innerUnusedKeys { unusedKeys(inner.place, inner.keys) }
        return layer
    }

    /// Sets what every layer may be told.
    static func setCommon(_ layer: Layer, _ configuration: Configuration) throws {
        // Classes of users need not care for the name.
        if let name = configuration.name { layer.name = name }
        // Set only if it differs, because it is handed on to layers inside, which say it for themselves.
        let trainable = try configuration.boolean("trainable", default: true)
        if layer.trainable != trainable { layer.trainable = trainable }
        if !layer.handsOnActivityRegularizer,
            let regularizer: Regularizer = try configuration.optionalObject("activity_regularizer")
        {
            layer.activityRegularizer = regularizer
        }
    }

    /// Makes layers of a class from their arguments; nil for a class that is not made so.
    static func maker(of type: Layer.Type) -> ((Configuration) throws -> Layer)? {
        if let type = type as? any BuiltInLayer.Type { return { try type.init(from: $0) } }
        if let type = type as? any ConfigurableLayer.Type { return { try type.init(from: $0) } }
        return nil
    }

    private static func make(_ name: String, _ configuration: Configuration) throws -> Layer {
        if let custom: Layer = try CustomObjects.make(
            CustomObjects.layerKind, name, configuration)
        {
            return custom
        }
        let short = name.split(separator: ">").last.map(String.init) ?? name
        guard let type = builtIn[aliases[short] ?? short], !name.contains(">") else {
            if short == Lambda.className { return try Lambda.make(configuration) }
            if textLayers.contains(short) { throw textInModel(short) }
            var error = unknownName(name, among: names, what: "layer")
            error.message += ". A layer of your own: CustomObjects.register(layer: \(short).self)"
            throw error
        }
        return try type.init(from: configuration)
    }

    /// Layers of Keras that are there, but not as steps of a model.
    private static let textLayers = ["TextVectorization", "StringLookup", "IntegerLookup"]

    private static func textInModel(_ name: String) -> KeratinError {
        KeratinError(
            .unavailable,
            "takes texts, so that it is no step of a graph here (a TextVectorization may be the first layer of a Sequential): "
                + "save the model without it, make a \(name) with its vocabulary (in a .keras file: assets, "
                + "vocabulary.txt), and hand its results to the model", at: name)
    }

    /// Computation is in float32. Policies of other floats are computed with its digits, of which a warning tells; quantized ones are
    /// refused.
    private static func checkPrecision(_ configuration: Configuration) throws {
        // What an input says is the type of its data.
        guard configuration.className != Input.className,
            let dtype = configuration.value("dtype")
        else { return }
        var name: String?
        switch dtype {
        case .string(let text): name = text
        case .object: if case .string(let text)? = dtype["config"]?["name"] { name = text }
        default: break
        }
        // Layers of integers, such as lookups, name their results' type.
        let accepted = ["float32", "int32", "int64", "uint8", "bool"]
        let floats = ["float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16"]
        if let name, floats.contains(name) {
            warnOnce("the dtype policy '\(name)' is computed in float32")
            return
        }
        guard let name, accepted.contains(name) else {
            throw KeratinError(
                .unavailable,
                "the dtype policy \(name ?? String(describing: dtype)) is not there yet, only float32",
                at: configuration.className)
        }
    }
}

extension LayerRegistry {
    package static func isBuiltIn(_ layer: Layer) -> Bool {
        builtInTypes.contains(ObjectIdentifier(type(of: layer)))
    }

    private static let builtInTypes = Set(
        (allLayers + droppedLayers).map { ObjectIdentifier($0) })
}

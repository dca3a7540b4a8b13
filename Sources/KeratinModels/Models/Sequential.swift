import KeratinCore
import KeratinLayers
import KeratinTensor

/// A stack of layers, each fed with the result of the one before: a graph with one path.
///
/// With an `Input` first the model is built as layers are added; without one it is built by the first data.
public final class Sequential: Model, @unchecked Sendable {
    private var stack: [Layer] = []
    /// What encodes texts, if the model takes them.
    package private(set) var textLayer: (any TextLayer)?
    /// What the model is fed; nil until it is known.
    package private(set) var inputLayer: Input?
    /// Whether the input was found from the first data.
    private var hasFoundInput = false
    package var foundItsInput: Bool { hasFoundInput }
    /// The result of each layer, while they are known.
    private var results: [Tensor] = []
    private var path: Graph?

    /// A stack from a list.
    public convenience init(_ layers: [Layer], name: String? = nil) throws {
        self.init(name: name)
        for layer in layers { try add(layer) }
    }

    /// A stack from layers one by one: `try Sequential(Dense(32), Dense(1))`.
    public convenience init(_ first: Layer, _ rest: Layer..., name: String? = nil) throws {
        try self.init([first] + rest, name: name)
    }

    /// A stack from a list.
    public convenience init(layers: [Layer], name: String? = nil) throws {
        try self.init(layers, name: name)
    }

    /// A stack from a builder: `try Sequential { Input(shape: [4]); Dense(3) }`.
    public convenience init(
        name: String? = nil, @LayerBuilder _ layers: () throws -> [Layer]
    ) throws {
        try self.init(try layers(), name: name)
    }

    public override init(name: String? = nil) { super.init(name: name) }

    /// Puts a layer on top.
    /// - Throws: `KeratinError` if an `Input` is not first, if a name is taken, or if the layer does not fit.
    public func add(_ layer: Layer) throws { try exclusively { try stack(layer) } }

    private func stack(_ layer: Layer) throws {
        if let layer = layer as? any TextLayer {
            guard stack.isEmpty, inputLayer == nil else {
                throw KeratinError(
                    .invalidArgument, "takes texts, so it must be the first layer", at: layer.place)
            }
            inputLayer = Input(shape: try layer.encodedShape, dtype: layer.encodedType)
            textLayer = layer
            markBuilt()
            return
        }
        if let layer = layer as? Input {
            guard stack.isEmpty, inputLayer == nil else {
                throw KeratinError(.invalidArgument, "an Input must be the first layer", at: name)
            }
            inputLayer = layer
            markBuilt()
            return
        }
        guard !stack.contains(where: { $0.name == layer.name }) else {
            throw KeratinError(
                .invalidArgument, "all layers need names of their own, '\(layer.name)' is taken",
                at: name)
        }
        training = nil
        noteChange()
        let input = inputLayer
        if stack.isEmpty, input == nil, let shape = layer.sampleShape {
            inputLayer = Input(shape: shape)
        }
        stack.append(layer)
        guard inputLayer != nil else { return }
        let wasBuilt = layer.isBuilt
        do {
            try build(layer)
        } catch {
            stack.removeLast()
            inputLayer = input
            if !wasBuilt { layer.unbuild() }
            throw error
        }
    }

    /// Takes the top layer off.
    public func pop() throws {
        try exclusively {
            if stack.isEmpty, textLayer != nil {
                (textLayer, inputLayer, path) = (nil, nil, nil)
                return
            }
            guard !stack.isEmpty else {
                throw KeratinError(.invalidState, "has no layer to take off", at: name)
            }
            stack.removeLast()
            results = Array(results.prefix(stack.count))
            path = nil
            training = nil
            noteChange()
        }
    }

    override class var hasOwnCall: Bool { false }

    public override var layers: [Layer] { (textLayer.map { [$0] } ?? []) + stack }

    public override var savedChildren: [(attribute: String, layers: SavedLayers)] {
        [("layers", .list(stack))]
    }

    package override var graph: Graph? {
        lock.withLock {
            guard let inputLayer, isBuilt else { return nil }
            if let path { return path }
            path = try? Graph(
                inputs: [inputLayer.tensor], outputs: [results.last ?? inputLayer.tensor], at: place
            )
            return path
        }
    }

    public override var outputShape: [Int?]? {
        isBuilt ? results.last.map { SymbolicType(of: $0).extents } ?? inputShape : nil
    }

    public override var inputShape: [Int?]? { inputLayer?.batchShape }

    /// The shape of a layer's result, if the model is built.
    package func layerShape(_ index: Int) -> [Int?]? {
        if textLayer != nil {
            if index == 0 { return inputShape }
            return results.indices.contains(index - 1)
                ? SymbolicType(of: results[index - 1]).extents : nil
        }
        return results.indices.contains(index) ? SymbolicType(of: results[index]).extents : nil
    }

    // MARK: Files

    /// The arguments by Keras's names.
    public override func getConfig() throws -> [String: ConfigValue] {
        var entries: [ConfigValue] = []
        if let textLayer {
            // A text stands alone in its row.
            entries.append(Sequential.inputOfTexts(name: inputLayer?.name))
            entries.append(try textLayer.serialized().value)
        } else if let inputLayer {
            entries.append(try inputLayer.serialized().value)
        }
        for (index, layer) in layers.enumerated() where !(layer is any TextLayer) {
            var object = try layer.serialized()
            // A layer without weights was never built for a shape that its loading needs.
            let shape = index == 0 ? inputShape : layerShape(index - 1)
            if let shape { object.buildConfig = ["input_shape": ConfigValue(shape)] }
            entries.append(object.value)
        }
        return [
            "name": .string(name), "trainable": .boolean(trainable), "dtype": "float32",
            "layers": .list(entries),
            "build_input_shape": fileShape.map { ConfigValue($0) } ?? .null,
        ]
    }

    /// The shape of a batch by files: texts are [batch, 1].
    private var fileShape: [Int?]? { textLayer == nil ? inputShape : [nil, 1] }

    private static func inputOfTexts(name: String?) -> ConfigValue {
        SerializedObject(
            module: "keras.layers", className: Input.className,
            config: [
                "batch_shape": [.null, 1], "dtype": "string", "sparse": false,
                "name": name.map { .string($0) } ?? "input_layer",
            ]
        ).value
    }

    /// The model as files hold it.
    public override func serialized() throws -> SerializedObject {
        var object = SerializedObject(
            module: "keras", className: "Sequential", config: try getConfig())
        object.buildConfig = fileShape.map { ["input_shape": ConfigValue($0)] }
        return object
    }

    // MARK: Building

    public override func build(inputShape: [Int?]) throws {
        try lock.withLock { try buildStack(inputShape) }
    }

    private func buildStack(_ inputShape: [Int?]) throws {
        if let known = inputLayer?.batchShape {
            guard known.count == inputShape.count,
                zip(known, inputShape).allSatisfy({ $0 == nil || $1 == nil || $0 == $1 })
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "was built for \(describe(known)), not for \(describe(inputShape))", at: name)
            }
            return
        }
        inputLayer = Input(shape: Array(inputShape.dropFirst()), batchSize: inputShape.first ?? nil)
        hasFoundInput = true
        let new = stack.filter { !$0.isBuilt }
        do {
            for layer in stack { try build(layer) }
        } catch {
            // Nothing is left of what was made for this shape.
            for layer in new { layer.unbuild() }
            forgetShape()
            throw error
        }
    }

    private func forgetShape() {
        if hasFoundInput { inputLayer = nil }
        results = []
        path = nil
    }

    public override func unbuild() {
        super.unbuild()
        forgetShape()
    }

    private func build(_ layer: Layer) throws {
        guard let below = results.last ?? inputLayer?.tensor else { return }
        try withBackend(try resolvedBackend()) {
            let outputs = try layer.outputs(below)
            guard outputs.count == 1 else {
                throw KeratinError(
                    .invalidArgument,
                    "All layers in a Sequential model should have a single output tensor, this one has \(outputs.count)",
                    at: layer.place)
            }
            results.append(outputs[0])
        }
        path = nil
        if results.count == stack.count { markBuilt() }
    }
}

/// Lists layers one a line.
@resultBuilder
public enum LayerBuilder {
    /// A line that is a layer.
    public static func buildExpression(_ layer: Layer) -> [Layer] { [layer] }
    /// A line that is a list of layers.
    public static func buildExpression(_ layers: [Layer]) -> [Layer] { layers }
    /// The lines one after another.
    public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap { $0 } }
    /// The layers of an `if` without `else`.
    public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
    /// The layers of an `if` that holds.
    public static func buildEither(first part: [Layer]) -> [Layer] { part }
    /// The layers of an `else`.
    public static func buildEither(second part: [Layer]) -> [Layer] { part }
    /// The layers of a loop, turn by turn.
    public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap { $0 } }
}

import KeratinCore
import KeratinLayers
import KeratinTensor

/// A stack of layers, each fed with the result of the one before.
///
/// With an `Input` first the model is built as layers are added; without one it is built by the first data.
public final class Sequential: Model, @unchecked Sendable {
    private var stack: [Layer] = []
    /// What the model is fed; nil until it is known.
    package private(set) var input: Input?
    private var builtFor: [Int?]?
    /// The shape of each layer's result, while they are known.
    package private(set) var layerShapes: [[Int?]] = []

    /// A stack from a list.
    public convenience init(_ layers: [Layer], name: String? = nil) throws {
        self.init(name: name)
        for layer in layers { try add(layer) }
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
        if let layer = layer as? Input {
            guard stack.isEmpty, input == nil else {
                throw KeratinError(.invalidArgument, "an Input must be the first layer", at: name)
            }
            input = layer
            builtFor = layer.batchShape
            return
        }
        guard !stack.contains(where: { $0.name == layer.name }) else {
            throw KeratinError(
                .invalidArgument, "all layers need names of their own, '\(layer.name)' is taken",
                at: name)
        }
        training = nil
        stack.append(layer)
        guard builtFor != nil else { return }
        let wasBuilt = layer.isBuilt
        do {
            try build(layer)
        } catch {
            stack.removeLast()
            if !wasBuilt { layer.unbuild() }
            throw error
        }
    }

    /// Takes the top layer off.
    public func pop() throws {
        try exclusively {
            guard !stack.isEmpty else {
                throw KeratinError(.invalidState, "has no layer to take off", at: name)
            }
            stack.removeLast()
            layerShapes = Array(layerShapes.prefix(stack.count))
            training = nil
        }
    }

    public override var layers: [Layer] { stack }
    public override var inputShape: [Int?]? { builtFor }
    package override var inputType: InputType { input?.type ?? .float32 }
    public override var outputShape: [Int?]? { isBuilt ? layerShapes.last ?? builtFor : nil }
    public override var isBuilt: Bool { builtFor != nil && layerShapes.count == stack.count }

    /// The shape of a layer's result, if the model is built.
    package func layerShape(_ index: Int) -> [Int?]? {
        layerShapes.indices.contains(index) ? layerShapes[index] : nil
    }

    public override func build(inputShape: [Int?]) throws {
        try lock.withLock { try buildStack(inputShape) }
    }

    private func buildStack(_ inputShape: [Int?]) throws {
        if let builtFor, builtFor.count == inputShape.count,
            zip(builtFor, inputShape).allSatisfy({ $0 == nil || $1 == nil || $0 == $1 })
        {
            return
        }
        guard builtFor == nil else {
            throw KeratinError(
                .shapeMismatch,
                "was built for \(describe(builtFor!)), not for \(describe(inputShape))", at: name)
        }
        let hadInput = input != nil
        builtFor = inputShape
        if !hadInput {
            input = Input(shape: Array(inputShape.dropFirst()), batchSize: inputShape.first ?? nil)
        }
        let new = stack.filter { !$0.isBuilt }
        do {
            for layer in stack { try build(layer) }
        } catch {
            // Nothing is left of what was made for this shape.
            for layer in new { layer.unbuild() }
            if !hadInput { input = nil }
            builtFor = nil
            layerShapes = []
            throw error
        }
    }

    private func build(_ layer: Layer) throws {
        let shape = layerShapes.last ?? builtFor!
        let backend = try resolvedBackend()
        try withBackend(backend) {
            try layer.buildIfNeeded(inputShape: shape)
            layerShapes.append(try layer.outputShape(for: shape))
        }
    }

    package override func check(data: NDArray) throws { try stack.first?.check(data: data) }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try stack.reduce(input) { try $1.apply($0, training: training) }
    }
}

/// Lists layers one a line.
@resultBuilder
public enum LayerBuilder {
    public static func buildExpression(_ layer: Layer) -> [Layer] { [layer] }
    public static func buildExpression(_ layers: [Layer]) -> [Layer] { layers }
    public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap { $0 } }
    public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
    public static func buildEither(first part: [Layer]) -> [Layer] { part }
    public static func buildEither(second part: [Layer]) -> [Layer] { part }
    public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap { $0 } }
}

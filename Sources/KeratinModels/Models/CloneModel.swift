import KeratinCore
import KeratinLayers
import KeratinTensor

/// What becomes of a layer where a model is cloned.
public typealias CloneFunction = (Layer) throws -> Layer

/// How the clone of a layer is called where a graph is cloned.
public typealias CallFunction = (Layer, [Tensor], CallContext) throws -> [Tensor]

/// A model of the same layers with new weights, as Keras's `clone_model`. A layer that stands in several places is one layer in the clone, too.
/// The clone is not compiled.
///
/// - Parameters:
///   - inputTensors: what the clone begins with, in the order of the model's inputs: `Input`s, or symbolic results of layers; nil: new
///     `Input`s of the same names.
///   - cloneFunction: makes the clone's layer of each layer (inputs aside), for instance one with dropout where there was none; nil: a
///     layer of the same arguments.
///   - callFunction: calls a clone in place of the original's call, for instance with another option; not for stacks.
///   - recursive: whether `cloneFunction` is also asked for the layers of models inside the model, rather than for these models.
/// - Throws: `KeratinError` if a layer cannot be cloned, or does not fit in its place.
public func cloneModel(
    _ model: Model, inputTensors: [any TensorConvertible]? = nil,
    cloneFunction: CloneFunction? = nil, callFunction: CallFunction? = nil, recursive: Bool = false
) throws -> Model {
    let cloning = Cloning(cloneFunction, callFunction, recursive: recursive)
    return try ModelConfiguration.withMaker { try cloning.model(model, inputTensors) }
}

/// A stack of the same layers with new weights.
public func cloneModel(
    _ model: Sequential, inputTensors: [any TensorConvertible]? = nil,
    cloneFunction: CloneFunction? = nil, recursive: Bool = false
) throws -> Sequential {
    let cloning = Cloning(cloneFunction, nil, recursive: recursive)
    return try ModelConfiguration.withMaker { try cloning.stack(model, inputTensors) }
}

/// Remembers which layers were cloned.
private final class Cloning {
    private let cloneFunction: CloneFunction?
    private let callFunction: CallFunction?
    private let recursive: Bool
    private var clones: [ObjectIdentifier: Layer] = [:]

    init(_ cloneFunction: CloneFunction?, _ callFunction: CallFunction?, recursive: Bool) {
        self.cloneFunction = cloneFunction
        self.callFunction = callFunction
        self.recursive = recursive
    }

    /// - Parameter isInner: whether the model stands in the one that is cloned, where a stack has nothing to be called by.
    func model(
        _ model: Model, _ inputs: [any TensorConvertible]?, isInner: Bool = false
    ) throws -> Model {
        if let stack = model as? Sequential {
            guard callFunction == nil || isInner else {
                throw KeratinError(
                    .invalidArgument, "a callFunction is not for stacks", at: model.place)
            }
            return try self.stack(stack, inputs)
        }
        if let graph = model.graph, type(of: model).isPlainGraph {
            return try functional(model, graph, inputs)
        }
        guard isInner || cloneFunction == nil && callFunction == nil && inputs == nil else {
            throw KeratinError(
                .invalidArgument,
                "is a class with a call of its own, which is cloned as a whole: without functions and inputTensors",
                at: model.place)
        }
        guard let copy = try model.copied() as? Model else {
            throw KeratinError(.invalidState, "was cloned to something else", at: model.place)
        }
        return copy
    }

    func stack(_ model: Sequential, _ inputs: [any TensorConvertible]?) throws -> Sequential {
        let clone = Sequential(name: model.name)
        if let inputs {
            guard inputs.count == 1, let tensor = inputs.first?.tensor, let graph = tensor.graph
            else {
                throw KeratinError(
                    .invalidArgument,
                    "a stack begins with one symbolic tensor, got \(inputs.count)",
                    at: model.place)
            }
            // A stack is fed by an Input of its own.
            let extents = graph.type.extents
            let input = inputs.first as? Input
            try clone.add(
                input
                    ?? Input(
                        shape: Array(extents.dropFirst()), batchSize: extents.first ?? nil,
                        dtype: graph.type.dtype))
        } else if let input = model.inputLayer, !model.foundItsInput, model.textLayer == nil {
            try clone.add(try input.copied())
        }
        for layer in model.layers { try clone.add(try self.clone(layer)) }
        if !model.trainable { clone.trainable = false }
        return clone
    }

    private func functional(
        _ model: Model, _ graph: Graph, _ inputs: [any TensorConvertible]?
    ) throws -> Model {
        let begin = try inputs?.map(\.tensor) ?? graph.inputs.map(newInput)
        guard begin.count == graph.inputs.count else {
            throw KeratinError(
                .invalidArgument,
                "expects \(graph.inputs.count) inputTensors, got \(begin.count)", at: model.place)
        }
        var values: [GraphTensor: Tensor] = [:]
        for (old, new) in zip(graph.inputs, begin) { values[old] = new }
        func replaced(_ tensor: Tensor) -> Tensor { tensor.graph.flatMap { values[$0] } ?? tensor }
        // In the order in which they were made, in which files number the uses of a layer.
        for node in graph.nodes.sorted(by: { $0.number < $1.number }) where !node.isInput {
            let results = try run(node, node.inputs.map(replaced))
            for (index, result) in results.enumerated() {
                let tensor = GraphTensor(node: node, index: index)
                if values[tensor] == nil { values[tensor] = result }
            }
        }
        let clone = try Model(
            inputs: begin, outputs: graph.outputs.map { replaced(Tensor($0)) }, name: model.name)
        if !model.trainable { clone.trainable = false }
        return clone
    }

    private func newInput(_ tensor: GraphTensor) throws -> Tensor {
        if let input = tensor.node.function as? GraphInput,
            let copy = try input.layer.copied() as? Input
        {
            return copy.tensor
        }
        let extents = tensor.type.extents
        return Input(
            shape: Array(extents.dropFirst()), batchSize: extents.first ?? nil,
            dtype: tensor.type.dtype
        ).tensor
    }

    /// The clone of a use of a layer, or of an operation, which keeps nothing.
    private func run(_ node: GraphNode, _ inputs: [Tensor]) throws -> [Tensor] {
        guard let call = node.function as? LayerCall else {
            return try GraphNode(node.function, inputs).outputs
        }
        let layer = try clone(call.layer)
        let context = call.context.replacing(Array(inputs.dropFirst(call.inputCount)))
        let own = Array(inputs.prefix(call.inputCount))
        if let callFunction { return try callFunction(layer, own, context) }
        return try layer.apply(own, context, takesList: call.takesList)
    }

    private func clone(_ layer: Layer) throws -> Layer {
        if let known = clones[ObjectIdentifier(layer)] { return known }
        let copy: Layer
        if let model = layer as? Model, recursive || cloneFunction == nil {
            copy = try self.model(model, nil, isInner: true)
        } else {
            copy = try cloneFunction?(layer) ?? layer.copied()
        }
        clones[ObjectIdentifier(layer)] = copy
        return copy
    }
}

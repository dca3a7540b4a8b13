import KeratinCore
import KeratinTensor

/// What a layer is told besides its inputs when it is called.
public struct CallContext {
    /// true while a training step is recorded.
    public var training: Bool
    /// Tensors that were passed by name, such as a recurrent layer's `initial_state`, by Keras's names.
    public var tensors: [String: [Tensor]]
    /// Other arguments that were passed by name, such as `use_causal_mask`.
    public var options: [String: ConfigValue]

    /// A call for prediction, with nothing beside the inputs, unless said otherwise.
    public init(
        training: Bool = false, tensors: [String: [Tensor]] = [:],
        options: [String: ConfigValue] = [:]
    ) {
        self.training = training
        self.tensors = tensors
        self.options = options
    }

    /// Whether the outermost call that is under way was made at once and said nothing of training. Image layers, whose use is to
    /// be called on arrays, then do what they do in training, as Keras's do.
    @TaskLocal static var unsaid: Bool?

    /// See `unsaid`; false in a model's own steps and in calls that said something.
    static var isTrainingUnsaid: Bool { unsaid ?? false }

    /// Runs a call, and remembers whether it said anything of training if it is the outermost one.
    static func called<Result>(
        _ training: Bool?, _ body: (Bool) throws -> Result
    ) rethrows -> Result {
        // In a recorded step there is no one who could have forgotten to say it.
        if training == nil, unsaid != nil || Trace.current != nil { return try body(false) }
        return try $unsaid.withValue(training == nil) { try body(training ?? false) }
    }

    /// The only tensor under a name.
    public func tensor(_ name: String) -> Tensor? { tensors[name]?.first }

    /// - Throws: `KeratinError` for an argument by name that the layer does not know.
    func require(only known: Set<String>) throws {
        for name in (names + options.keys.sorted()) where !known.contains(name) {
            throw KeratinError(.invalidArgument, "takes no argument '\(name)'")
        }
    }

    /// Names of tensors, sorted.
    package var names: [String] { tensors.keys.sorted() }

    /// Every tensor that was passed by name, in the order of the names.
    package var allTensors: [Tensor] { names.flatMap { tensors[$0] ?? [] } }

    /// The same call with other tensors in the places of `allTensors`.
    package func replacing(_ values: [Tensor]) -> CallContext {
        var context = self
        var rest = values[...]
        for name in names {
            let count = tensors[name]?.count ?? 0
            context.tensors[name] = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return context
    }
}

/// The use of a layer in a graph.
package final class LayerCall: GraphFunction {
    package let layer: Layer
    /// How many of the node's tensors are inputs; those passed by name follow.
    package let inputCount: Int
    /// Whether the inputs were given as a list, as merging layers take them.
    package let takesList: Bool
    /// Names and options of the call; its tensors are the node's.
    package let context: CallContext

    init(_ layer: Layer, inputCount: Int, takesList: Bool, _ context: CallContext) {
        self.layer = layer
        self.inputCount = inputCount
        self.takesList = takesList
        self.context = context
    }

    package var name: String { layer.name }
    package var className: String { layer.className }
    package var identity: ObjectIdentifier { ObjectIdentifier(layer) }
    package var endsMasks: Bool { layer.endsMasks }

    package func call(_ inputs: [Tensor], training: Bool) throws -> [Tensor] {
        var context = self.context.replacing(Array(inputs.dropFirst(inputCount)))
        context.training = training
        return try layer.apply(Array(inputs.prefix(inputCount)), context)
    }
}

/// The place of a layer without inputs: what the graph is given.
package final class GraphInput: GraphFunction {
    package let layer: Input

    init(_ layer: Input) { self.layer = layer }

    package var name: String { layer.name }
    package var className: String { layer.className }
    package var identity: ObjectIdentifier { ObjectIdentifier(layer) }

    package func call(_ inputs: [Tensor], training: Bool) throws -> [Tensor] {
        throw KeratinError(.invalidState, "an input has no value of its own", at: layer.place)
    }
}

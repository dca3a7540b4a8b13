import KeratinCore
import KeratinTensor

/// A step of a model: weights, and forward code that uses them.
///
/// A layer of your own overrides `build` (make weights with `addWeight`) and `call` (tensor code, forward
/// only): its output shape is found by tracing `call`, its gradient by differentiating the recorded
/// program. Layers are confined to one isolation domain; models may be shared.
open class Layer {
    /// Unique in a model; made from the class's name and a number if none was given.
    public let name: String
    /// Whether training changes the layer's weights, those of layers inside it too. Takes effect at the next `compile`.
    open var trainable = true {
        didSet { for layer in sublayers { layer.trainable = trainable } }
    }
    /// What the loss grows by for the size of the layer's results, divided by the batch's size.
    public var activityRegularizer: Regularizer? {
        didSet { noteChange() }
    }
    /// Whether the weights are made. Most layers make them when they first see a shape.
    public private(set) var isBuilt = false
    private var variables: [Variable] = []
    /// Held while the layer is built or recorded: models of several tasks may share it. A layer that holds others takes
    /// its lock before theirs.
    package let lock = ReentrantLock()
    private var hasWarnedOfMask = false
    private var addedLosses: [Tensor] = []
    /// How often what the layer computes was changed; see `changeCount`.
    private var changes = 0
    /// The metrics that `addMetric` made.
    private var addedMetrics: [RunningMetric] = []
    /// The nodes of graphs that use the layer; graphs keep them alive.
    private var uses: [WeakNode] = []
    /// What `propertyLayers` found once the layer was built.
    private var knownChildren: [(attribute: String, layers: SavedLayers)]?
    /// What the layer asks of each of its inputs; empty: nothing is checked.
    public final var inputSpecs: [InputSpec] = []
    /// Where the weights live; decided when the layer is built.
    public package(set) var backend: (any Backend)?

    /// - Parameter name: nil gives the class in snake_case, numbered within the process.
    public init(name: String? = nil) {
        self.name = name ?? AutomaticName.next(Self.className)
    }

    /// The class as Keras names it.
    open class var className: String { String(describing: self) }

    /// The class as Keras names it.
    package final var className: String { type(of: self).className }

    /// The name under which Keras offers the class, and files know it.
    package class var publicName: String { className }

    // MARK: To override

    /// Whether a summary counts the layer as built before it has seen a shape, as Keras does for layers
    /// that never have weights.
    package var isBuiltFromTheStart: Bool { false }

    /// Whether the layer computes with floats, so that integers are converted for it, as Keras does. Others pass them on, or find
    /// their own use for them.
    package var wantsFloats: Bool { false }

    /// Keras's names of the inputs, where the layer's `call` takes several tensors one by one; empty where it takes one, or a list.
    package var argumentNames: [String] { [] }

    /// Whether the argument `activity_regularizer` is for the layers inside, and not for the layer's own results.
    package var handsOnActivityRegularizer: Bool { false }

    /// Whether the layer takes the masks off its inputs, so that nothing that uses them later in a graph sees them.
    package var endsMasks: Bool { false }

    /// Makes the weights for an input of a shape; nil stands for an extent that varies, such as the batch.
    open func build(inputShape: [Int?]) throws {}

    /// Makes the weights for inputs of some shapes. It need not be overridden by layers with one input.
    open func build(inputShapes: [[Int?]]) throws {
        if let first = inputShapes.first { try build(inputShape: first) }
    }

    /// The result of a layer with one input and one result.
    /// - Parameter training: true while a training step is recorded.
    open func call(_ input: Tensor, training: Bool) throws -> Tensor { input }

    /// The results of the layer: the general form, which layers with several inputs, with tensors by name or with several
    /// results override. It forwards to `call(_:training:)`.
    open func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard inputs.count == 1 else {
            throw KeratinError(.invalidArgument, "takes one input, got \(inputs.count)")
        }
        try context.require(only: [])
        return [try call(inputs[0], training: context.training)]
    }

    /// The shape of the first result for a float input of a shape.
    public final func outputShape(for inputShape: [Int?]) throws -> [Int?] {
        try outputTypes(for: [SymbolicType(inputShape)], CallContext()).first?.extents ?? []
    }

    /// The shapes and element types of the results. They need not be told: `call` is recorded with two sizes for each unknown
    /// extent, and extents that differ are unknown.
    open func outputTypes(
        for inputs: [SymbolicType], _ context: CallContext
    ) throws -> [SymbolicType] {
        try tracedTypes(inputs, context)
    }

    private func tracedTypes(
        _ inputs: [SymbolicType], _ context: CallContext
    ) throws -> [SymbolicType] {
        let named = context.allTensors.filter(\.isSymbolic).map { SymbolicType(of: $0) }
        do {
            return try SymbolicType.results(of: inputs + named) { arguments in
                var rest = arguments.dropFirst(inputs.count).makeIterator()
                let values = context.allTensors.map { $0.isSymbolic ? rest.next() ?? $0 : $0 }
                return try apply(Array(arguments.prefix(inputs.count)), context.replacing(values))
            }
        } catch let error as KeratinError {
            throw error.nested(in: place)
        }
    }

    /// The arguments that the layer was made from, by Keras's names. A layer of your own adds its own to those of
    /// `super`.
    /// - Throws: `KeratinError` if one cannot be saved, such as a closure.
    open func getConfig() throws -> [String: ConfigValue] {
        var config: [String: ConfigValue] = [
            "name": .string(name), "trainable": .boolean(trainable), "dtype": "float32",
        ]
        if let activityRegularizer {
            config["activity_regularizer"] = try activityRegularizer.serialized()
        }
        return config
    }

    /// The layer as files hold it.
    /// - Throws: `KeratinError` if it holds closures or is of a class that was not registered.
    open func serialized() throws -> SerializedObject {
        let name = className
        let config = try getConfig()
        if LayerRegistry.isBuiltIn(self) {
            return SerializedObject(
                module: "keras.layers", className: type(of: self).publicName, config: config)
        }
        guard let registered = CustomObjects.registeredName(name) else {
            throw KeratinError(
                .unavailable,
                "cannot be saved: register its class with CustomObjects.register(layer: \(name).self)",
                at: place)
        }
        return SerializedObject(
            module: nil, className: name, config: config, registeredName: registered)
    }

    /// Whether the layer understands masks: what it is given has one, so has its result. If not, the result has
    /// none, of which a warning tells.
    open var supportsMasking: Bool { false }

    /// The mask of the layer's result: true (1) for steps that count.
    /// - Parameter mask: the input's mask, if it has one.
    open func computeMask(_ input: Tensor, _ mask: Tensor?) throws -> Tensor? {
        supportsMasking ? mask : nil
    }

    /// The masks of the layer's results, which may be fewer. Layers with one input need not override it: their first result has
    /// the mask that `computeMask` gives.
    open func computeMasks(_ inputs: [Tensor], _ results: [Tensor]) throws -> [Tensor?] {
        guard let first = inputs.first else { return [] }
        return [try computeMask(first, first.mask)]
    }

    /// What the layer asks of its first input.
    public final var inputSpec: InputSpec? {
        get { inputSpecs.first }
        set { inputSpecs = newValue.map { [$0] } ?? [] }
    }

    // MARK: Weights

    /// Makes a weight. Called from `build`.
    /// - Parameter dtype: float32, or int32 for a counter.
    @discardableResult
    public final func addWeight(
        name: String, shape: Shape, initializer: Initializer, regularizer: Regularizer? = nil,
        constraint: Constraint? = nil, trainable: Bool = true, dtype: DType = .float32
    ) throws -> Variable {
        try shape.validate()
        let backend = try self.backend ?? Context.backend
        self.backend = backend
        let variable = try Variable(
            name: name, shape: shape, initializer: initializer, regularizer: regularizer,
            constraint: constraint, trainable: trainable, dtype: dtype, backend: backend)
        variable.path = "\(self.name)/\(name)"
        variables.append(variable)
        return variable
    }

    /// Counts a weight of a layer inside among the layer's own, as Keras does where an attribute holds one: files have it in both places.
    final func share(_ weight: Variable) { variables.append(weight) }

    /// Makes a weight as its specification says.
    final func addWeight(
        name: String, shape: Shape, _ specification: WeightSpecification
    ) throws -> Variable {
        try addWeight(
            name: name, shape: shape, initializer: specification.initializer,
            regularizer: specification.regularizer, constraint: specification.constraint)
    }

    /// Adds a number to the loss of the step that is being recorded, or to the `losses` of a layer that is called on numbers.
    public final func addLoss(_ loss: Tensor) throws {
        if let trace = Trace.current {
            try trace.add(loss: loss)
        } else {
            addedLosses.append(loss)
        }
    }

    /// What the layer's last call on numbers added to the loss, layers inside it included, then the penalties for the size of trainable
    /// weights. In a recorded step, the losses that were added so far and these penalties.
    public final var losses: [Tensor] {
        get throws {
            let penalties = try trainableWeights.compactMap { weight in
                try weight.regularizer.map { try $0(weight.read()) }
            }
            return (Trace.current?.losses ?? allAddedLosses) + penalties
        }
    }

    private var allAddedLosses: [Tensor] { addedLosses + sublayers.flatMap(\.allAddedLosses) }

    private func forgetLosses() {
        addedLosses = []
        for layer in sublayers { layer.forgetLosses() }
    }

    /// Watches the mean of a number of each batch under a name: `fit` and `evaluate` report it. Called from `call`; outside of
    /// their steps it does nothing.
    /// - Throws: `KeratinError` in a loop's body.
    public final func addMetric(_ value: Tensor, name: String) throws {
        guard let trace = Trace.current, trace.isStep else { return }
        var metric = addedMetrics.first { $0.name == name }
        if metric == nil {
            metric = Mean(name: name)
            metric.map { addedMetrics.append($0) }
        }
        try metric?.update(try value.cast(to: .float32).mean())
    }

    /// The metrics that the layer updates itself: those in its properties, those of `addMetric`, and those of the layers inside.
    /// `fit` and `evaluate` set them to zero when they begin, and at the start of each epoch.
    open var metrics: [RunningMetric] {
        var seen: Set<ObjectIdentifier> = []
        let own = LayerRegistry.isBuiltIn(self) ? [] : LayersOfProperties.metrics(in: self)
        return (own + addedMetrics + sublayers.flatMap(\.metrics))
            .filter { seen.insert(ObjectIdentifier($0)).inserted }
    }

    // MARK: Changes

    /// Says that recordings of the layer no longer tell what it computes.
    package final func noteChange() { changes += 1 }

    /// How often what the layer computes, or a layer inside it, was changed since it was made: recordings of it are good as long
    /// as this stays.
    package final var changeCount: Int { sublayers.reduce(changes) { $0 &+ $1.changeCount } }

    /// Trainable weights, then the others, then those of the layers inside (Keras's order).
    /// Weights of a layer that is met again are not repeated.
    public final var weights: [Variable] {
        (ownWeights + sublayers.flatMap(\.weights)).withoutRepetition
    }

    /// The layer's own weights, without those of layers inside it, in the order of files.
    package final var ownWeights: [Variable] {
        variables.filter(\.trainable) + variables.filter { !$0.trainable }
    }

    /// What training changes; empty if the layer is not trainable.
    public final var trainableWeights: [Variable] {
        guard trainable else { return [] }
        return (variables.filter(\.trainable) + sublayers.flatMap(\.trainableWeights))
            .withoutRepetition
    }

    /// Those that training leaves alone: statistics, and everything in a frozen layer.
    public final var nonTrainableWeights: [Variable] {
        guard trainable else { return weights }
        return (variables.filter { !$0.trainable } + sublayers.flatMap(\.nonTrainableWeights))
            .withoutRepetition
    }

    /// The number of numbers in all weights.
    public final var parameterCount: Int { weights.reduce(0) { $0 + $1.count } }

    /// The numbers of each weight, in the order of `weights`.
    open func getWeights() throws -> [NDArray] {
        try weights.map { weight in
            let values = try weight.state.values()
            return weight.dtype == .int32
                ? try NDArray(values.map { Int32(clamping: Int($0)) }, shape: weight.shape)
                : try NDArray(values, shape: weight.shape)
        }
    }

    /// Stores the numbers of each weight, in the order of `weights`.
    /// - Throws: `KeratinError` if the count or a shape differs; nothing is stored then.
    open func setWeights(_ values: [NDArray]) throws {
        guard values.count == weights.count else {
            throw KeratinError(
                .invalidArgument, "has \(weights.count) weights, got \(values.count)", at: place)
        }
        for (weight, value) in zip(weights, values) where weight.shape != value.shape {
            throw KeratinError(
                .shapeMismatch, "weight '\(weight.name)' is \(weight.shape), got \(value.shape)",
                at: place)
        }
        for (weight, value) in zip(weights, values) { try weight.state.setValues(value.floats) }
    }

    /// The layers inside this one, under the names of Keras's attributes, by which files find their weights.
    /// Those of a layer of your own are found in its properties.
    open var savedChildren: [(attribute: String, layers: SavedLayers)] {
        LayerRegistry.isBuiltIn(self) ? [] : propertyLayers
    }

    /// Whether files find the layers inside by the names of properties, as they find those in attributes of a class in Python.
    package var filesFollowProperties: Bool { !LayerRegistry.isBuiltIn(self) }

    /// The layers that the properties hold, by the names of the properties in snake_case, in the order of their declaration.
    private var propertyLayers: [(attribute: String, layers: SavedLayers)] {
        if let knownChildren { return knownChildren }
        let children = LayersOfProperties.find(in: self)
        if isBuilt { knownChildren = children }
        return children
    }

    /// The layers inside this one, in the order of their weights.
    package final var sublayers: [Layer] {
        savedChildren.flatMap { child in
            switch child.layers {
            case .one(let layer): [layer]
            case .list(let layers): layers
            }
        }
    }

    /// A layer of the same arguments with weights of its own, not built yet.
    /// - Throws: `KeratinError` if the arguments cannot be written down, or the class cannot be made of them.
    open func copied() throws -> Layer {
        guard let type = type(of: self) as? any ConfigurableLayer.Type else {
            throw KeratinError(
                .unavailable,
                "cannot be cloned: make its class a ConfigurableLayer, or hand over a cloneFunction",
                at: place)
        }
        let copy = try type.init(from: Configuration(try getConfig(), of: className))
        if copy.trainable != trainable { copy.trainable = trainable }
        copy.activityRegularizer = activityRegularizer
        return copy
    }

    // MARK: State that no file holds

    /// Whether the layer keeps a state from one batch to the next, and so needs batches of one size.
    package var isStateful: Bool { sublayers.contains(where: \.isStateful) }

    /// What the layer keeps from batch to batch. It is no weight and no file holds it.
    package var batchStates: [Variable] { sublayers.flatMap(\.batchStates) }

    // MARK: For models

    /// Checks what a model is fed, if this is its first layer and the numbers are on the host.
    package func check(data: NDArray) throws {}

    /// How errors name the layer: `Dense 'dense_2'`.
    package final var place: String { "\(className) '\(name)'" }

    /// Builds the layer for a shape unless it is built. If that fails, nothing of it is left.
    public final func buildIfNeeded(inputShape: [Int?]) throws {
        try buildIfNeeded(inputShapes: [inputShape])
    }

    /// Builds the layer for shapes unless it is built. If that fails, nothing of it is left.
    public final func buildIfNeeded(inputShapes: [[Int?]]) throws {
        try lock.withLock {
            guard !isBuilt else { return }
            do {
                try build(inputShapes: inputShapes)
            } catch {
                unbuild()
                throw (error as? KeratinError)?.nested(in: place) ?? error
            }
            for weight in sublayers.flatMap(\.weights) { weight.path = "\(name)/\(weight.path)" }
            isBuilt = true
            noteChange()
        }
    }

    /// Forgets the weights, and those of layers inside, so that the layer can be built for another shape.
    open func unbuild() {
        variables = []
        backend = nil
        isBuilt = false
        knownChildren = nil
        noteChange()
        for layer in sublayers { layer.unbuild() }
    }

    /// For layers whose parts were built by themselves.
    package final func markBuilt() { isBuilt = true }

    /// Builds the layer if it is not built, and calls it; errors name the layer. On symbolic tensors the result is a node of their
    /// graph.
    ///
    /// The result carries the mask that `computeMask` gives; `call` finds the input's in `input.mask`.
    public final func apply(_ input: Tensor, training: Bool = false) throws -> Tensor {
        let results = try apply([input], CallContext(training: training))
        guard results.count == 1 else {
            throw KeratinError(
                .invalidArgument, "has \(results.count) results: outputs(_:) gives all of them",
                at: place)
        }
        return results[0]
    }

    /// Builds the layer if it is not built, and calls it: the general form of `apply`.
    /// - Parameter takesList: whether files say that the inputs are a list; nil: if there are several.
    public final func apply(
        _ inputs: [Tensor], _ context: CallContext = CallContext(), takesList: Bool? = nil
    ) throws -> [Tensor] {
        if (inputs + context.allTensors).contains(where: \.isSymbolic) {
            return try node(inputs, context, takesList ?? (inputs.count > 1))
        }
        if let masks = context.tensors["mask"], !inputs.isEmpty {
            var (inputs, context) = (inputs, context)
            for (index, mask) in masks.prefix(inputs.count).enumerated() {
                inputs[index].mask = mask
            }
            context.tensors["mask"] = nil
            return try apply(inputs, context)
        }
        try check(inputs.map { SymbolicType(of: $0) })
        return try inPlace(inputs) {
            if Trace.current == nil { forgetLosses() }
            let inputs = try inputs.map(converted)
            try InputSpec.check(inputSpecs, inputs.map { SymbolicType(of: $0) })
            let named = try context.allTensors.map(converted)
            var results = try call(inputs, named.isEmpty ? context : context.replacing(named))
            for (index, mask) in try computeMasks(inputs, results).enumerated() {
                results[index].mask = mask
            }
            if inputs.first?.mask != nil, results.first?.mask == nil, !supportsMasking {
                warnOfDroppedMask()
            }
            for result in results { try addActivityLoss(result) }
            return results
        }
    }

    /// A use of the layer in a graph.
    private func node(
        _ inputs: [Tensor], _ context: CallContext, _ takesList: Bool
    ) throws -> [Tensor] {
        try lock.withLock {
            let types = inputs.map { SymbolicType(of: $0) }
            let node: GraphNode
            do {
                // What `build` asks for is known only afterwards.
                try check(types)
                try buildIfNeeded(inputShapes: types.map(\.extents))
                try check(types)
                node = try GraphNode(
                    LayerCall(self, inputCount: inputs.count, takesList: takesList, context),
                    inputs + context.allTensors, types: outputTypes(for: types, context))
            } catch let error as KeratinError where inputs.count > 1 {
                throw error.naming(inputs: inputs).nested(in: place)
            }
            uses = uses.filter { $0.node != nil } + [WeakNode(node: node)]
            return node.outputs
        }
    }

    private func check(_ types: [SymbolicType]) throws {
        do {
            try InputSpec.check(
                inputSpecs,
                types.map { wantsFloats ? SymbolicType($0.extents, .float32) : $0 })
        } catch let error as KeratinError {
            throw error.nested(in: place)
        }
    }

    /// The nodes of graphs that use the layer.
    package final var nodes: [GraphNode] { lock.withLock { uses.compactMap(\.node) } }

    /// The input as the layer computes with it.
    package final func converted(_ input: Tensor) throws -> Tensor {
        guard wantsFloats, input.dtype != .float32 else { return input }
        var floats = try input.cast(to: .float32)
        floats.mask = input.mask
        return floats
    }

    /// Builds the layer for inputs if it is not built, and runs code whose errors name the layer.
    package final func inPlace<Result>(
        _ inputs: [Tensor], _ body: () throws -> Result
    ) throws -> Result {
        let keepsBatch = isStateful
        return try lock.withLock {
            try buildIfNeeded(
                inputShapes: inputs.map { input in
                    let batch = keepsBatch ? input.shape.dimensions.first : nil
                    return [batch] + input.shape.dimensions.dropFirst().map { $0 }
                })
            do {
                guard let trace = Trace.current else { return try body() }
                return try trace.inScope(place, body)
            } catch let error as KeratinError {
                throw error.nested(in: place)
            }
        }
    }

    /// Adds what the activity regularizer says of a result to the loss.
    package final func addActivityLoss(_ result: Tensor) throws {
        guard let activityRegularizer, result.rank > 0 else { return }
        let samples = Double(max(result.shape[0], 1))
        try addLoss(try activityRegularizer(result) * (1 / samples))
    }

    /// Says it once, as Keras does; a layer is recorded many times.
    private func warnOfDroppedMask() {
        guard !hasWarnedOfMask else { return }
        hasWarnedOfMask = true
        warn(
            "\(place) was given a mask, which it does not support: later layers, the loss and metrics count all steps"
        )
    }

}

extension [Variable] {
    /// Each once, where it comes first.
    fileprivate var withoutRepetition: [Variable] {
        var seen: Set<ObjectIdentifier> = []
        return filter { seen.insert(ObjectIdentifier($0)).inserted }
    }
}

/// A node that its graph keeps alive.
private struct WeakNode {
    weak var node: GraphNode?
}

/// What an attribute of a layer holds.
public enum SavedLayers {
    case one(Layer)
    case list([Layer])
}

extension Layer {
    /// The last extent of an input shape, which `build` needs to know.
    package func channels(of inputShape: [Int?], minimumRank: Int) throws -> Int {
        guard inputShape.count >= minimumRank, let last = inputShape.last, let channels = last
        else {
            throw KeratinError(
                .shapeMismatch,
                "expects rank \(minimumRank) or more with a known last extent, got \(describe(inputShape))"
            )
        }
        return channels
    }
}

/// A shape with unknown extents as Keras prints it: `(None, 28, 28, 1)`.
package func describe(_ shape: [Int?]) -> String { Shape.description(shape) }

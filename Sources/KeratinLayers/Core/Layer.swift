import KeratinCore
import KeratinTensor

/// A step of a model: weights, and forward code that uses them.
///
/// A layer of your own overrides `build` (make weights with `addWeight`) and `call` (tensor code, forward
/// only): its output shape is found by tracing `call`, its gradient by differentiating the recorded
/// program. Layers are confined to one isolation domain; models may be shared.
open class Layer: CustomStringConvertible {
    /// Unique in a model; made from the class's name and a number if none was given.
    public internal(set) final var name: String
    /// Whether training changes the layer's weights, those of layers inside it too. Takes effect at the next `compile`.
    open var trainable = true {
        didSet { for layer in sublayers { layer.trainable = trainable } }
    }
    /// What the loss grows by for the size of the layer's results, divided by the batch's size.
    public var activityRegularizer: Regularizer? {
        didSet { noteChange() }
    }
    /// Whether the weights are made. Most layers make them when they first see a shape.
    public internal(set) var isBuilt = false
    final var variables: [Variable] = []
    /// Held while the layer is built or recorded: models of several tasks may share it. A layer that holds others takes
    /// its lock before theirs.
    package let lock = ReentrantLock()
    final var hasWarnedOfMask = false
    /// Whether `call` runs, in which no weights can be made.
    final var isCalling = false
    final var addedLosses: [Tensor] = []
    /// How often what the layer computes was changed; see `changeCount`.
    final var changes = 0
    /// The metrics that `addMetric` made.
    final var addedMetrics: [Metric] = []
    /// The nodes of graphs that use the layer; graphs keep them alive.
    final var uses: [WeakNode] = []
    /// What `propertyLayers` found once the layer was built.
    final var knownChildren: [(attribute: String, layers: SavedLayers)]?
    /// What is wrong with an argument of the layer: it cannot be built or saved.
    final var mistake: (any Error)?
    /// The extents of a sample, if the layer was told them; a stack that begins with the layer then needs no `Input`.
    package final var sampleShape: [Int?]?
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

    /// Where Keras has the class. What is not among its public layers is in a module of its sources, and files name it with that.
    package class var kerasModule: String { Layer.publicModule }

    private static let publicModule = "keras.layers"

    /// How errors name the layer: `Dense 'dense_2'`.
    package final var place: String { "\(className) '\(name)'" }

    /// A line that would make the layer, without arguments that are the defaults: `Dense(units: 32, activation: "relu", name: "dense")`.
    /// `getConfig()` has all of them.
    open var description: String { printed }

    // MARK: To override

    /// Whether a summary counts the layer as built before it has seen a shape, as Keras does for layers
    /// that never have weights.
    package var isBuiltFromTheStart: Bool { false }

    /// Whether the layer computes with floats, so that integers are converted for it, as Keras does. Others pass them on, or find
    /// their own use for them.
    package var wantsFloats: Bool { false }

    /// Keras's names of the inputs, where the layer's `call` takes several tensors one by one; empty where it takes one, or a list.
    package var argumentNames: [String] { [] }

    /// The names of the results, where they have some, as those of a model.
    open var outputNames: [String] { [] }

    /// Whether the argument `activity_regularizer` is for the layers inside, and not for the layer's own results.
    package var handsOnActivityRegularizer: Bool { false }

    /// Whether the layer takes the masks off its inputs, so that nothing that uses them later in a graph sees them.
    package var endsMasks: Bool { false }

    /// Makes the weights for an input of a shape; nil stands for an extent that varies, such as the batch.
    open func build(inputShape: [Int?]) throws {
        try build(inputShape: Shape(inputShape.map { $0 ?? -1 }))
    }

    /// Makes the weights for an input of a shape, where no extent is needed that may vary: such ones, the batch among them, are −1
    /// here, with which no weight can be made.
    @_disfavoredOverload
    open func build(inputShape: Shape) throws {}

    /// Makes the weights for inputs of some shapes. It need not be overridden by layers with one input.
    open func build(inputShapes: [[Int?]]) throws {
        if let first = inputShapes.first { try build(inputShape: first) }
    }

    /// The result of a layer with one input and one result.
    /// - Parameter training: true while a training step is recorded.
    open func call(_ input: Tensor, training: Bool) throws -> Tensor { try call(input) }

    /// The result of a layer with one input that does the same in training and afterwards: the simplest form to override.
    open func call(_ input: Tensor) throws -> Tensor { input }

    /// The results of the layer: the general form, which layers with several inputs, with tensors by name or with several
    /// results override. It forwards to `call(_:training:)`.
    open func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard inputs.count == 1 else {
            throw KeratinError(.invalidArgument, "takes one input, got \(inputs.count)")
        }
        try context.require(only: [])
        return [try call(inputs[0], training: context.training)]
    }

    /// The shapes and element types of the results. They need not be told: `call` is recorded with two sizes for each unknown
    /// extent, and extents that differ are unknown.
    open func outputTypes(
        for inputs: [SymbolicType], _ context: CallContext
    ) throws -> [SymbolicType] {
        try tracedTypes(inputs, context)
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
        if let own = (self as? any ConfigurableLayer)?.configuration.contents {
            config.merge(own) { $1 }
        }
        return config
    }

    /// The layer as files hold it.
    /// - Throws: `KeratinError` if it holds closures or is of a class that was not registered.
    open func serialized() throws -> SerializedObject {
        if let mistake { throw (mistake as? KeratinError)?.nested(in: place) ?? mistake }
        let name = className
        let config = try getConfig()
        if LayerRegistry.isBuiltIn(self) {
            let publicName = type(of: self).publicName
            let module = type(of: self).kerasModule
            return SerializedObject(
                module: module, className: publicName,
                config: NewerArguments.without(publicName, config),
                registeredName: module == Layer.publicModule ? nil : publicName)
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

    /// The metrics that the layer updates itself: those in its properties, those of `addMetric`, and those of the layers inside.
    /// `fit` and `evaluate` set them to zero when they begin, and at the start of each epoch.
    open var metrics: [Metric] {
        metrics(own: LayerRegistry.isBuiltIn(self) ? [] : LayersOfProperties.metrics(in: self))
    }

    package final func metrics(own: [Metric]) -> [Metric] {
        var seen: Set<ObjectIdentifier> = []
        return (own + addedMetrics + sublayers.flatMap(\.metrics))
            .filter { seen.insert(ObjectIdentifier($0)).inserted }
    }

    /// The numbers of each weight, in the order of `weights`.
    open func getWeights() throws -> [NDArray] {
        try weights.map { weight in
            let values = try weight.state.values()
            return weight.dtype == .int32
                ? NDArray(values.map { Int32(clamping: Int($0)) }, shape: weight.shape)
                : NDArray(values, shape: weight.shape)
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
        for (weight, value) in zip(weights, values) { try weight.state.setValues(value.floats()) }
    }

    /// The layers inside this one, under the names of Keras's attributes, by which files find their weights.
    /// Those of a layer of your own are found in its properties.
    open var savedChildren: [(attribute: String, layers: SavedLayers)] {
        LayerRegistry.isBuiltIn(self) ? [] : propertyLayers
    }

    /// Whether files find the layers inside by the names of properties, as they find those in attributes of a class in Python.
    package var filesFollowProperties: Bool { !LayerRegistry.isBuiltIn(self) }

    /// A layer of the same arguments with weights of its own, not built yet.
    /// - Throws: `KeratinError` if the arguments cannot be written down, or the class cannot be made of them.
    open func copied() throws -> Layer {
        guard let make = LayerRegistry.maker(of: type(of: self)) else {
            throw KeratinError(
                .unavailable,
                "cannot be cloned: make its class a ConfigurableLayer, or hand over a cloneFunction",
                at: place)
        }
        let copy = try make(Configuration(try getConfig(), of: className))
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
    package func check(data: HostArray) throws {}

    /// Forgets the weights, and those of layers inside, so that the layer can be built for another shape.
    open func unbuild() {
        variables = []
        backend = nil
        isBuilt = false
        knownChildren = nil
        noteChange()
        for layer in sublayers { layer.unbuild() }
    }
}

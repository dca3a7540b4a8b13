import KeratinCore
import KeratinLayers
import KeratinTensor

/// A graph of layers that can be compiled, trained, evaluated and asked for predictions. It is a layer itself.
///
/// A model is made of the symbolic tensors that come from `Input`s through layers:
///
///     let x = Input(shape: [4])
///     let model = try Model(inputs: [x], outputs: [try Dense(3)(x)])
///
/// or as a subclass with a `call` of its own, whose layers are found in its properties.
///
/// Tasks may share a model. Predictions, weights and files are served between the steps of a training that runs elsewhere;
/// a second training, an evaluation, or whatever changes the model itself waits for its end. Layers that are reached through
/// a model must not be changed by one task while another uses it.
open class Model: Layer, @unchecked Sendable {
    // Unchecked: what changes does so while `lock` is held, for a step, a batch, a file.
    /// Held from start to end by what must not happen twice at a time. Taken before `lock`, never while that is held.
    let trainingLock = ReentrantLock()
    /// Everything that `compile` decided and training changes; nil before.
    package var training: TrainingSession?
    /// Plans for predictions without a compiled session.
    private let ownPlans = PlanCache()
    package var predictionPlans: PlanCache { training?.plans ?? ownPlans }
    /// What the layers do with the inputs; nil for a model with a `call` of its own, and before a stack knows its input.
    private var ownGraph: Graph?
    package var graph: Graph? { ownGraph }

    /// Asked by `fit` after each step: whether to break the training off there. An epoch that is broken off is not in the history.
    package var breaksOff: (@Sendable () -> Bool)?
    /// The training that runs.
    package var run: FitRun?
    private let stops = Locked<(training: Bool, evaluating: Bool, predicting: Bool)>(
        (false, false, false))

    /// Whether `fit` ends after the present step; its epoch is evaluated and counts. Callbacks set it; `fit` begins with false.
    public var stopTraining: Bool {
        get { stops.withLock { $0.training } }
        set { stops.withLock { $0.training = newValue } }
    }

    /// Whether `evaluate` ends after the present step. Callbacks set it; `evaluate` begins with false.
    public var stopEvaluating: Bool {
        get { stops.withLock { $0.evaluating } }
        set { stops.withLock { $0.evaluating = newValue } }
    }

    /// Whether `predict` ends after the present batch. Callbacks set it; `predict` begins with false.
    public var stopPredicting: Bool {
        get { stops.withLock { $0.predicting } }
        set { stops.withLock { $0.predicting = newValue } }
    }

    /// A model without a graph, for subclasses.
    /// - Parameter name: nil gives the class in snake_case, numbered within the process.
    public override init(name: String? = nil) { super.init(name: name) }

    /// The model of everything between symbolic tensors.
    ///
    /// - Parameters:
    ///   - inputs: `Input`s, or results of layers: then the model begins behind these layers.
    ///   - outputs: what follows from the inputs.
    ///   - name: nil: `functional`, numbered within the process.
    /// - Throws: `KeratinError` if an output needs an input that is not given, or two layers have one name.
    public init(
        inputs: [any TensorConvertible], outputs: [any TensorConvertible], name: String? = nil
    ) throws {
        super.init(name: name)
        ownGraph = try Graph(
            inputs: inputs.map(\.tensor), outputs: outputs.map(\.tensor), at: place
        ).beginningWithInputs(at: place)
        markBuilt()
    }

    /// A model with one input and one output.
    public convenience init(
        inputs: any TensorConvertible, outputs: any TensorConvertible, name: String? = nil
    ) throws {
        try self.init(inputs: [inputs], outputs: [outputs], name: name)
    }

    /// From several inputs to one output; the same as with arrays.
    public convenience init(
        inputs: [any TensorConvertible], outputs: any TensorConvertible, name: String? = nil
    ) throws {
        try self.init(inputs: inputs, outputs: [outputs], name: name)
    }

    /// From one input to several outputs; the same as with arrays.
    public convenience init(
        inputs: any TensorConvertible, outputs: [any TensorConvertible], name: String? = nil
    ) throws {
        try self.init(inputs: [inputs], outputs: outputs, name: name)
    }

    /// The model of everything between symbolic tensors: `Model(x, y)`.
    /// - Throws: `KeratinError` if an output needs an input that is not given, or two layers have one name.
    public convenience init(
        _ inputs: any TensorConvertible, _ outputs: any TensorConvertible, name: String? = nil
    ) throws {
        try self.init(inputs: [inputs], outputs: [outputs], name: name)
    }

    /// From several inputs to several outputs; the same as with names.
    public convenience init(
        _ inputs: [any TensorConvertible], _ outputs: [any TensorConvertible], name: String? = nil
    ) throws {
        try self.init(inputs: inputs, outputs: outputs, name: name)
    }

    /// From several inputs to one output; the same as with names.
    public convenience init(
        _ inputs: [any TensorConvertible], _ outputs: any TensorConvertible, name: String? = nil
    ) throws {
        try self.init(inputs: inputs, outputs: [outputs], name: name)
    }

    /// From one input to several outputs; the same as with names.
    public convenience init(
        _ inputs: any TensorConvertible, _ outputs: [any TensorConvertible], name: String? = nil
    ) throws {
        try self.init(inputs: [inputs], outputs: outputs, name: name)
    }

    open override class var className: String {
        isPlainGraph ? "Functional" : String(describing: self)
    }

    /// The summary, as `summary()` prints it.
    open override var description: String { summaryText(style: Terminal.style) }

    // MARK: Structure

    /// The layers, in the order in which weights are listed.
    open var layers: [Layer] { graph?.layers ?? sublayers }

    open override var savedChildren: [(attribute: String, layers: SavedLayers)] {
        guard let graph else { return super.savedChildren }
        return [("layers", .list(graph.layers))]
    }

    /// The layer of a name.
    /// - Throws: `KeratinError` if there is none; it suggests the nearest name.
    public func getLayer(_ name: String) throws -> Layer {
        guard let layer = layers.first(where: { $0.name == name }) else {
            throw unknownName(name, among: layers.map(\.name), what: "layer")
        }
        return layer
    }

    /// The layer of a name.
    /// - Throws: `KeratinError` if there is none; it suggests the nearest name.
    public func getLayer(name: String) throws -> Layer { try getLayer(name) }

    /// The layer at a place of `layers`; negative places count from the end.
    public func getLayer(index: Int) throws -> Layer {
        let place = index < 0 ? layers.count + index : index
        guard layers.indices.contains(place) else {
            throw KeratinError(
                .invalidArgument, "has \(layers.count) layers, none at \(index)", at: self.place)
        }
        return layers[place]
    }

    /// What the graph is fed, symbolic; empty without a graph.
    public var inputs: [Tensor] { graph?.inputs.map { Tensor($0) } ?? [] }
    /// What the graph gives, symbolic; empty without a graph.
    public var outputs: [Tensor] { graph?.outputs.map { Tensor($0) } ?? [] }
    /// The names of the inputs' layers.
    public var inputNames: [String] { graph?.inputs.map(\.node.function.name) ?? [] }
    /// The names of the layers that give the outputs.
    public final override var outputNames: [String] {
        graph?.outputs.map(\.node.function.name) ?? []
    }
    /// The shapes of batches of the inputs.
    public var inputShapes: [[Int?]] { graph?.inputs.map(\.type.extents) ?? [] }
    /// The shape of each output, the batch among the extents; nil where an extent is not known.
    public var outputShapes: [[Int?]] { graph?.outputs.map(\.type.extents) ?? [] }
    /// The shape of a batch of the first input, if it is known.
    open var inputShape: [Int?]? { inputShapes.first }
    /// The shape of the first result, if the model is built.
    open var outputShape: [Int?]? { outputShapes.first }

    /// What the data of each input are converted to on their way in; nil: they stay what they are.
    package var inputTypes: [InputType?] {
        graph?.inputs.map { input in
            (input.node.function as? GraphInput)?.layer.type ?? InputType(input.type.dtype)
        } ?? []
    }

    /// How many results a model without a graph gave when it was built.
    private(set) var tracedOutputCount = 1
    /// What a model without a graph was built for.
    private var builtTypes: [SymbolicType]?

    /// Builds a model whose inputs are not known before there are data.
    func build(for types: [SymbolicType]) throws {
        try withBackend(try resolvedBackend()) {
            if type(of: self).hasOwnCall {
                // What the layers inside are fed is found by recording.
                tracedOutputCount = try outputTypes(for: types, CallContext()).count
                builtTypes = types
            } else {
                try build(inputShape: types[0].extents)
            }
        }
    }

    /// Whether the model is of a class that may override its steps.
    var mayHaveOwnSteps: Bool { !type(of: self).isPlainGraph && type(of: self) != Sequential.self }

    /// Whether `call` decides what is computed, not a graph.
    class var hasOwnCall: Bool { true }

    /// The metrics in the properties of a model of your own, those of `addMetric`, and those of the layers.
    open override var metrics: [Metric] {
        mayHaveOwnSteps ? super.metrics : metrics(own: [])
    }

    /// A model of the same layers with new weights.
    open override func copied() throws -> Layer {
        guard graph == nil || !type(of: self).isPlainGraph, !(self is Sequential) else {
            return try cloneModel(self)
        }
        let copy = try super.copied()
        if isBuilt, let shapes = builtTypes, let model = copy as? Model, !model.isBuilt {
            try model.build(for: shapes)
        }
        return copy
    }

    // MARK: Files

    /// The arguments by Keras's names: of a graph, its layers and their uses.
    open override func getConfig() throws -> [String: ConfigValue] {
        guard let graph else { return ["name": .string(name), "trainable": .boolean(trainable)] }
        return try GraphWriter(graph).config().adding([
            "name": .string(name), "trainable": .boolean(trainable),
        ])
    }

    /// The model as files hold it, without how it was compiled.
    /// - Throws: `KeratinError` if a part cannot be saved, or the class was not registered.
    open override func serialized() throws -> SerializedObject {
        guard let graph, type(of: self).isPlainGraph else {
            var object = try super.serialized()
            if let shapes = builtTypes?.map({ ConfigValue($0.extents) }) {
                object.buildConfig = ["input_shape": shapes.count == 1 ? shapes[0] : .list(shapes)]
            }
            return object
        }
        var object = SerializedObject(
            module: "keras.src.models.functional", className: "Functional",
            config: try getConfig(), registeredName: "Functional")
        let shapes = graph.inputs.map { ConfigValue($0.type.extents) }
        object.buildConfig = ["input_shape": shapes.count == 1 ? shapes[0] : .list(shapes)]
        return object
    }

    // MARK: Calling

    open override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard let graph else { return try super.call(inputs, context) }
        let fitted = try zip(inputs, graph.inputs).map { try $0.fitted(to: $1.type) }
        return try graph.run(
            fitted.count == inputs.count ? fitted : inputs, training: context.training)
    }

    // MARK: Steps

    /// One training step: what `fit` does with a batch. `fit` records it once per signature of the data and replays it.
    ///
    /// A model of your own overrides it: take gradients with `valueAndGradient(of:)`, give them to an optimizer's `apply`, and
    /// return what is to be reported. This one takes the compiled loss and metrics and the model's optimizer.
    open func trainStep(_ batch: Batch) throws -> Logs {
        try recordedSession().trainStep(self, batch)
    }

    /// What `evaluate` does with a batch: the compiled loss and metrics, without training.
    open func testStep(_ batch: Batch) throws -> Logs {
        try recordedSession().testStep(self, batch)
    }

    /// What `predict` does with a batch: the results, with a row per sample.
    open func predictStep(_ batch: Batch) throws -> [Tensor] { try apply(batch.inputs) }

    /// The loss of a batch: the compiled losses, what layers added with `addLoss`, and the penalties for the weights' size.
    /// - Parameter outputs: the model's results.
    /// - Returns: a scalar. (A loss that is not reduced is summed: gradients are those of the sum.)
    /// - Throws: `KeratinError` if there is no loss at all, or labels are missing.
    open func computeLoss(_ batch: Batch, _ outputs: [Tensor]) throws -> Tensor {
        try recordedSession().computeLoss(self, batch, outputs)
    }

    /// Updates the compiled metrics with a batch.
    /// - Parameters:
    ///   - outputs: the model's results.
    ///   - loss: what is reported as the loss; nil: what `computeLoss` gave before.
    /// - Returns: the loss and the compiled metrics, and the model's own `metrics`.
    open func computeMetrics(
        _ batch: Batch, _ outputs: [Tensor], loss: Tensor? = nil
    ) throws -> Logs {
        try recordedSession().computeMetrics(self, batch, outputs, loss: loss)
    }

    private func recordedSession() throws -> TrainingSession {
        let session = try compiledSession()
        guard Trace.current != nil else {
            throw KeratinError(
                .invalidState, "steps are called by fit, evaluate and their kin, which record them",
                at: name)
        }
        return session
    }

    open override var supportsMasking: Bool { true }

    /// Results keep the masks that the layers inside gave them.
    open override func computeMasks(_ inputs: [Tensor], _ results: [Tensor]) throws -> [Tensor?] {
        results.map(\.mask)
    }

    /// Checks the numbers of what the model is fed, where a layer does not take all.
    package func check(data: HostArray, input index: Int) throws {
        guard let graph else { return }
        for node in graph.nodes where node.inputs.first?.graph == graph.inputs[index] {
            try (node.function as? LayerCall)?.layer.check(data: data)
        }
    }

    /// Says which layers' numbers `check(data:input:)` looked at.
    func noteChecked(_ inputs: [Tensor], _ trace: Trace) throws {
        guard let graph else { return }
        for (input, tensor) in zip(graph.inputs, inputs) {
            for node in graph.nodes where node.inputs.first?.graph == input {
                if let call = node.function as? LayerCall {
                    try trace.noteChecked(call.layer, tensor)
                }
            }
        }
    }

    /// Sets what stateful recurrent layers remember of earlier batches to zero.
    public func resetStates() throws {
        try lock.withLock {
            for state in batchStates {
                try state.state.setValues([Float](repeating: 0, count: state.count))
            }
        }
    }

    // MARK: Weights

    /// Whether training changes the layers' weights. Takes effect at the next `compile`.
    open override var trainable: Bool {
        get { super.trainable }
        set { exclusively { super.trainable = newValue } }
    }

    /// The numbers of each weight.
    /// - Throws: `KeratinError` if the model is not built.
    open override func getWeights() throws -> [NDArray] {
        try lock.withLock {
            try requireBuilt()
            return try super.getWeights()
        }
    }

    /// Stores the numbers of each weight, in the order of `weights`, and ends the need to restore after a failed
    /// step.
    /// - Throws: `KeratinError` if the count or a shape differs; nothing is stored then.
    open override func setWeights(_ values: [NDArray]) throws {
        try lock.withLock {
            try requireBuilt()
            try super.setWeights(values)
            training?.restored()
        }
    }

    // MARK: Backend

    package func requireBuilt() throws {
        guard isBuilt else {
            throw KeratinError(
                .invalidState,
                "is not built: give it an Input, or call build(inputShape:) or fit", at: name)
        }
    }

    /// The backend to build on or run on.
    /// - Throws: `KeratinError` if the model was built on another one than is asked for now.
    package func resolvedBackend() throws -> any Backend {
        try lock.withLock { try chosenBackend() }
    }

    private func chosenBackend() throws -> any Backend {
        guard let backend = backend ?? weights.first?.state.backend else {
            let chosen = try Context.backend
            backend = chosen
            return chosen
        }
        self.backend = backend
        // A model that shares a layer may have taken its weights elsewhere.
        if let weight = weights.first(where: { $0.state.backend !== backend }) {
            let other = weight.state.backend.name
            throw KeratinError(
                .invalidState,
                "the weight '\(weight.path)', which another model shares, was moved from the backend '\(backend.name)' to "
                    + "'\(other)'; move this model too: model.move(to: \"\(other)\")", at: name)
        }
        if let asked = Context.requested, asked !== backend {
            throw KeratinError(
                .invalidState,
                "was built on the backend '\(backend.name)' and is used under '\(asked.name)'; "
                    + "move it first: model.move(to: \"\(asked.name)\")", at: name)
        }
        return backend
    }

    /// Moves the weights, and what the optimizer keeps, to another backend.
    public func move(to choice: BackendChoice) throws {
        let target = try BackendCatalog.backend(named: choice.name)
        try exclusively {
            // Weights that other models share may be there already, or have left.
            let strangers = (weights + batchStates).filter { $0.state.backend !== target }
            guard target !== backend || !strangers.isEmpty else { return }
            place(on: target)
            backend = target
            ownPlans.removeAll(pool: true)
            for weight in strangers { try weight.move(to: target) }
            try training?.move(to: target, metrics)
        }
    }

    /// Runs what changes the model itself, after a training or evaluation that runs elsewhere.
    func exclusively<Result>(_ body: () throws -> Result) rethrows -> Result {
        try trainingLock.withLock { try lock.withLock { try body() } }
    }
}

extension Graph {
    /// The same graph with an `Input` of its own in the place of each result of a layer that it begins behind, so that it can be
    /// saved. The layers do not count these as further uses.
    fileprivate func beginningWithInputs(at place: String) throws -> Graph {
        guard inputs.contains(where: { !$0.node.isInput }) else { return self }
        var copies: [GraphTensor: Tensor] = [:]
        for input in inputs {
            let extents = input.type.extents
            copies[input] =
                input.node.isInput
                ? Tensor(input)
                : Input(
                    shape: Array(extents.dropFirst()), batchSize: extents.first ?? nil,
                    dtype: input.type.dtype
                ).tensor
        }
        func copy(_ tensor: Tensor) -> Tensor { tensor.graph.flatMap { copies[$0] } ?? tensor }
        for node in nodes where !node.isInput {
            let twin = try GraphNode(node.function, node.inputs.map(copy), types: node.types)
            for (index, result) in twin.outputs.enumerated() {
                let tensor = GraphTensor(node: node, index: index)
                if copies[tensor] == nil { copies[tensor] = result }
            }
        }
        return try Graph(
            inputs: inputs.map { copy(Tensor($0)) }, outputs: outputs.map { copy(Tensor($0)) },
            at: place)
    }

    /// The layers, inputs among them, in Keras's order.
    package var layers: [Layer] {
        functions.compactMap { uses in
            switch uses[0].function {
            case let call as LayerCall: call.layer
            case let input as GraphInput: input.layer
            default: nil
            }
        }
    }
}

extension Tensor {
    /// With a last axis of extent 1 added or taken away where that makes the rank right, and in the element type that is expected, as
    /// Keras does with what a graph is given.
    fileprivate func fitted(to type: SymbolicType) throws -> Tensor {
        var result = self
        if rank == type.extents.count + 1, shape.dimensions.last == 1 {
            result = reshaped(Shape(Array(shape.dimensions.dropLast())))
        } else if rank == type.extents.count - 1, type.extents.last == 1 {
            result = expandingDimension(at: -1)
        }
        result = result.cast(to: type.dtype)
        result.mask = mask
        return result
    }
}

extension Layer {
    /// Makes later weights of the layer, and of those inside, start on a backend.
    fileprivate func place(on target: any Backend) {
        if backend != nil { backend = target }
        for layer in sublayers { layer.place(on: target) }
    }
}

import KeratinCore
import KeratinTensor

/// A step of a model: weights, and forward code that uses them.
///
/// A layer of your own overrides `build` (make weights with `addWeight`) and `call` (tensor code, forward
/// only): its output shape is found by tracing `call`, its gradient by differentiating the recorded
/// program. Layers are confined to one isolation domain; models may be shared.
open class Layer {
    public let name: String
    /// Whether training changes the layer's weights, those of layers inside it too. Takes effect at the next `compile`.
    public var trainable = true {
        didSet { for layer in sublayers { layer.trainable = trainable } }
    }
    /// What the loss grows by for the size of the layer's results, divided by the batch's size.
    public var activityRegularizer: Regularizer?
    public private(set) var isBuilt = false
    private var variables: [Variable] = []
    /// Held while the layer is built or recorded: models of several tasks may share it.
    private let lock = ReentrantLock()
    private var hasWarnedOfMask = false
    /// Where the weights live; decided when the layer is built.
    package private(set) var backend: (any Backend)?

    /// - Parameter name: nil gives the class in snake_case, numbered within the process.
    public init(name: String? = nil) {
        self.name = name ?? AutomaticName.next(Self.className)
    }

    /// The class as Keras names it.
    open class var className: String { String(describing: self) }

    /// The class as Keras names it.
    package final var className: String { type(of: self).className }

    // MARK: To override

    /// Whether a summary counts the layer as built before it has seen a shape, as Keras does for layers
    /// that never have weights.
    package var isBuiltFromTheStart: Bool { false }

    /// Whether the layer computes with floats, so that integers are converted for it, as Keras does. Others pass them on, or find
    /// their own use for them.
    package var wantsFloats: Bool { false }

    /// Makes the weights for inputs of a shape; nil stands for an extent that varies, such as the batch.
    open func build(inputShape: [Int?]) throws {}

    /// The layer's result.
    /// - Parameter training: true while a training step is recorded.
    open func call(_ input: Tensor, training: Bool) throws -> Tensor { input }

    /// The shape of the result for inputs of a shape. It need not be overridden: `call` is traced with two
    /// sizes for each unknown extent, and extents that differ are unknown.
    open func outputShape(for inputShape: [Int?]) throws -> [Int?] {
        func trace(_ unknown: Int) throws -> Shape {
            let shape = Shape(inputShape.map { $0 ?? unknown })
            do { try shape.validate() } catch { throw error.nested(in: place) }
            let recorded = try TracedFunction.record([TensorType(shape)]) { _, arguments in
                [try self.apply(arguments[0], training: false)]
            }
            return recorded.program.type(of: recorded.program.outputs[0]).shape
        }
        // Larger than windows are, and far apart: an extent that depends on the unknown one differs even after a
        // long stride. Nothing is computed, so size costs nothing.
        let (a, b) = (try trace(960), try trace(2041))
        guard a.rank == b.rank else {
            throw KeratinError(
                .shapeMismatch, "the result's rank depends on an unknown extent", at: place)
        }
        return zip(a.dimensions, b.dimensions).map { $0 == $1 ? $0 : nil }
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

    /// Whether the layer understands masks: what it is given has one, so has its result. If not, the result has
    /// none, of which a warning tells.
    open var supportsMasking: Bool { false }

    /// The mask of the layer's result: true (1) for steps that count.
    /// - Parameter mask: the input's mask, if it has one.
    open func computeMask(_ input: Tensor, _ mask: Tensor?) throws -> Tensor? {
        supportsMasking ? mask : nil
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

    /// Makes a weight as its specification says.
    final func addWeight(
        name: String, shape: Shape, _ specification: WeightSpecification
    ) throws -> Variable {
        try addWeight(
            name: name, shape: shape, initializer: specification.initializer,
            regularizer: specification.regularizer, constraint: specification.constraint)
    }

    /// Adds a number to the loss of the step that is being recorded. Outside of recorded steps it does nothing.
    public final func addLoss(_ loss: Tensor) throws {
        try Trace.current?.add(loss: loss)
    }

    /// Trainable weights, then the others, then those of the layers inside (Keras's order).
    public final var weights: [Variable] { ownWeights + sublayers.flatMap(\.weights) }

    /// The layer's own weights, without those of layers inside it, in the order of files.
    package final var ownWeights: [Variable] {
        variables.filter(\.trainable) + variables.filter { !$0.trainable }
    }

    /// What training changes; empty if the layer is not trainable.
    public final var trainableWeights: [Variable] {
        guard trainable else { return [] }
        return variables.filter(\.trainable) + sublayers.flatMap(\.trainableWeights)
    }

    public final var nonTrainableWeights: [Variable] {
        guard trainable else { return weights }
        return variables.filter { !$0.trainable } + sublayers.flatMap(\.nonTrainableWeights)
    }

    /// The number of numbers in all weights.
    public final var parameterCount: Int { weights.reduce(0) { $0 + $1.count } }

    /// The numbers of each weight, in the order of `weights`.
    public func getWeights() throws -> [NDArray] {
        try weights.map { weight in
            let values = try weight.state.values()
            return weight.dtype == .int32
                ? try NDArray(values.map { Int32(clamping: Int($0)) }, shape: weight.shape)
                : try NDArray(values, shape: weight.shape)
        }
    }

    /// Stores the numbers of each weight, in the order of `weights`.
    /// - Throws: `KeratinError` if the count or a shape differs; nothing is stored then.
    public func setWeights(_ values: [NDArray]) throws {
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
    package var savedChildren: [(attribute: String, layers: SavedLayers)] { [] }

    /// The layers inside this one, in the order of their weights.
    package final var sublayers: [Layer] {
        savedChildren.flatMap { child in
            switch child.layers {
            case .one(let layer): [layer]
            case .list(let layers): layers
            }
        }
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
    public final var place: String { "\(className) '\(name)'" }

    /// Builds the layer for a shape unless it is built. If that fails, nothing of it is left.
    public final func buildIfNeeded(inputShape: [Int?]) throws {
        try lock.withLock {
            guard !isBuilt else { return }
            do {
                try build(inputShape: inputShape)
            } catch {
                unbuild()
                throw (error as? KeratinError)?.nested(in: place) ?? error
            }
            for weight in sublayers.flatMap(\.weights) { weight.path = "\(name)/\(weight.path)" }
            isBuilt = true
        }
    }

    /// Forgets the weights, and those of layers inside, so that the layer can be built for another shape.
    package final func unbuild() {
        variables = []
        backend = nil
        isBuilt = false
        for layer in sublayers { layer.unbuild() }
    }

    /// Builds the layer if it is not built, and calls it; errors name the layer.
    ///
    /// The result carries the mask that `computeMask` gives; `call` finds the input's in `input.mask`.
    public final func apply(_ input: Tensor, training: Bool = false) throws -> Tensor {
        try inPlace(input) {
            let input = try converted(input)
            var result = try call(input, training: training)
            result.mask = try computeMask(input, input.mask)
            if input.mask != nil, result.mask == nil, !supportsMasking { warnOfDroppedMask() }
            try addActivityLoss(result)
            return result
        }
    }

    /// The input as the layer computes with it.
    package final func converted(_ input: Tensor) throws -> Tensor {
        guard wantsFloats, input.dtype != .float32 else { return input }
        var floats = try input.cast(to: .float32)
        floats.mask = input.mask
        return floats
    }

    /// Builds the layer for an input if it is not built, and runs code whose errors name the layer.
    package final func inPlace<Result>(_ input: Tensor, _ body: () throws -> Result) throws
        -> Result
    {
        let batch = isStateful ? input.shape.dimensions.first : nil
        return try lock.withLock {
            try buildIfNeeded(
                inputShape: [batch] + input.shape.dimensions.dropFirst().map { $0 })
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

    /// Calls the layer on a tensor.
    public final func callAsFunction(_ input: Tensor, training: Bool = false) throws -> Tensor {
        try apply(input, training: training)
    }
}

/// What an attribute of a layer holds.
package enum SavedLayers {
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
package func describe(_ shape: [Int?]) -> String {
    let extents = shape.map { $0.map(String.init) ?? "None" }
    return "(" + extents.joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
}

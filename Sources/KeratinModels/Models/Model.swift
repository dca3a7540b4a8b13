import KeratinCore
import KeratinLayers
import KeratinTensor

/// Something that can be compiled, trained, evaluated and asked for predictions.
///
/// Tasks may share a model. Predictions, weights and files are served between the steps of a training that runs elsewhere;
/// a second training, an evaluation, or whatever changes the model itself waits for its end. Layers that are reached through
/// a model must not be changed by one task while another uses it.
open class Model: @unchecked Sendable {
    // Unchecked: what changes does so while `lock` is held.
    public let name: String
    /// Held while anything of the model is read or changed: for a step, a batch, a file.
    package let lock = ReentrantLock()
    /// Held from start to end by what must not happen twice at a time. Taken before `lock`, never while that is held.
    let trainingLock = ReentrantLock()
    /// Everything that `compile` decided and training changes; nil before.
    package var training: TrainingSession?
    /// Plans for predictions without a compiled session.
    private let ownPlans = PlanCache()
    package var predictionPlans: PlanCache { training?.plans ?? ownPlans }

    /// What `fit` does at the end of each epoch.
    package var afterEpoch: (() throws -> Void)?

    /// Where the weights live: decided when the model is built.
    public private(set) var backend: (any Backend)?

    /// - Parameter name: nil gives the class in snake_case, numbered within the process.
    public init(name: String? = nil) {
        self.name = name ?? AutomaticName.next(String(describing: Self.self))
    }

    // MARK: To override

    /// The layers, in the order in which weights are listed.
    open var layers: [Layer] { [] }

    /// The shape of one input sample with its batch, if it is known.
    open var inputShape: [Int?]? { nil }

    /// What data are converted to on their way in.
    package var inputType: InputType { .float32 }

    /// The shape of the result, if the model is built.
    open var outputShape: [Int?]? { nil }

    open var isBuilt: Bool { false }

    /// Builds the layers for an input shape.
    open func build(inputShape: [Int?]) throws {}

    /// The result of the model.
    open func call(_ input: Tensor, training: Bool) throws -> Tensor { input }

    /// Checks the numbers of what the model is fed, where a layer does not take all.
    package func check(data: NDArray) throws {}

    /// Sets what stateful recurrent layers remember of earlier batches to zero.
    public func resetStates() throws {
        try lock.withLock {
            for state in layers.flatMap(\.batchStates) {
                try state.state.setValues([Float](repeating: 0, count: state.count))
            }
        }
    }

    /// Whether layers remember something from batch to batch, so that batches have one size.
    var isStateful: Bool { layers.contains(where: \.isStateful) }

    // MARK: Weights

    /// All weights, layer by layer, each layer's trainable ones first.
    public var weights: [Variable] { layers.flatMap(\.weights) }
    public var trainableWeights: [Variable] { layers.flatMap(\.trainableWeights) }
    public var nonTrainableWeights: [Variable] { layers.flatMap(\.nonTrainableWeights) }
    public var parameterCount: Int { weights.reduce(0) { $0 + $1.count } }

    /// Whether training changes the layers' weights. Takes effect at the next `compile`.
    public var trainable: Bool {
        get { layers.contains { $0.trainable } }
        set { exclusively { for layer in layers { layer.trainable = newValue } } }
    }

    /// The numbers of each weight.
    /// - Throws: `KeratinError` if the model is not built.
    public func getWeights() throws -> [NDArray] {
        try lock.withLock {
            try requireBuilt()
            return try layers.flatMap { try $0.getWeights() }
        }
    }

    /// Stores the numbers of each weight, in the order of `weights`, and ends the need to restore after a failed
    /// step.
    /// - Throws: `KeratinError` if the count or a shape differs; nothing is stored then.
    public func setWeights(_ values: [NDArray]) throws {
        try lock.withLock { try storeWeights(values) }
    }

    private func storeWeights(_ values: [NDArray]) throws {
        try requireBuilt()
        let weights = self.weights
        guard values.count == weights.count else {
            throw KeratinError(
                .invalidArgument, "has \(weights.count) weights, got \(values.count)", at: name)
        }
        for (weight, value) in zip(weights, values) where weight.shape != value.shape {
            throw KeratinError(
                .shapeMismatch, "weight '\(weight.name)' is \(weight.shape), got \(value.shape)",
                at: name)
        }
        var rest = values[...]
        for layer in layers {
            let count = layer.weights.count
            try layer.setWeights(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        training?.restored()
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
        guard let backend else {
            let chosen = try Context.backend
            backend = chosen
            return chosen
        }
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
            let strangers = (weights + layers.flatMap(\.batchStates)).filter {
                $0.state.backend !== target
            }
            guard target !== backend || !strangers.isEmpty else { return }
            backend = target
            ownPlans.removeAll(pool: true)
            for weight in strangers { try weight.move(to: target) }
            try training?.move(to: target)
        }
    }

    /// Runs what changes the model itself, after a training or evaluation that runs elsewhere.
    func exclusively<Result>(_ body: () throws -> Result) rethrows -> Result {
        try trainingLock.withLock { try lock.withLock { try body() } }
    }
}

import KeratinCore
import KeratinTensor

/// The weights of a layer and of those inside it.
extension Layer {
    /// Makes a weight. Called from `build`, or when the layer is made.
    /// - Parameter dtype: float32, or int32 for a counter.
    /// - Throws: `KeratinError` for an impossible shape or an unknown name, and in `call`, which is recorded anew for each kind of batch
    ///   and would make new weights each time; `BackendError.outOfMemory`.
    @discardableResult
    public final func addWeight(
        name: String, shape: Shape, initializer: any InitializerConvertible,
        regularizer: (any RegularizerConvertible)? = nil,
        constraint: (any ConstraintConvertible)? = nil, trainable: Bool = true,
        dtype: DType = .float32
    ) throws -> Variable {
        guard !isCalling else {
            throw KeratinError(
                .invalidState,
                "the weight '\(name)' would be made in call, which runs many times: make it in build(inputShape:), and use it in call",
                at: place)
        }
        try shape.validate()
        let backend = try self.backend ?? Context.backend
        self.backend = backend
        let variable = try Variable(
            name: name, shape: shape, initializer: initializer.initializer,
            regularizer: regularizer?.regularizer, constraint: constraint?.constraint,
            trainable: trainable, dtype: dtype, backend: backend)
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

    /// The same with the name first: `addWeight("kernel", shape: [4, 2], initializer: .glorotUniform)`.
    /// - Throws: `KeratinError` for an impossible shape or an unknown name, and in `call`; `BackendError.outOfMemory`.
    public final func addWeight(
        _ name: String, shape: Shape, initializer: any InitializerConvertible,
        regularizer: (any RegularizerConvertible)? = nil,
        constraint: (any ConstraintConvertible)? = nil, trainable: Bool = true,
        dtype: DType = .float32
    ) throws -> Variable {
        try addWeight(
            name: name, shape: shape, initializer: initializer, regularizer: regularizer,
            constraint: constraint, trainable: trainable, dtype: dtype)
    }

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

    /// The same as `parameterCount`, under Keras's name.
    public final func countParams() -> Int { parameterCount }
}

extension [Variable] {
    /// Each once, where it comes first.
    fileprivate var withoutRepetition: [Variable] {
        var seen: Set<ObjectIdentifier> = []
        return filter { seen.insert(ObjectIdentifier($0)).inserted }
    }
}

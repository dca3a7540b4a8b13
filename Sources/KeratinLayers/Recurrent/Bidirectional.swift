import KeratinCore
import KeratinTensor

/// Runs a recurrent layer from the first step to the last and another from the last to the first, and joins their results.
///
/// The wrapped layer itself is not used but two copies of it, `forward_<name>` and `backward_<name>`, with new weights.
/// With `returnSequences` both give steps in the order in which the forward layer runs (as in Keras, which turns the backward
/// layer's result around and never the forward layer's), and zeros where a mask is false. Weights: those of the forward layer,
/// then those of the backward layer.
public final class Bidirectional: Layer {
    /// How the results of both directions become one.
    public enum MergeMode: String, Hashable, Sendable, CaseIterable {
        /// Side by side along the last axis.
        case concat
        case sum
        case mul
        /// The mean.
        case ave
    }

    private let mergeMode: MergeMode?
    /// The two layers, or why there are none.
    private let directions: Result<(forward: RNN, backward: RNN), KeratinError>

    /// - Parameters:
    ///   - layer: a recurrent layer that runs forwards; it must be one that can be saved.
    ///   - mergeMode: nil leaves two results, which `sequences(_:initialState:training:)` gives.
    ///   - backwardLayer: the layer for the other direction, if it is not to be a copy; it has `goBackwards`, and the other
    ///     arguments that decide what is returned are equal.
    public init(
        _ layer: RNN, mergeMode: (any MergeModeConvertible)? = MergeMode.concat,
        backwardLayer: RNN? = nil, name: String? = nil
    ) {
        let mode = mergeMode.map { Chosen($0.mergeMode, else: .concat) }
        self.mergeMode = mode?.value
        directions = Bidirectional.directions(layer, backwardLayer)
        super.init(name: name)
        note(mode?.mistake)
    }

    private static func directions(
        _ layer: RNN, _ backwardLayer: RNN?
    ) -> Result<(forward: RNN, backward: RNN), KeratinError> {
        do {
            let forward = try copy(layer, prefix: "forward_")
            let backward =
                try backwardLayer ?? copy(layer, prefix: "backward_", goBackwards: true)
            try check(forward, backward)
            // Keras does so whatever the layers say.
            forward.arguments.zeroOutputForMask = forward.arguments.returnSequences
            backward.arguments.zeroOutputForMask = backward.arguments.returnSequences
            return .success((forward, backward))
        } catch let error as KeratinError {
            return .failure(error)
        } catch {
            return .failure(KeratinError(.invalidArgument, String(describing: error)))
        }
    }

    /// A layer of the same arguments.
    private static func copy(
        _ layer: RNN, prefix: String, goBackwards: Bool? = nil
    ) throws -> RNN {
        var object = try layer.serialized()
        guard case .object(var config) = object.config else { return layer }
        let name = layer.name.hasPrefix(prefix) ? layer.name : prefix + layer.name
        config["name"] = .string(name)
        if let goBackwards { config["go_backwards"] = .boolean(goBackwards) }
        object.config = .object(config)
        guard let copy = try LayerRegistry.make(object) as? RNN else { return layer }
        return copy
    }

    private static func check(_ forward: RNN, _ backward: RNN) throws {
        let (a, b) = (forward.arguments, backward.arguments)
        guard a.goBackwards != b.goBackwards else {
            throw KeratinError(
                .invalidArgument,
                "the forward and the backward layer must differ in goBackwards, both have \(a.goBackwards)"
            )
        }
        for (word, first, second) in [
            ("stateful", a.stateful, b.stateful),
            ("returnSequences", a.returnSequences, b.returnSequences),
            ("returnState", a.returnState, b.returnState),
        ] where first != second {
            throw KeratinError(
                .invalidArgument,
                "the forward and the backward layer must agree in \(word), got \(first) and \(second)"
            )
        }
    }

    package override var wantsFloats: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        let (forward, backward) = try directions.get()
        return try super.getConfig().adding([
            "merge_mode": mergeMode.map { .string($0.rawValue) } ?? .null,
            "layer": try forward.serialized().value,
            "backward_layer": try backward.serialized().value,
        ])
    }

    public override var savedChildren: [(attribute: String, layers: SavedLayers)] {
        guard case .success(let (forward, backward)) = directions else { return [] }
        return [("forward_layer", .one(forward)), ("backward_layer", .one(backward))]
    }

    public override var supportsMasking: Bool { true }

    public override func computeMask(_ input: Tensor, _ mask: Tensor?) throws -> Tensor? {
        try directions.get().forward.arguments.returnSequences ? mask : nil
    }

    public override func build(inputShape: [Int?]) throws {
        let (forward, backward) = try directions.get()
        try forward.buildIfNeeded(inputShape: inputShape)
        try backward.buildIfNeeded(inputShape: inputShape)
    }

    /// Sets what both layers remember of earlier batches to zero.
    /// - Throws: `BackendError` from the device.
    public func resetStates() throws {
        let (forward, backward) = try directions.get()
        try forward.resetStates()
        try backward.resetStates()
    }

    // MARK: Running

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        try run(input, nil, training).outputs[0]
    }

    /// The results, two without a merge mode, then with `returnState` the final states. States to begin with are passed as
    /// `initial_state`, or as further inputs.
    public override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] {
        guard let input = inputs.first else {
            throw KeratinError(.invalidArgument, "needs an input")
        }
        try context.require(only: ["initial_state"])
        let further = inputs.count > 1 ? Array(inputs.dropFirst()) : nil
        let result = try run(
            input, context.tensors["initial_state"] ?? further, context.training)
        let returnsStates = try directions.get().forward.arguments.returnState
        return result.outputs + (returnsStates ? result.states : [])
    }

    /// Without a merge mode both results have the mask.
    public override func computeMasks(_ inputs: [Tensor], _ results: [Tensor]) throws -> [Tensor?] {
        guard let input = inputs.first else { return [] }
        let mask = try computeMask(input, input.mask)
        return mergeMode == nil ? [mask, mask] : [mask]
    }

    /// The results (one, or without a merge mode the forward and the backward one), and the final states: those of
    /// the forward layer, then those of the backward layer.
    ///
    /// - Parameter initialState: the states of the forward layer, then those of the backward layer; nil: zeros.
    /// - Throws: `KeratinError` if inputs or states do not fit.
    public func sequences(
        _ input: Tensor, initialState: [Tensor]? = nil, training: Bool = false
    ) throws -> (outputs: [Tensor], states: [Tensor]) {
        try inPlace([input]) {
            let input = try converted(input)
            var result = try run(input, initialState, training)
            let mask = try computeMask(input, input.mask)
            for index in result.outputs.indices { result.outputs[index].mask = mask }
            for output in result.outputs { try addActivityLoss(output) }
            return result
        }
    }

    private func run(
        _ input: Tensor, _ initialState: [Tensor]?, _ training: Bool
    ) throws -> (outputs: [Tensor], states: [Tensor]) {
        let (forward, backward) = try directions.get()
        let half = (initialState?.count ?? 0) / 2
        // Both give their steps in the order of the input: what Keras turns around twice stays as it is.
        var a = try forward.stepResult(
            input, initialState: initialState.map { Array($0.prefix(half)) }, training: training)
        var b = try backward.stepResult(
            input, initialState: initialState.map { Array($0.dropFirst(half)) },
            training: training)
        if forward.arguments.goBackwards, forward.arguments.returnSequences {
            a.output = a.output.reversed(axes: [1])
            b.output = b.output.reversed(axes: [1])
        }
        let states = a.states + b.states
        switch mergeMode {
        case .concat: return ([Tensor.concatenate([a.output, b.output])], states)
        case .sum: return ([a.output + b.output], states)
        case .mul: return ([a.output * b.output], states)
        case .ave: return ([(a.output + b.output) / 2], states)
        case nil: return ([a.output, b.output], states)
        }
    }
}

extension Bidirectional: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        func layer(_ key: String) throws -> RNN? {
            guard let layer = try configuration.optionalLayer(key) else { return nil }
            guard let layer = layer as? RNN else {
                throw KeratinError(
                    .invalidData, "'\(key)' must hold a recurrent layer, got \(layer.place)",
                    at: configuration.className)
            }
            return layer
        }
        guard let forward = try layer("layer") else {
            throw KeratinError(
                .invalidData, "the configuration has no 'layer'", at: configuration.className)
        }
        self.init(
            forward,
            mergeMode: configuration.isNull("merge_mode")
                ? nil : try configuration.choice("merge_mode", default: MergeMode.concat),
            backwardLayer: try layer("backward_layer"), name: configuration.name)
    }
}

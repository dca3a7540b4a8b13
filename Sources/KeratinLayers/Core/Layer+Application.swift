import KeratinCore
import KeratinTensor

/// What happens between a call of a layer and its `call`.
extension Layer {
    /// Builds the layer if it is not built, and calls it; errors name the layer. On symbolic tensors the result is a node of their
    /// graph.
    ///
    /// The result carries the mask that `computeMask` gives; `call` finds the input's in `input.mask`.
    public final func apply(_ input: Tensor, training: Bool = false) throws -> Tensor {
        let results = try apply([input], CallContext(training: training))
        guard results.count == 1 else {
            throw severalResults(results.count)
        }
        return results[0]
    }

    /// Builds the layer if it is not built, and calls it: the general form of `apply`.
    /// - Parameter takesList: whether files say that the inputs are a list; nil: if there are several.
    public final func apply(
        _ inputs: [Tensor], _ context: CallContext = CallContext(), takesList: Bool? = nil
    ) throws -> [Tensor] {
        for tensor in inputs + context.allTensors { try tensor.check() }
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
            // A layer may call itself.
            let wasCalling = isCalling
            isCalling = true
            defer { isCalling = wasCalling }
            var results = try call(inputs, named.isEmpty ? context : context.replacing(named))
            for result in results { try result.check() }
            for (index, mask) in try computeMasks(inputs, results).enumerated() {
                results[index].mask = mask
            }
            if inputs.first?.mask != nil, results.first?.mask == nil, !supportsMasking {
                warnOfDroppedMask()
            }
            for result in results { try addActivityLoss(result) }
            LayerProbe.current?.note(self, results)
            return results
        }
    }

    func check(_ types: [SymbolicType]) throws {
        do {
            try InputSpec.check(
                inputSpecs,
                types.map { wantsFloats ? SymbolicType($0.extents, .float32) : $0 })
        } catch let error as KeratinError {
            throw error.nested(in: place)
        }
    }

    /// The input as the layer computes with it.
    package final func converted(_ input: Tensor) throws -> Tensor {
        guard wantsFloats, input.dtype != .float32 else { return input }
        var floats = input.cast(to: .float32)
        floats.mask = input.mask
        return floats
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

import KeratinCore
import KeratinTensor

/// Applies a layer to every step of a sequence by itself: inputs [batch, steps, …], result [batch, steps, result…].
///
/// A mask [batch, steps, …] is handed on; the layer sees its part of each step. Weights: those of the layer.
public final class TimeDistributed: Wrapper {
    public override var supportsMasking: Bool { true }

    public override func build(inputShapes: [[Int?]]) throws {
        guard let inputShape = inputShapes.first, inputShapes.count == 1 else {
            throw KeratinError(.invalidArgument, "takes one input, got \(inputShapes.count)")
        }
        guard inputShape.count >= 3 else { throw rankError(describe(inputShape)) }
        try layer.buildIfNeeded(inputShape: [inputShape[0]] + inputShape[2...])
    }

    private func rankError(_ got: String) -> KeratinError {
        KeratinError(
            .shapeMismatch, "expects inputs of rank 3 or more [batch, steps, …], got \(got)")
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard input.rank >= 3 else { throw rankError(String(describing: input.shape)) }
        let extents = input.shape.dimensions
        if let mask = input.mask {
            guard mask.rank >= 2, mask.shape.dimensions.prefix(2) == extents.prefix(2) else {
                throw KeratinError(
                    .shapeMismatch,
                    "expects a mask that begins with \(Shape(Array(extents.prefix(2)))), got \(mask.shape)"
                )
            }
        }
        let (batch, length) = (extents[0], extents[1])
        guard length > 0 else {
            throw KeratinError(.shapeMismatch, "an empty sequence has no result: \(input.shape)")
        }
        if layer.treatsSamplesAlone || !training && layer is BatchNormalization {
            let y = try result(folded(input), training)
            return y.reshaped(Shape([batch, length] + y.shape.dimensions.dropFirst()))
        }
        let steps = try (0..<length).map { index in
            try result(step(index, of: input), training).expandingDimension(at: 1)
        }
        return Tensor.concatenate(steps, axis: 1)
    }

    /// Not the whole of `apply`, which would add activity losses and masks for each step.
    private func result(_ input: Tensor, _ training: Bool) throws -> Tensor {
        let results = try layer.call([input], CallContext(training: training))
        guard results.count == 1 else {
            throw KeratinError(
                .invalidArgument,
                "wraps layers with one result, \(layer.place) has \(results.count)")
        }
        return results[0]
    }

    /// Every step of every sample as a sample.
    private func folded(_ input: Tensor) throws -> Tensor {
        func fold(_ x: Tensor) throws -> Tensor {
            let extents = x.shape.dimensions
            return x.reshaped(Shape([extents[0] * extents[1]] + extents[2...]))
        }
        var x = try fold(input)
        x.mask = try input.mask.map(fold)
        return x
    }

    private func step(_ index: Int, of input: Tensor) throws -> Tensor {
        func pick(_ x: Tensor) throws -> Tensor {
            var starts = [Int](repeating: 0, count: x.rank)
            var limits = x.shape.dimensions
            (starts[1], limits[1]) = (index, index + 1)
            var extents = x.shape.dimensions
            extents.remove(at: 1)
            return x.slice(starts: starts, limits: limits).reshaped(Shape(extents))
        }
        var x = try pick(input)
        x.mask = try input.mask.map(pick)
        return x
    }
}

extension Layer {
    /// Whether the layer surely computes each sample's result from that sample alone, so that steps may be taken for
    /// samples. Of a class that Keratin does not know, and of one that looks at the batch, nobody knows.
    fileprivate var treatsSamplesAlone: Bool {
        LayerRegistry.isBuiltIn(self) && !(self is BatchNormalization) && !isStateful
            && sublayers.allSatisfy(\.treatsSamplesAlone)
    }
}

extension TimeDistributed: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(try configuration.layer("layer"), name: configuration.name)
    }
}

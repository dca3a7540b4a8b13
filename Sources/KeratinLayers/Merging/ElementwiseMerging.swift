import KeratinCore
import KeratinTensor

/// The sum of its inputs, which broadcast.
public final class Add: MergingLayer {
    override func merge(_ inputs: [Tensor]) throws -> Tensor {
        inputs.dropFirst().reduce(inputs[0]) { $0 + $1 }
    }
}

/// The first of two inputs minus the second; they broadcast.
public final class Subtract: MergingLayer {
    override var inputCount: ClosedRange<Int> { 2...2 }

    override func merge(_ inputs: [Tensor]) throws -> Tensor { inputs[0] - inputs[1] }
}

/// The mean of its inputs, which broadcast.
public final class Average: MergingLayer {
    override func merge(_ inputs: [Tensor]) throws -> Tensor {
        inputs.dropFirst().reduce(inputs[0]) { $0 + $1 } / Double(inputs.count)
    }
}

/// The product of its inputs, which broadcast. Steps that a mask leaves out count as 1; where all inputs have masks and all leave
/// it out, the result is 0.
public final class Multiply: MergingLayer {
    override func merge(_ inputs: [Tensor]) throws -> Tensor {
        let one = Tensor(1.0)
        let masks = try inputs.map { try $0.spreadMask() }
        let factors = zip(inputs, masks).map { x, mask in
            mask?.select(x, one.cast(to: x.dtype)) ?? x
        }
        let product = factors.dropFirst().reduce(factors[0]) { $0 * $1 }
        let known = masks.compactMap { $0 }
        guard known.count == masks.count, let first = known.first else { return product }
        let any = known.dropFirst().reduce(first) { $0.binary(.or, $1) }
        return any.select(product, Tensor(0).cast(to: product.dtype))
    }
}

/// The larger of its inputs, element by element; they broadcast. Steps that a mask leaves out do not count.
public final class Maximum: MergingLayer {
    override func merge(_ inputs: [Tensor]) throws -> Tensor { try extreme(.maximum, inputs) }
}

/// The smaller of its inputs, element by element; they broadcast. Steps that a mask leaves out do not count.
public final class Minimum: MergingLayer {
    override func merge(_ inputs: [Tensor]) throws -> Tensor { try extreme(.minimum, inputs) }
}

extension MergingLayer {
    /// As Keras's `_apply_merge_op_and_or_mask`: where one side is left out, the other stands in for it.
    fileprivate func extreme(_ function: BinaryFunction, _ inputs: [Tensor]) throws -> Tensor {
        var result = inputs[0]
        var mask = try inputs[0].spreadMask()
        for input in inputs.dropFirst() {
            var next = input
            let nextMask = try input.spreadMask()
            if let nextMask { next = nextMask.select(next, result) }
            if let mask { result = mask.select(result, next) }
            if let known = mask, let nextMask {
                mask = known.binary(.or, nextMask)
            } else {
                mask = nil
            }
            result = result.binary(function, next)
        }
        return result
    }
}

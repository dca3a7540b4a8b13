import KeratinCore

/// The gradient rules of the primitives: the cotangent of the result to those of the inputs.
///
/// Rules read the result rather than the input where both would do, so that a kernel which fuses the
/// function into a producer needs no second copy.
struct PrimitivePullback {
    let builder: ProgramBuilder
    let inputs: [Value]
    let result: Value
    let cotangent: Value
    /// Whether a gradient for the input is asked for.
    let wanted: [Bool]

    func rule(for primitive: Primitive) throws(KeratinError) -> [Value?] {
        switch primitive {
        case .fill, .iota:
            return []
        case .argReduce, .randomBits:
            return [nil]
        case .cast:
            return [shape(of: inputs[0]) == shape(of: result) ? cotangent : nil]
        case .unary(let function):
            return [try unary(function)]
        case .binary(let function):
            return try binary(function)
        case .select:
            let zero = try constant(0)
            let a = wanted[1] ? try append(.select, [inputs[0], cotangent, zero]) : nil
            let b = wanted[2] ? try append(.select, [inputs[0], zero, cotangent]) : nil
            return [nil, try fit(a, to: inputs[1]), try fit(b, to: inputs[2])]
        case .reduce(let function, let axes, _):
            return [try reduce(function, axes)]
        case .matmul(let transposeLeft, let transposeRight):
            return try matmul(transposeLeft, transposeRight)
        case .gather, .scatterAdd, .dynamicSlice, .dynamicUpdate:
            return try indexed(primitive)
        case .reshape, .transpose, .broadcast, .slice, .pad, .concatenate, .reverse, .patches,
            .foldPatches:
            return try moved(primitive)
        }
    }

    // MARK: Shorthands

    func shape(of value: Value) -> Shape { builder.type(of: value).shape }

    func append(_ primitive: Primitive, _ inputs: [Value]) throws(KeratinError) -> Value {
        try builder.append(primitive, inputs)
    }

    func constant(_ value: Double) throws(KeratinError) -> Value {
        try builder.fill(value, TensorType(.scalar))
    }

    func times(_ a: Value, _ b: Value) throws(KeratinError) -> Value {
        try builder.binary(.multiply, a, b)
    }

    func scaled(_ a: Value, _ factor: Double) throws(KeratinError) -> Value {
        try times(a, try constant(factor))
    }

    /// Sums a gradient over the axes along which its variable was broadcast.
    func fit(_ gradient: Value?, to input: Value) throws(KeratinError) -> Value? {
        guard let gradient else { return nil }
        let target = shape(of: input)
        let source = shape(of: gradient)
        if source == target { return gradient }
        let lead = source.rank - target.rank
        let axes = (0..<source.rank).filter {
            $0 < lead || (target[$0 - lead] == 1 && source[$0] != 1)
        }
        let sum = axes.isEmpty ? gradient : try builder.reduce(.sum, gradient, axes: axes)
        return try builder.reshape(sum, target)
    }

    // MARK: Elementwise

    private func unary(_ function: UnaryFunction) throws(KeratinError) -> Value? {
        let x = inputs[0]
        let y = result
        let g = cotangent
        switch function {
        case .negate:
            return try builder.unary(.negate, g)
        case .abs:
            return try times(g, try builder.unary(.sign, x))
        case .reciprocal:
            return try builder.unary(.negate, try times(g, try builder.unary(.square, y)))
        case .sqrt:
            return try builder.binary(.divide, try scaled(g, 0.5), y)
        case .rsqrt:
            return try times(try scaled(g, -0.5), try times(y, try builder.unary(.square, y)))
        case .square:
            return try times(try scaled(g, 2), x)
        case .exp:
            return try times(g, y)
        case .expm1:
            return try times(g, try builder.binary(.add, y, try constant(1)))
        case .log:
            return try builder.binary(.divide, g, x)
        case .log1p:
            return try builder.binary(
                .divide, g, try builder.binary(.add, x, try constant(1)))
        case .sin:
            return try times(g, try builder.unary(.cos, x))
        case .cos:
            return try builder.unary(.negate, try times(g, try builder.unary(.sin, x)))
        case .arctan:
            let square = try builder.unary(.square, x)
            return try builder.binary(
                .divide, g, try builder.binary(.add, square, try constant(1)))
        case .tanh:
            let square = try builder.unary(.square, y)
            return try times(g, try builder.binary(.subtract, try constant(1), square))
        case .sigmoid:
            let rest = try builder.binary(.subtract, try constant(1), y)
            return try times(g, try times(y, rest))
        case .relu:
            let positive = try builder.binary(.greater, y, try constant(0))
            return try append(.select, [positive, g, try constant(0)])
        case .softplus:
            return try times(g, try builder.unary(.sigmoid, x))
        case .erf:
            let square = try builder.unary(.square, x)
            let bell = try builder.unary(.exp, try builder.unary(.negate, square))
            return try times(g, try scaled(bell, 1.1283791670955126))
        case .erfc:
            let square = try builder.unary(.square, x)
            let bell = try builder.unary(.exp, try builder.unary(.negate, square))
            return try times(g, try scaled(bell, -1.1283791670955126))
        case .sign, .floor, .ceil, .round, .not, .isNaN, .isFinite, .uniform:
            return nil
        }
    }

    private func binary(_ function: BinaryFunction) throws(KeratinError) -> [Value?] {
        let (a, b, g) = (inputs[0], inputs[1], cotangent)
        var da: Value?
        var db: Value?
        switch function {
        case .add:
            (da, db) = (g, g)
        case .subtract:
            da = g
            if wanted[1] { db = try builder.unary(.negate, g) }
        case .multiply:
            if wanted[0] { da = try times(g, b) }
            if wanted[1] { db = try times(g, a) }
        case .divide:
            let share = try builder.binary(.divide, g, b)
            da = share
            if wanted[1] { db = try builder.unary(.negate, try times(share, result)) }
        case .maximum, .minimum:
            // All of it to the first operand on a tie, as TensorFlow does.
            let first = try builder.binary(
                function == .maximum ? .greaterEqual : .lessEqual, a, b)
            let zero = try constant(0)
            if wanted[0] { da = try append(.select, [first, g, zero]) }
            if wanted[1] { db = try append(.select, [first, zero, g]) }
        case .power:
            if wanted[0] {
                let exponent = try builder.binary(.subtract, b, try constant(1))
                let slope = try times(b, try builder.binary(.power, a, exponent))
                da = try times(g, slope)
            }
            if wanted[1] {
                let positive = try builder.binary(.greater, a, try constant(0))
                let safe = try append(.select, [positive, a, try constant(1)])
                db = try times(g, try times(result, try builder.unary(.log, safe)))
            }
        case .remainder:
            da = g
            if wanted[1] {
                let quotient = try builder.unary(.floor, try builder.binary(.divide, a, b))
                db = try builder.unary(.negate, try times(g, quotient))
            }
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .and, .or:
            return [nil, nil]
        }
        return [
            try fit(wanted[0] ? da : nil, to: a), try fit(wanted[1] ? db : nil, to: b),
        ]
    }

    // MARK: Reductions and products

    private func reduce(
        _ function: ReduceFunction, _ axes: [Int]
    ) throws(KeratinError) -> Value? {
        let x = inputs[0]
        let full = shape(of: x)
        var kept = full
        for axis in axes { kept[axis] = 1 }
        let g = try builder.reshape(cotangent, kept)
        switch function {
        case .sum:
            return full == kept ? g : try append(.broadcast(full), [g])
        case .maximum, .minimum:
            // Shared equally among ties, as TensorFlow does.
            let peak = try builder.reshape(result, kept)
            let hit = try append(.cast(.float32), [try builder.binary(.equal, x, peak)])
            let count = try builder.reduce(.sum, hit, axes: axes, keepDimensions: true)
            return try times(try builder.binary(.divide, hit, count), g)
        case .product:
            return try times(try othersProduct(axes, kept), g)
        }
    }

    /// For each element the product of the others that it is reduced with, without dividing (an element
    /// may be zero).
    private func othersProduct(_ axes: [Int], _ kept: Shape) throws(KeratinError) -> Value {
        let full = shape(of: inputs[0])
        let front = (0..<full.rank).filter { !axes.contains($0) }
        let permutation = front + axes
        let rows = front.reduce(1) { $0 * full[$1] }
        let count = axes.reduce(1) { $0 * full[$1] }
        let moved = try builder.transpose(inputs[0], permutation)
        let flat = try builder.reshape(moved, [rows, 1, count])
        let square = TensorType([count, count], .int32)
        let diagonal = try builder.binary(
            .equal, try append(.iota(axis: 0, type: square), []),
            try append(.iota(axis: 1, type: square), []))
        let others = try append(.select, [diagonal, try constant(1), flat])
        let products = try builder.reduce(.product, others, axes: [2])
        let back = try builder.reshape(products, Shape(permutation.map { full[$0] }))
        var inverse = permutation
        for (position, axis) in permutation.enumerated() { inverse[axis] = position }
        return try builder.transpose(back, inverse)
    }

    private func matmul(
        _ transposeLeft: Bool, _ transposeRight: Bool
    ) throws(KeratinError) -> [Value?] {
        let (a, b, g) = (inputs[0], inputs[1], cotangent)
        var da: Value?
        var db: Value?
        if wanted[0] {
            da =
                transposeLeft
                ? try product(b, g, transposeRight, true, like: a)
                : try product(g, b, false, !transposeRight, like: a)
        }
        if wanted[1] {
            db =
                transposeRight
                ? try product(g, a, true, transposeLeft, like: b)
                : try product(a, g, !transposeLeft, false, like: b)
        }
        return [da, db]
    }

    /// A product whose batch axes are summed away if the variable has none.
    private func product(
        _ left: Value, _ right: Value, _ transposeLeft: Bool, _ transposeRight: Bool,
        like variable: Value
    ) throws(KeratinError) -> Value {
        let rank = shape(of: variable).rank
        var (left, right) = (left, right)
        let ranks = (shape(of: left).rank, shape(of: right).rank)
        if rank == 2, ranks.0 > 2, ranks.0 == ranks.1, transposeLeft, !transposeRight {
            // Σ over the batch of Aᵀ·G is one product of the stacked rows.
            (left, right) = (try stackedRows(left), try stackedRows(right))
        }
        let value = try builder.matmul(
            left, right, transposeLeft: transposeLeft, transposeRight: transposeRight)
        let extra = shape(of: value).rank - rank
        return extra > 0 ? try builder.reduce(.sum, value, axes: Array(0..<extra)) : value
    }

    private func stackedRows(_ value: Value) throws(KeratinError) -> Value {
        let shape = shape(of: value)
        return try builder.reshape(
            value, Shape([shape.dimensions.dropLast().reduce(1, *), shape[shape.rank - 1]]))
    }
}

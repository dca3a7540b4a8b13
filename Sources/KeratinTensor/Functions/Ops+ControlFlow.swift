import KeratinCore

// Loops and choices. On numbers they run as Swift does; in a recorded step a loop is recorded once, and a choice computes all branches. A
// graph that files hold cannot hold closures: there these belong into a layer's `call`.

extension ops {
    /// A function of each part of the first axis, the results as parts of a new tensor. It is recorded once, and what it reads of other tensors is
    /// the same for all parts.
    public static func map(
        _ x: Tensor, _ function: (Tensor) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying([x]) {
            try refuseSymbols([x], "map")
            return try scan(carries: [], sequences: [x]) { _, rows in
                ([], [try function(rows[0])])
            }.rows[0]
        }
    }

    /// A function of each part of the first axis: `map` by another name, as parts are computed one after the other here.
    public static func vectorizedMap(
        _ x: Tensor, _ function: (Tensor) throws -> Tensor
    ) -> Tensor { map(x, function) }

    /// What a function makes of values in the turns lower..<upper, to which it is given the turn's number (int32) and what the turn before
    /// gave. Values keep their shapes and element types.
    public static func foriLoop(
        _ lower: Int, _ upper: Int, _ initial: Tensor,
        _ body: (_ turn: Tensor, _ value: Tensor) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying([initial]) {
            try foriLoop(lower, upper, [initial]) { [try body($0, $1[0])] }[0]
        }
    }

    /// The same with several values.
    /// - Throws: `KeratinError` if a value changes its type; what the body throws.
    public static func foriLoop(
        _ lower: Int, _ upper: Int, _ initial: [Tensor],
        _ body: (_ turn: Tensor, _ values: [Tensor]) throws -> [Tensor]
    ) throws -> [Tensor] {
        try refuseSymbols(initial, "foriLoop")
        guard lower < upper else { return initial }
        let turns = arange(lower, upper)
        try turns.check()
        return try scan(carries: initial, sequences: [turns]) { values, rows in
            (try body(rows[0], values), [])
        }.carries
    }

    /// Applies a function to values as long as a condition of them (one bool) holds.
    ///
    /// In a step that is recorded `maximumIterations` is needed: so many turns are recorded, and those after the condition's end change nothing.
    /// - Throws: `KeratinError` without `maximumIterations` in a recording; what the closures throw.
    public static func whileLoop(
        _ condition: ([Tensor]) throws -> Tensor, _ body: ([Tensor]) throws -> [Tensor],
        _ initial: [Tensor], maximumIterations: Int? = nil
    ) throws -> [Tensor] {
        try refuseSymbols(initial, "whileLoop")
        if Trace.current == nil, initial.allSatisfy(\.hasNumbers) {
            var (values, turn) = (initial, 0)
            while turn < maximumIterations ?? .max, try holds(condition(values)) {
                values = try body(values)
                for value in values { try value.check() }
                turn += 1
            }
            return values
        }
        guard let maximumIterations else {
            throw KeratinError(
                .unavailable, "needs maximumIterations in a step that is recorded", at: "whileLoop")
        }
        return try foriLoop(0, maximumIterations, initial) { _, values in
            let holds = try condition(values).reshaped(.scalar).cast(to: .bool)
            return try zip(body(values), values).map { holds.select($0, $1) }
        }
    }

    private static func holds(_ condition: Tensor) throws -> Bool {
        try condition.item(Float.self) != 0
    }

    /// What one of two closures gives, as a bool says. In a recording both are computed, and their results must be of one type.
    public static func cond(
        _ predicate: Tensor, _ whenTrue: () throws -> Tensor, _ whenFalse: () throws -> Tensor
    ) -> Tensor {
        Tensor.carrying([predicate]) {
            try refuseSymbols([predicate], "cond")
            if predicate.hasNumbers {
                return try holds(predicate) ? whenTrue() : whenFalse()
            }
            return try predicate.reshaped(.scalar).cast(to: .bool).select(whenTrue(), whenFalse())
        }
    }

    /// What one of several functions gives, the one that a number names; a number outside counts as the nearest. In a recording all are
    /// computed, and their results must be of one type.
    public static func `switch`(
        _ index: Tensor, _ branches: [([Tensor]) throws -> Tensor], _ operands: Tensor...
    ) -> Tensor {
        Tensor.carrying([index] + operands) {
            try refuseSymbols([index] + operands, "switch")
            guard !branches.isEmpty else {
                throw KeratinError(.invalidArgument, "needs branches", at: "switch")
            }
            if index.hasNumbers {
                let number = try index.item(Int.self)
                return try branches[Swift.min(Swift.max(number, 0), branches.count - 1)](operands)
            }
            let number = index.reshaped(.scalar).cast(to: .int32)
            let results = try branches.map { try $0(operands) }
            return results.enumerated().dropFirst().reduce(results[0]) { rest, branch in
                number.binary(.greaterEqual, Double(branch.offset)).select(branch.element, rest)
            }
        }
    }

    /// All elements of an axis up to each, joined by an associative function of two tensors, element by element: as many calls as the
    /// length has binary digits.
    /// - Parameter reverse: from the end.
    public static func associativeScan(
        _ function: (Tensor, Tensor) throws -> Tensor, _ elements: Tensor, reverse: Bool = false,
        axis: Int = 0
    ) -> Tensor {
        Tensor.carrying([elements]) {
            try refuseSymbols([elements], "associativeScan")
            let axis = try elements.shape.resolve(axis: axis)
            let extent = elements.shape[axis]
            var total = reverse ? elements.reversed(axes: [axis]) : elements
            var distance = 1
            while distance < extent {
                let earlier = total.part(0..<(extent - distance), axis: axis)
                let later = total.part(distance..<extent, axis: axis)
                total = Tensor.concatenate(
                    [total.part(0..<distance, axis: axis), try function(earlier, later)],
                    axis: axis)
                distance *= 2
            }
            return reverse ? total.reversed(axes: [axis]) : total
        }
    }

    private static func refuseSymbols(_ tensors: [Tensor], _ name: String) throws {
        for tensor in tensors { try tensor.check() }
        guard !tensors.contains(where: \.isSymbolic) else {
            throw KeratinError(
                .unavailable,
                "a graph cannot hold closures: write it in a layer's call, or in a Lambda layer",
                at: name)
        }
    }
}

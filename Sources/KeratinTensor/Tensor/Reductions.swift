import KeratinCore

extension Tensor {
    /// Reduces over the axes (nil: all; negative axes count from the end). Bool and uint8 are counted as int32.
    package func reduce(
        _ function: ReduceFunction, axes: [Int]? = nil, keepDimensions: Bool = false
    ) -> Tensor {
        Tensor.carrying([self]) {
            if isSymbolic {
                return Tensor.node(.reduce(function, axes, keepDimensions), [self]) {
                    $0[0].reduce(function, axes: axes, keepDimensions: keepDimensions)
                }
            }
            let resolved = try axes?.map { try shape.resolve(axis: $0) } ?? Array(0..<rank)
            return try Tensor.apply(
                .reduce(function, axes: resolved.sorted(), keepDimensions: keepDimensions),
                [dtype == .float32 ? self : cast(to: .int32)])
        }
    }

    /// The sum along axes, all by default; they stay with extent 1 if `keepDimensions`.
    package func sum(axes: [Int]?, keepDimensions: Bool = false) -> Tensor {
        reduce(.sum, axes: axes, keepDimensions: keepDimensions)
    }

    /// The maximum along axes, all by default; they stay with extent 1 if `keepDimensions`. NaN wins.
    package func max(axes: [Int]?, keepDimensions: Bool = false) -> Tensor {
        reduce(.maximum, axes: axes, keepDimensions: keepDimensions)
    }

    /// The minimum along axes, all by default; they stay with extent 1 if `keepDimensions`. NaN wins.
    package func min(axes: [Int]?, keepDimensions: Bool = false) -> Tensor {
        reduce(.minimum, axes: axes, keepDimensions: keepDimensions)
    }

    /// The mean; NaN over no elements.
    package func mean(axes: [Int]?, keepDimensions: Bool = false) -> Tensor {
        if isSymbolic {
            let form = OperationForm(
                "Mean", config: [("axis", .init(axes)), ("keepdims", .boolean(keepDimensions))])
            return Tensor.node(form, [self]) {
                $0[0].mean(axes: axes, keepDimensions: keepDimensions)
            }
        }
        let total = cast(to: .float32).sum(axes: axes, keepDimensions: keepDimensions)
        let divisor = Double(count) / Double(Swift.max(total.count, 1))
        return total * (1 / divisor)
    }

    package func argReduce(_ function: ArgReduceFunction, _ axis: Int) -> Tensor {
        Tensor.carrying([self]) {
            if isSymbolic {
                let form = OperationForm(
                    function == .maximum ? "Argmax" : "Argmin",
                    config: [("axis", .integer(axis)), ("keepdims", .boolean(false))])
                return Tensor.node(form, [self]) { $0[0].argReduce(function, axis) }
            }
            return try Tensor.apply(
                .argReduce(function, axis: try shape.resolve(axis: axis)), [self])
        }
    }
}

import KeratinCore

// What divides the sorted numbers over axes.

extension ops {
    private typealias Config = [(name: String, value: Argument)]

    /// The number in the middle of the sorted ones over axes (nil: all), or the mean of the two in the middle; NaN if there is one.
    public static func median(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Median", [("axis", .init(axis: axis)), ("keepdims", .boolean(keepDims))], [x]) {
            try quantiles($0[0], [0.5], axis, .linear, keepDims, skipsNaN: false)[0]
        }
    }

    /// The number below which a share q of the numbers over axes (nil: all) lies; NaN if there is one.
    /// - Parameters:
    ///   - q: in 0...1.
    ///   - method: what is taken between two numbers: `linear`, `lower`, `higher`, `midpoint` or `nearest`.
    public static func quantile(
        _ x: Tensor, _ q: Double, axis: (any AxisConvertible)? = nil, method: String = "linear",
        keepDims: Bool = false
    ) -> Tensor {
        shares("Quantile", x, [q], isList: false, axis, method, keepDims, 1, skipsNaN: false)
    }

    /// Several quantiles, along a new first axis.
    public static func quantile(
        _ x: Tensor, _ q: [Double], axis: (any AxisConvertible)? = nil, method: String = "linear",
        keepDims: Bool = false
    ) -> Tensor {
        shares("Quantile", x, q, isList: true, axis, method, keepDims, 1, skipsNaN: false)
    }

    /// The quantile of q percent, q in 0...100.
    public static func percentile(
        _ x: Tensor, _ q: Double, axis: (any AxisConvertible)? = nil, method: String = "linear",
        keepDims: Bool = false
    ) -> Tensor {
        shares("Percentile", x, [q], isList: false, axis, method, keepDims, 100, skipsNaN: false)
    }

    /// Several quantiles in percent, along a new first axis.
    public static func percentile(
        _ x: Tensor, _ q: [Double], axis: (any AxisConvertible)? = nil, method: String = "linear",
        keepDims: Bool = false
    ) -> Tensor {
        shares("Percentile", x, q, isList: true, axis, method, keepDims, 100, skipsNaN: false)
    }

    // MARK: Without what is not a number

    /// The median, NaN left out; NaN of nothing else.
    public static func nanmedian(
        _ x: Tensor, axis: (any AxisConvertible)? = nil, keepDims: Bool = false
    ) -> Tensor {
        one("Nanmedian", [("axis", .init(axis: axis)), ("keepdims", .boolean(keepDims))], [x]) {
            try quantiles($0[0], [0.5], axis, .linear, keepDims, skipsNaN: true)[0]
        }
    }

    /// The quantile, NaN left out; NaN of nothing else.
    public static func nanquantile(
        _ x: Tensor, _ q: Double, axis: (any AxisConvertible)? = nil, method: String = "linear",
        keepDims: Bool = false
    ) -> Tensor {
        shares("Nanquantile", x, [q], isList: false, axis, method, keepDims, 1, skipsNaN: true)
    }

    /// Several quantiles along a new first axis, NaN left out.
    public static func nanquantile(
        _ x: Tensor, _ q: [Double], axis: (any AxisConvertible)? = nil, method: String = "linear",
        keepDims: Bool = false
    ) -> Tensor {
        shares("Nanquantile", x, q, isList: true, axis, method, keepDims, 1, skipsNaN: true)
    }

    /// The quantile of q percent, NaN left out; NaN of nothing else.
    public static func nanpercentile(
        _ x: Tensor, _ q: Double, axis: (any AxisConvertible)? = nil, method: String = "linear",
        keepDims: Bool = false
    ) -> Tensor {
        shares("Nanpercentile", x, [q], isList: false, axis, method, keepDims, 100, skipsNaN: true)
    }

    /// Several quantiles in percent along a new first axis, NaN left out.
    public static func nanpercentile(
        _ x: Tensor, _ q: [Double], axis: (any AxisConvertible)? = nil, method: String = "linear",
        keepDims: Bool = false
    ) -> Tensor {
        shares("Nanpercentile", x, q, isList: true, axis, method, keepDims, 100, skipsNaN: true)
    }

    // MARK: How it is done

    /// What is taken between two numbers.
    private enum Interpolation: String, CaseIterable {
        case linear, lower, higher, midpoint, nearest
    }

    private static func shares(
        _ className: String, _ x: Tensor, _ q: [Double], isList: Bool,
        _ axis: (any AxisConvertible)?, _ method: String, _ keepDims: Bool, _ scale: Double,
        skipsNaN: Bool
    ) -> Tensor {
        let config: Config = [
            ("axis", .init(axis: axis)), ("method", .text(method)),
            ("keepdims", .boolean(keepDims)),
        ]
        let written: Argument = isList ? .list(q.map { .init($0) }) : .init(q.first ?? 0)
        return one(className, config, arguments: [.tensor(0), written], [x]) { x in
            guard let interpolation = Interpolation(rawValue: method) else {
                throw KeratinError(
                    .unknownName,
                    "method must be one of \(Interpolation.allCases.map(\.rawValue).joined(separator: ", ")), got '\(method)'"
                )
            }
            if let wrong = q.first(where: { !(0...scale).contains($0) }) {
                throw KeratinError(
                    .invalidArgument, "q must lie in 0...\(Int(scale)), got \(wrong)")
            }
            let all = try quantiles(
                x[0], q.map { $0 / scale }, axis, interpolation, keepDims, skipsNaN: skipsNaN)
            return isList ? stack(all) : all[0]
        }
    }

    private static func quantiles(
        _ x: Tensor, _ shares: [Double], _ axis: (any AxisConvertible)?, _ method: Interpolation,
        _ keepDims: Bool, skipsNaN: Bool
    ) throws -> [Tensor] {
        let x = x.cast(to: .float32)
        let axes = Set(try axis?.axes.map { try x.shape.resolve(axis: $0) } ?? Array(0..<x.rank))
        // The axes that go become one, the last.
        let kept = (0..<x.rank).filter { !axes.contains($0) }
        let extent = axes.reduce(1) { $0 * x.shape[$1] }
        guard extent > 0 else {
            throw KeratinError(.shapeMismatch, "no numbers over the axes of \(x.shape)")
        }
        let rows = x.transposed(kept + axes.sorted())
            .reshaped(Shape(kept.map { x.shape[$0] } + [extent]))
        let sorted = picked(rows, places(rows))
        let last = sorted.rank - 1
        let extents = (0..<x.rank).compactMap {
            axes.contains($0) ? (keepDims ? 1 : nil) : x.shape[$0]
        }
        let row: Row
        if skipsNaN {
            row = .counted(
                rows.unary(.isNaN).unary(.not).cast(to: .float32)
                    .sum(axes: [last], keepDimensions: true))
        } else {
            // NaN stands last.
            row = .full(
                extent, isBroken: sorted.part((extent - 1)..<extent, axis: last).unary(.isNaN))
        }
        return shares.map {
            quantile(sorted, $0, row, method).reshaped(Shape(extents))
        }
    }

    /// How long the sorted rows are.
    private enum Row {
        case full(Int, isBroken: Tensor)
        /// How many numbers stand before NaN, […, 1].
        case counted(Tensor)
    }

    private static func quantile(
        _ sorted: Tensor, _ share: Double, _ row: Row, _ method: Interpolation
    ) -> Tensor {
        let last = sorted.rank - 1
        switch row {
        case .full(let extent, let isBroken):
            let place = share * Double(extent - 1)
            func element(_ place: Double) -> Tensor {
                let index = Swift.min(Swift.max(Int(place), 0), extent - 1)
                return sorted.part(index..<(index + 1), axis: last)
            }
            let (low, high) = (place.rounded(.down), place.rounded(.up))
            let value: Tensor
            switch method {
            case .lower: value = element(low)
            case .higher: value = element(high)
            case .nearest: value = element(place.rounded(.toNearestOrEven))
            case .midpoint: value = (element(low) + element(high)) * 0.5
            case .linear:
                let part = place - low
                value =
                    part == 0 ? element(low) : between(element(low), element(high), Tensor(part))
            }
            return isBroken.select(Tensor(.nan), value)
        case .counted(let count):
            let place = (count - 1).binary(.maximum, 0) * share
            func element(_ place: Tensor) -> Tensor { picked(sorted, place.cast(to: .int32)) }
            let (low, high) = (place.unary(.floor), place.unary(.ceil))
            let value: Tensor
            switch method {
            case .lower: value = element(low)
            case .higher: value = element(high)
            case .nearest: value = element(place.unary(.round))
            case .midpoint: value = (element(low) + element(high)) * 0.5
            case .linear: value = between(element(low), element(high), place - low)
            }
            return count.binary(.equal, 0).select(Tensor(.nan), value)
        }
    }

    private static func between(_ a: Tensor, _ b: Tensor, _ part: Tensor) -> Tensor {
        // Equal infinities have no distance.
        a.binary(.equal, b).select(a, a * (1 - part) + b * part)
    }
}

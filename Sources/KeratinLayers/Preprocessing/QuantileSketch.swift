/// A short summary of many numbers from which quantiles are read, as Keras computes it for `Discretization`.
///
/// It holds numbers in rising order, and for how many numbers each of them stands. Sums of these weights are of float32 and what lies
/// between them is interpolated in Double, as in NumPy, so that the same data give the same limits.
struct QuantileSketch: Hashable, Sendable {
    /// In rising order, NaN behind all others.
    private(set) var values: [Float] = []
    private(set) var weights: [Float] = []

    /// No numbers.
    init() {}

    /// Every so many of the numbers that a part `epsilon` of them lies between two.
    init(_ numbers: [Float], epsilon: Double) {
        let sorted = numbers.filter { !$0.isNaN }.sorted() + numbers.filter(\.isNaN)
        let step = max(Double(sorted.count) / (1 / epsilon), 1)
        for index in stride(from: Int(step - 1), to: sorted.count, by: Int(step)) {
            values.append(sorted[index])
            weights.append(Float(step))
        }
    }

    /// Both together, compressed.
    func merged(with other: QuantileSketch, epsilon: Double) -> QuantileSketch {
        let joined = zip(values + other.values, weights + other.weights).enumerated()
        // NaN behind all others; of equal ones those that stand first.
        let sorted = joined.sorted { a, b in
            let (x, y) = (a.element.0, b.element.0)
            if x.isNaN || y.isNaN { return x.isNaN == y.isNaN ? a.offset < b.offset : y.isNaN }
            return x == y ? a.offset < b.offset : x < y
        }
        var result = QuantileSketch()
        result.values = sorted.map(\.element.0)
        result.weights = sorted.map(\.element.1)
        return result.compressed(epsilon)
    }

    /// The limits between bins of equally many numbers, one fewer than there are bins.
    func boundaries(bins: Int) -> [Float] {
        Array(compressed(1 / Double(bins)).values.dropLast())
    }

    /// A summary of 1/epsilon numbers, if it had more.
    private func compressed(_ epsilon: Double) -> QuantileSketch {
        guard Double(values.count) * epsilon >= 1 else { return self }
        var sum: Float = 0
        let sums = weights.map { weight -> Float in
            sum += weight
            return sum
        }
        let shares = sums.map { Double($0 / sum) }
        let (totals, places) = (sums.map { Double($0) }, values.map { Double($0) })
        var result = QuantileSketch()
        var before = 0.0
        for step in 0..<Int((1 / epsilon).rounded(.up)) {
            let share = epsilon + Double(step) * epsilon
            let weight = Self.interpolated(share, shares, totals)
            result.values.append(Float(Self.interpolated(share, shares, places)))
            result.weights.append(Float(weight - before))
            before = weight
        }
        return result
    }

    /// What lies at x on the line through points of rising xs, as NumPy's `interp` says; beyond them that of the last one.
    private static func interpolated(_ x: Double, _ xs: [Double], _ ys: [Double]) -> Double {
        guard let first = xs.first, let last = xs.indices.last else { return .nan }
        if x < first { return ys[0] }
        if x > xs[last] { return ys[last] }
        // The last point that is not beyond x.
        var (low, high) = (0, last)
        while low < high {
            let middle = (low + high + 1) / 2
            if xs[middle] <= x { low = middle } else { high = middle - 1 }
        }
        guard low < last, xs[low] != x else { return ys[low] }
        let slope = (ys[low + 1] - ys[low]) / (xs[low + 1] - xs[low])
        let y = slope * (x - xs[low]) + ys[low]
        guard y.isNaN else { return y }
        let other = slope * (x - xs[low + 1]) + ys[low + 1]
        return other.isNaN && ys[low] == ys[low + 1] ? ys[low] : other
    }
}

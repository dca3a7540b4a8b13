/// How many numbers lie where: rows of (left edge, right edge, count), as `tf.summary.histogram` counts them.
struct HistogramBuckets {
    /// Row by row.
    let rows: [Double]
    let count: Int

    /// Buckets of equal width from the smallest number to the largest. Where all numbers are one, all buckets are there and the
    /// last one has them; where there is none, the rows are zeros.
    /// - Parameter values: NaN and infinities, which have no bucket, are not counted.
    init(_ values: some Sequence<Float>, count: Int = 30) {
        self.count = count
        let numbers = values.lazy.filter(\.isFinite).map { Double($0) }
        var (low, high, total) = (Double.infinity, -Double.infinity, 0.0)
        for value in numbers {
            low = min(low, value)
            high = max(high, value)
            total += 1
        }
        guard low <= high else {
            rows = [Double](repeating: 0, count: count * 3)
            return
        }
        guard low < high else {
            rows = (0..<count).flatMap { [high, high, $0 == count - 1 ? total : 0] }
            return
        }
        let width = (high - low) / Double(count)
        var counts = [Double](repeating: 0, count: count)
        for value in numbers { counts[min(Int((value - low) / width), count - 1)] += 1 }
        rows = counts.enumerated().flatMap { index, numbers in
            [
                low + width * Double(index),
                index == count - 1 ? high : low + width * Double(index + 1), numbers,
            ]
        }
    }
}

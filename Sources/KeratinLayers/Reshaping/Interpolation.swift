import Glibc

/// How an image is sampled between its pixels. Pixel centres lie at halves, as in TensorFlow's `image.resize`
/// without antialiasing, whose rules these are.
public enum Interpolation: String, Hashable, Sendable, CaseIterable {
    case nearest
    case bilinear
    /// Keys's cubic with a = −½; pixels beyond the edge have no weight.
    case bicubic
    /// A sinc with a window of three lobes; pixels beyond the edge have no weight.
    case lanczos3
    /// A sinc with a window of five lobes; pixels beyond the edge have no weight.
    case lanczos5

    /// What each pixel of a line of `count` counts for in each of `count`·`factor` new ones: [count·factor, count],
    /// row-major.
    func matrix(count: Int, factor: Int) -> [Double] {
        var matrix = [Double](repeating: 0, count: count * factor * count)
        for row in 0..<(count * factor) {
            for (column, weight) in weights(row, count, factor) {
                matrix[row * count + column] += weight
            }
        }
        return matrix
    }

    private func weights(_ row: Int, _ count: Int, _ factor: Int) -> [(column: Int, weight: Double)]
    {
        // Where the new pixel's centre lies, in old pixels from the first one's centre.
        let place = (Double(row) + 0.5) / Double(factor) - 0.5
        let cell = Int(place.rounded(.down))
        let part = place - Double(cell)
        switch self {
        case .nearest: return [(row / factor, 1)]
        case .bilinear:
            let last = count - 1
            return [(max(cell, 0), 1 - part), (min(cell + 1, last), part)].map {
                (min(max($0.0, 0), last), $0.1)
            }
        case .bicubic:
            // The weights come from a table of 1,024 steps.
            let step = (part * 1024).rounded(.toNearestOrEven) / 1024
            let all = (-1...2).map { (cell + $0, Interpolation.cubic(abs(Double($0) - step))) }
            return Interpolation.normalized(all, count)
        case .lanczos3: return Interpolation.lanczos(place, 3, count)
        case .lanczos5: return Interpolation.lanczos(place, 5, count)
        }
    }

    /// Keys's kernel (1981) with a = −½, at a distance of 0…2.
    private static func cubic(_ x: Double) -> Double {
        x <= 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2
    }

    private static func lanczos(
        _ place: Double, _ radius: Int, _ count: Int
    ) -> [(column: Int, weight: Double)] {
        let reach = Double(radius)
        let columns = Int((place - reach).rounded(.up))...Int((place + reach).rounded(.down))
        let all = columns.map { column in
            let x = abs(Double(column) - place)
            let weight =
                x <= 1e-3
                ? 1 : reach * sin(.pi * x) * sin(.pi * x / reach) / (.pi * .pi * x * x)
            return (column, weight)
        }
        return normalized(all, count)
    }

    /// The weights of pixels that exist, which sum to 1.
    private static func normalized(
        _ weights: [(Int, Double)], _ count: Int
    ) -> [(column: Int, weight: Double)] {
        let inside = weights.filter { (0..<count).contains($0.0) }
        let sum = inside.reduce(0) { $0 + $1.1 }
        return inside.map { (column: $0.0, weight: sum == 0 ? 0 : $0.1 / sum) }
    }
}

import Glibc
import KeratinCore

/// How an image is sampled between its pixels. Pixel centres lie at halves, as in TensorFlow's `image.resize`,
/// whose rules these are.
public enum Interpolation: String, Hashable, Sendable, CaseIterable {
    case nearest
    case bilinear
    /// Keys's cubic with a = −½; pixels beyond the edge have no weight.
    case bicubic
    /// A sinc with a window of three lobes; pixels beyond the edge have no weight.
    case lanczos3
    /// A sinc with a window of five lobes; pixels beyond the edge have no weight.
    case lanczos5
    /// The mean of the area that a new pixel covers. Only resizing has it.
    case area

    /// What each pixel of a line of `count` counts for in each of `size` new ones: [size, count],
    /// row-major.
    func matrix(count: Int, size: Int) -> [Double] {
        AxisResampling(count, size, self).matrix
    }
}

/// What pixels of a line count for in the pixels of a line of another length.
struct AxisResampling {
    typealias Weights = [(column: Int, weight: Double)]

    /// The length of the old line.
    let count: Int
    /// For each new pixel those that count.
    let rows: [Weights]

    private init(_ count: Int, _ rows: [Weights]) {
        self.count = count
        self.rows = rows
    }

    /// - Parameter antialias: whether a shorter line is made of all pixels that a new one covers, where the interpolation is one of few pixels.
    init(_ count: Int, _ size: Int, _ interpolation: Interpolation, antialias: Bool = false) {
        let scale = Double(size) / Double(count)
        switch interpolation {
        case .bilinear where antialias:
            self.init(count, size, scale: scale, kernel: .triangle, antialias: true)
        case .bicubic where antialias:
            self.init(count, size, scale: scale, kernel: .cubic, antialias: true)
        case .lanczos3:
            self.init(count, size, scale: scale, kernel: .lanczos(3), antialias: antialias)
        case .lanczos5:
            self.init(count, size, scale: scale, kernel: .lanczos(5), antialias: antialias)
        case .nearest:
            // In float32, so that ties fall to the same side as in TensorFlow.
            let step = Float(count) / Float(size)
            self.init(
                count,
                (0..<size).map { [(min(Int((Float($0) + 0.5) * step), count - 1), 1)] })
        case .bilinear:
            self.init(count, (0..<size).map { AxisResampling.linear($0, count, size) })
        case .bicubic:
            self.init(count, (0..<size).map { AxisResampling.cubic($0, count, size) })
        case .area:
            self.init(count, (0..<size).map { AxisResampling.area($0, count, size) })
        }
    }

    /// A line that is scaled and then moved, as `scaleAndTranslate` does it.
    init(
        _ count: Int, _ size: Int, scale: Double, translation: Double = 0, kernel: Kernel,
        antialias: Bool
    ) {
        self.count = count
        let width = antialias ? max(1 / scale, 1) : 1
        rows = (0..<size).map { row in
            let place = (Double(row) + 0.5 - translation) / scale - 0.5
            // Nothing is there where the new pixel's centre lies beyond the line.
            guard place >= -0.5, place <= Double(count) - 0.5 else { return [] }
            let reach = kernel.radius * width
            let first = max(Int((place - reach).rounded(.up)), 0)
            let last = min(Int((place + reach).rounded(.down)), count - 1)
            guard first <= last else { return [] }
            return AxisResampling.normalized(
                (first...last).map { ($0, kernel.weight(abs(Double($0) - place) / width)) }, count)
        }
    }

    /// Whether each new pixel is one of the old ones.
    var isSelection: Bool { rows.allSatisfy { $0.count == 1 && $0[0].weight == 1 } }

    /// The most pixels that count for a new one.
    var width: Int { rows.map(\.count).max() ?? 0 }

    /// [rows, count], row-major.
    var matrix: [Double] {
        var matrix = [Double](repeating: 0, count: rows.count * count)
        for (row, weights) in rows.enumerated() {
            for (column, weight) in weights { matrix[row * count + column] += weight }
        }
        return matrix
    }

    // MARK: Kernels

    /// How much a pixel counts at a distance.
    enum Kernel {
        case triangle
        /// Keys's kernel (1981) with a = −½.
        case cubic
        /// A sinc with a window of so many lobes.
        case lanczos(Double)

        /// Beyond this distance nothing counts.
        var radius: Double {
            switch self {
            case .triangle: 1
            case .cubic: 2
            case .lanczos(let lobes): lobes
            }
        }

        /// The weight at a distance ≥ 0.
        func weight(_ x: Double) -> Double {
            switch self {
            case _ where x > radius: 0
            case .triangle: 1 - x
            case .cubic:
                x <= 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2
            case .lanczos(let lobes):
                x <= 1e-3
                    ? 1 : lobes * sin(.pi * x) * sin(.pi * x / lobes) / (.pi * .pi * x * x)
            }
        }
    }

    /// Where a new pixel's centre lies, in old pixels from the first one's centre.
    private static func place(_ row: Int, _ count: Int, _ size: Int) -> (cell: Int, part: Double) {
        let place = (Double(row) + 0.5) * Double(count) / Double(size) - 0.5
        let cell = place.rounded(.down)
        return (Int(cell), place - cell)
    }

    private static func linear(_ row: Int, _ count: Int, _ size: Int) -> Weights {
        let (cell, part) = place(row, count, size)
        let last = count - 1
        return [(min(max(cell, 0), last), 1 - part), (min(max(cell + 1, 0), last), part)]
    }

    private static func cubic(_ row: Int, _ count: Int, _ size: Int) -> Weights {
        let (cell, part) = place(row, count, size)
        // The weights come from a table of 1,024 steps.
        let step = (part * 1024).rounded(.toNearestOrEven) / 1024
        return normalized(
            (-1...2).map { (cell + $0, Kernel.cubic.weight(abs(Double($0) - step))) }, count)
    }

    private static func area(_ row: Int, _ count: Int, _ size: Int) -> Weights {
        let scale = Double(count) / Double(size)
        let (start, end) = (Double(row) * scale, Double(row + 1) * scale)
        let first = min(Int(start.rounded(.down)), count - 1)
        let last = min(max(Int(end.rounded(.up)) - 1, first), count - 1)
        return (first...last).map {
            let covered = min(Double($0 + 1), end) - max(Double($0), start)
            return ($0, max(covered, 0) / scale)
        }
    }

    /// The weights of pixels that exist, which sum to 1.
    private static func normalized(_ weights: [(Int, Double)], _ count: Int) -> Weights {
        let inside = weights.filter { (0..<count).contains($0.0) }
        let sum = inside.reduce(0) { $0 + $1.1 }
        return inside.map { (column: $0.0, weight: abs(sum) < 1e-9 ? 0 : $0.1 / sum) }
    }
}

import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What each output is summed up from along one direction, by the rules of TensorFlow's `tf.image.resize` without antialiasing: pixels
/// are cells whose middles lie at halves.
struct FloatWeights {
    /// The first input of each output.
    private(set) var starts: [Int] = []
    /// Weights of each output, `most` each; those that are not needed are 0.
    private(set) var values: [Float] = []
    private(set) var most = 0

    /// - Parameters:
    ///   - count: outputs.
    ///   - inputs: pixels that there are.
    /// - Throws: `KeratinError` for an interpolation that TensorFlow does not have.
    init(_ interpolation: ImageInterpolation, count: Int, inputs: Int) throws {
        let scale = Float(inputs) / Float(count)
        var rows: [(start: Int, weights: [Float])] = []
        rows.reserveCapacity(count)
        switch interpolation {
        case .nearest:
            for output in 0..<count {
                let place = Int(((Float(output) + 0.5) * scale).rounded(.down))
                rows.append((Swift.min(place, inputs - 1), [1]))
            }
        case .bilinear:
            for output in 0..<count {
                let position = (Float(output) + 0.5) * scale - 0.5
                let floor = position.rounded(.down)
                let lower = Swift.max(Int(floor), 0)
                let upper = Swift.min(Int(position.rounded(.up)), inputs - 1)
                let part = position - floor
                rows.append(upper > lower ? (lower, [1 - part, part]) : (lower, [1]))
            }
        case .bicubic:
            for output in 0..<count { rows.append(Self.cubic(output, scale, inputs)) }
        case .area:
            for output in 0..<count { rows.append(Self.covered(output, scale, inputs)) }
        default:
            let kernel = try Kernel(interpolation)
            for output in 0..<count { rows.append(kernel.row(output, scale, inputs)) }
        }
        most = rows.map(\.weights.count).max() ?? 0
        values = [Float](repeating: 0, count: most * count)
        for (output, row) in rows.enumerated() {
            // All rows read as many inputs as the longest, inside of the picture.
            let start = Swift.max(Swift.min(row.start, inputs - most), 0)
            starts.append(start)
            for (index, weight) in row.weights.enumerated() {
                values[output * most + row.start - start + index] = weight
            }
        }
    }

    /// Keys's cubic with a = −1/2, at 1024 steps between pixels; what lies outside does not count.
    private static func cubic(
        _ output: Int, _ scale: Float, _ inputs: Int
    ) -> (start: Int, weights: [Float]) {
        let position = (Float(output) + 0.5) * scale - 0.5
        let floor = position.rounded(.down)
        let step = Int(((position - floor) * 1024).rounded(.toNearestOrEven))
        func near(_ step: Int) -> Float {
            let x = Float(step) / 1024
            return (1.5 * x - 2.5) * x * x + 1
        }
        func far(_ step: Int) -> Float {
            let x = Float(step) / 1024 + 1
            return ((-0.5 * x + 2.5) * x - 4) * x + 2
        }
        let all = [far(step), near(step), near(1024 - step), far(1024 - step)]
        return normalized(Int(floor) - 1, all, inputs)
    }

    /// The part of each pixel that an output covers.
    private static func covered(
        _ output: Int, _ scale: Float, _ inputs: Int
    ) -> (start: Int, weights: [Float]) {
        let (begin, end) = (Float(output) * scale, Float(output + 1) * scale)
        let first = Int(begin.rounded(.down))
        let last = Swift.min(Int(end.rounded(.up)), inputs)
        let weights = (first..<Swift.max(last, first + 1)).map { place in
            let part = Swift.min(Float(place + 1), end) - Swift.max(Float(place), begin)
            return Swift.max(part, 0) / scale
        }
        return Swift.min(first, inputs - 1) == first ? (first, weights) : (inputs - 1, [1])
    }

    /// Weights of inputs from `start` on without those that are not there; they sum to 1.
    private static func normalized(
        _ start: Int, _ weights: [Float], _ inputs: Int
    ) -> (start: Int, weights: [Float]) {
        let inside = weights.indices.filter { start + $0 >= 0 && start + $0 < inputs }
        guard let first = inside.first else {
            return (Swift.min(Swift.max(start, 0), inputs - 1), [0])
        }
        let sum = inside.reduce(0 as Float) { $0 + weights[$1] }
        let isSmall = abs(sum) < 1000 * Float.leastNormalMagnitude
        return (start + first, inside.map { isSmall ? weights[$0] : weights[$0] / sum })
    }

    /// A curve around an output's middle.
    private struct Kernel {
        let radius: Float
        let value: (Float) -> Float

        init(_ interpolation: ImageInterpolation) throws {
            switch interpolation {
            case .lanczos3: (radius, value) = (3, Self.lanczos(3))
            case .lanczos5: (radius, value) = (5, Self.lanczos(5))
            case .gaussian: (radius, value) = (1.5, { $0 >= 1.5 ? 0 : exp(-$0 * $0 / 0.5) })
            case .mitchellcubic:
                radius = 2
                value = { x in
                    if x >= 2 { return 0 }
                    if x >= 1 {
                        return (((-7 / 18) * x + 2) * x - 10 / 3) * x + 16 / 9
                    }
                    return ((7 / 6) * x - 2) * x * x + 8 / 9
                }
            default:
                throw KeratinError(
                    .invalidArgument,
                    "interpolation is bilinear, nearest, bicubic, area, lanczos3, lanczos5, gaussian or mitchellcubic here, got '\(interpolation.word)'"
                )
            }
        }

        private static func lanczos(_ radius: Float) -> (Float) -> Float {
            { x in
                if x > radius { return 0 }
                if x <= 1e-3 { return 1 }
                return radius * sin(.pi * x) * sin(.pi * x / radius) / (.pi * .pi * x * x)
            }
        }

        func row(_ output: Int, _ scale: Float, _ inputs: Int) -> (start: Int, weights: [Float]) {
            let middle = (Float(output) + 0.5) * scale
            let first = Swift.max(Int((middle - radius - 0.5).rounded(.up)), 0)
            let last = Swift.min(Int((middle + radius - 0.5).rounded(.down)), inputs - 1)
            guard first <= last else { return (Swift.min(first, inputs - 1), [0]) }
            let weights = (first...last).map { value(abs(Float($0) + 0.5 - middle)) }
            return FloatWeights.normalized(first, weights, inputs)
        }
    }
}

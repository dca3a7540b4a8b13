import KeratinCore

extension ConformanceFamily {
    private static func rows(_ tiny: Bool) -> [Shape] {
        let few: [Shape] = [[1], [5], [3, 10], [0, 4], [2, 33]]
        let many: [Shape] = [
            [31], [32], [65], [64, 10], [3, 1], [2, 3, 7], [2, 1000], [33, 65], [2, 2, 2, 2, 5],
            [100, 2], [5, 16],
            [1, 2049],
        ]
        return tiny ? few : few + many
    }

    static func softmaxCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("softmax")
        var cases = [ConformanceCase]()
        for shape in rows(tiny) {
            for log in [false, true] {
                let x = draw.floats(shape, -5...5)
                cases.append(ConformanceCase(SoftmaxOperation(log: log), [x]))
                cases.append(
                    ConformanceCase(SoftmaxOperation(log: log), [draw.floats(shape, 900...1000)]))
                guard
                    let y = try? ReferenceEvaluator.evaluate(
                        .fused(SoftmaxOperation(log: log)), [x])[0]
                else { continue }
                cases.append(
                    ConformanceCase(SoftmaxGradient(log: log), [y, draw.floats(shape)]))
            }
        }
        for log in [false, true] {
            for special in [Double.nan, -.infinity, .infinity, 1e30, -1e30] {
                for place in [0, 12, 36] {
                    var x = draw.floats([3, 37])
                    x.values[37 + place] = special
                    cases.append(ConformanceCase(SoftmaxOperation(log: log), [x]))
                }
            }
            // Several in a row, and rows of nothing else.
            for width in [2, 4, 9, 37] {
                var x = draw.floats([8, width])
                for place in x.values.indices where place < width || draw.integer(0...3) == 0 {
                    x.values[place] = draw.pick([.nan, -.infinity, .infinity, 3e38])
                }
                for place in 0..<width { x.values[place] = -.infinity }
                cases.append(ConformanceCase(SoftmaxOperation(log: log), [x]))
            }
        }
        return cases
    }

    static func crossEntropyCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("cross-entropy")
        var cases = [ConformanceCase]()
        for shape in rows(tiny) {
            let classes = shape[shape.rank - 1]
            let outer = Shape(Array(shape.dimensions.dropLast()))
            for range in [-4.0...4.0, -200.0...200.0] {
                let logits = draw.floats(shape, range)
                let weights = draw.floats(shape, 0...1)
                // One past each end: NaN.
                let numbers = draw.integers(outer, -1...classes)
                let dLoss = draw.floats(outer)
                for (sparse, labels) in [(false, weights), (true, numbers)] {
                    cases.append(
                        ConformanceCase(SoftmaxCrossEntropy(sparse: sparse), [logits, labels]))
                    cases.append(
                        ConformanceCase(
                            SoftmaxCrossEntropyGradient(sparse: sparse), [logits, labels, dLoss]))
                }
            }
        }
        // Small losses: one logit far above the others, or several equal ones.
        for height in [3.0, 9, 13, 20, 60] {
            var logits = draw.floats([5, 11], -1...0)
            for row in 0..<5 { logits.values[row * 11 + 2 * row] = height }
            logits.values[0] = height
            logits.values[24] = .nan
            logits.values[47] = .infinity
            let numbers = ReferenceTensor(
                TensorType([5], .int32), (0..<5).map { Double(2 * $0) })
            cases.append(ConformanceCase(SoftmaxCrossEntropy(sparse: true), [logits, numbers]))
            cases.append(ConformanceCase(SoftmaxOperation(log: true), [logits]))
        }
        return cases
    }

    static func batchNormalizationCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("batch normalization")
        let few: [Shape] = [[2, 3], [4, 2, 2, 5], [7, 1], [5, 0]]
        let many: [Shape] = [
            [31, 33], [32, 16], [65, 65], [1000, 3], [3, 9, 9, 17], [2, 3, 3, 3, 4], [1, 5],
            [4, 14, 14, 32],
            [6, 5, 128], [129, 1], [10, 1000],
        ]
        var cases = [ConformanceCase]()
        for shape in tiny ? few : few + many {
            let channels = Shape([shape[shape.rank - 1]])
            // A large mean with a small spread is where E[x²] − E[x]² loses its digits.
            for range in [-2.0...2.0, 100.0...101.0] {
                let epsilon = range.upperBound > 50 ? 1e-5 : 1e-3
                let x = draw.floats(shape, range)
                let gamma = draw.floats(channels)
                let beta = draw.floats(channels)
                let forward = BatchNormalizationOperation(epsilon: epsilon)
                cases.append(ConformanceCase(forward, [x, gamma, beta]))
                guard
                    let results = try? ReferenceEvaluator.evaluate(
                        .fused(forward), [x, gamma, beta])
                else { continue }
                cases.append(
                    ConformanceCase(
                        BatchNormalizationGradient(epsilon: epsilon),
                        [x, gamma, results[1], results[2], draw.floats(shape)]))
            }
        }
        var x = draw.floats([9, 21])
        x.values[24] = .nan
        x.values[60] = .infinity
        cases.append(
            ConformanceCase(
                BatchNormalizationOperation(epsilon: 1e-3),
                [x, draw.floats([21]), draw.floats([21])]))
        return cases
    }
}

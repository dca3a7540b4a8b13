import KeratinCore

extension ConformanceFamily {
    /// Everything that `checkBackend` runs as single launches.
    static var all: [ConformanceFamily] {
        [
            ConformanceFamily(name: "unary functions", cases: unaryCases),
            ConformanceFamily(name: "binary functions", cases: binaryCases),
            ConformanceFamily(name: "broadcasting", cases: broadcastCases),
            ConformanceFamily(name: "select and cast", cases: selectCases),
            ConformanceFamily(name: "pointwise", cases: pointwiseCases),
            ConformanceFamily(name: "reduce", cases: reduceCases),
            ConformanceFamily(name: "arg reduce", cases: argReduceCases),
            ConformanceFamily(name: "arg sort", cases: argSortCases),
            ConformanceFamily(name: "matmul", cases: matmulCases),
            ConformanceFamily(name: "linear", cases: linearCases),
            ConformanceFamily(name: "fill and iota", cases: creationCases),
            ConformanceFamily(name: "movement", cases: movementCases),
            ConformanceFamily(name: "indexed", cases: indexedCases),
            ConformanceFamily(name: "random bits", cases: randomCases),
            ConformanceFamily(name: "patches", cases: patchCases),
            ConformanceFamily(name: "convolution", cases: convolutionCases),
            ConformanceFamily(name: "pooling", cases: poolingCases),
            ConformanceFamily(name: "softmax", cases: softmaxCases),
            ConformanceFamily(name: "cross-entropy", cases: crossEntropyCases),
            ConformanceFamily(name: "attention", cases: attentionCases, expansionStride: 3),
            ConformanceFamily(name: "batch normalization", cases: batchNormalizationCases),
            ConformanceFamily(name: "recurrent", cases: recurrentCases, expansionStride: 13),
        ]
    }

    /// Shapes of ranks 0 to 5 around the widths of vectors and work-groups, and empty ones.
    static func shapes(_ tiny: Bool) -> [Shape] {
        let few: [Shape] = [[], [0], [1], [33], [3, 5], [2, 0, 3]]
        let many: [Shape] = [
            [31], [32], [65], [257], [1, 1], [31, 33], [32, 32], [65, 3], [2, 3, 4], [5, 1, 7],
            [2, 3, 2, 5], [2, 1, 3, 2, 2], [4, 1031], [2, 2, 2, 2, 3],
        ]
        return tiny ? few : few + many
    }
}

import KeratinCore

extension ConformanceFamily {
    /// Extents of one draw: [batch, queries, keys, heads, groups, width, value width].
    private static func extents(_ tiny: Bool) -> [[Int]] {
        let few = [
            [1, 1, 1, 1, 1, 1, 1], [2, 5, 7, 2, 2, 3, 4], [1, 4, 4, 4, 2, 8, 8],
            [1, 3, 0, 1, 1, 2, 2],
            [0, 3, 2, 1, 1, 2, 2],
        ]
        let many = [
            [1, 31, 33, 2, 1, 16, 16], [2, 33, 65, 3, 3, 31, 33], [1, 65, 31, 4, 1, 64, 64],
            [3, 1, 65, 6, 2, 33, 1], [1, 130, 300, 1, 1, 8, 24], [1, 200, 129, 2, 2, 65, 16],
            [2, 64, 64, 2, 2, 64, 64], [1, 3, 600, 2, 1, 16, 48], [1, 600, 2, 1, 1, 5, 5],
        ]
        return tiny ? few : few + many
    }

    private static let patterns = [
        AttentionPattern(scale: 0.25), AttentionPattern(scale: 0.5, isCausal: true),
        AttentionPattern(scale: 0.5, window: 3),
        AttentionPattern(scale: 1, isCausal: true, window: 40),
        AttentionPattern(scale: 0.3, isCausal: true, lowersMasked: true),
    ]

    /// The forward case and, with what it gives, the backward one.
    private static func pair(
        _ pattern: AttentionPattern, _ inputs: [ReferenceTensor], _ draw: inout Draw
    ) -> [ConformanceCase] {
        let hasMask = inputs.count == 4
        let forward = DotProductAttention(pattern: pattern, hasMask: hasMask)
        guard let results = try? ReferenceEvaluator.evaluate(.fused(forward), inputs) else {
            return []
        }
        let dy = draw.floats(results[0].shape)
        return [
            ConformanceCase(forward, inputs),
            ConformanceCase(
                DotProductAttentionGradient(pattern: pattern, hasMask: hasMask),
                inputs + results + [dy]),
        ]
    }

    static func attentionCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("attention")
        var cases = [ConformanceCase]()
        for (turn, e) in extents(tiny).enumerated() {
            let inputs = [
                draw.floats([e[0], e[1], e[3], e[5]]), draw.floats([e[0], e[2], e[4], e[5]]),
                draw.floats([e[0], e[2], e[4], e[6]]),
            ]
            for (index, pattern) in patterns.enumerated() {
                cases += pair(pattern, inputs, &draw)
                // Masks of every kind of breadth; some rows see nothing.
                let broad = (turn + index) % 4
                var mask = draw.bools([
                    broad == 1 ? 1 : e[0], broad < 2 ? 1 : e[3], broad == 0 ? 1 : e[1], e[2],
                ])
                // A row that sees one key has a gradient of 0, of which rounding leaves something; rows of lowered scores alone
                // are what their rounding makes of them. So some see two keys.
                for row in 0..<(e[2] == 0 ? 0 : mask.values.count / e[2]) where pattern.isCausal {
                    for key in 0..<min(2, e[2]) { mask.values[row * e[2] + key] = 1 }
                }
                cases += pair(pattern, inputs + [mask], &draw)
            }
            let nothing = ReferenceTensor(TensorType([1, 1, e[1], e[2]], .bool))
            cases += pair(patterns[turn % 4], inputs + [nothing], &draw)
        }
        // Scores far apart, and numbers that are none: NaN and infinite scores take their rows with them.
        for special in [1e4, .nan, .infinity, -.infinity] {
            for place in [0, 5 * 16 + 3, 39 * 16] {
                var inputs = [
                    draw.floats([1, 40, 2, 8]), draw.floats([1, 40, 2, 8]),
                    draw.floats([1, 40, 2, 8]),
                ]
                inputs[place % 2].values[place] = special
                cases.append(
                    ConformanceCase(
                        DotProductAttention(pattern: AttentionPattern(scale: 1), hasMask: false),
                        inputs))
            }
        }
        return cases
    }
}

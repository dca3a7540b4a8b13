import KeratinCore

extension ConformanceFamily {
    /// (batch, m, k, n)
    private static func products(_ tiny: Bool) -> [(batch: [Int], m: Int, k: Int, n: Int)] {
        let few: [([Int], Int, Int, Int)] = [
            ([], 1, 1, 1), ([], 3, 5, 7), ([], 0, 3, 4), ([], 3, 0, 4), ([], 3, 4, 0),
            ([2], 3, 4, 5),
            ([0], 3, 4, 5), ([], 17, 9, 18),
        ]
        let many: [([Int], Int, Int, Int)] = [
            ([], 31, 32, 33), ([], 32, 32, 32), ([], 33, 65, 31), ([], 65, 33, 65), ([], 1, 65, 33),
            ([], 33, 65, 1), ([], 1, 300, 1), ([], 6, 16, 16), ([], 12, 7, 48), ([], 130, 257, 65),
            ([], 7, 513, 1), ([], 1, 513, 70), ([], 5, 1, 9), ([], 64, 128, 64),
            ([], 100, 1030, 11),
            ([3], 33, 7, 16), ([2, 3], 5, 6, 7), ([2, 1, 2], 4, 3, 2), ([5], 1, 8, 1),
            ([2, 0], 2, 2, 2),
            ([], 257, 31, 129), ([2], 65, 130, 33),
            // Deep: the gradients of weights.
            ([], 32, 600, 33), ([], 40, 4100, 50), ([], 65, 2049, 130), ([1], 33, 513, 65),
        ]
        return (tiny ? few : few + many).map { (batch: $0.0, m: $0.1, k: $0.2, n: $0.3) }
    }

    private static func operands(
        _ size: (batch: [Int], m: Int, k: Int, n: Int), _ left: Bool, _ right: Bool,
        shareLeft: Bool = false, shareRight: Bool = false, _ draw: inout Draw
    ) -> [ReferenceTensor] {
        let a = left ? [size.k, size.m] : [size.m, size.k]
        let b = right ? [size.n, size.k] : [size.k, size.n]
        return [
            draw.floats(Shape((shareLeft ? [] : size.batch) + a)),
            draw.floats(Shape((shareRight ? [] : size.batch) + b)),
        ]
    }

    private static let flags = [(false, false), (false, true), (true, false), (true, true)]

    static func matmulCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("matmul")
        var cases = [ConformanceCase]()
        for size in products(tiny) {
            for (left, right) in flags {
                let primitive = Primitive.matmul(transposeLeft: left, transposeRight: right)
                cases.append(ConformanceCase(primitive, operands(size, left, right, &draw)))
                guard !size.batch.isEmpty else { continue }
                cases.append(
                    ConformanceCase(
                        primitive, operands(size, left, right, shareRight: true, &draw)))
                cases.append(
                    ConformanceCase(
                        primitive, operands(size, left, right, shareLeft: true, &draw)))
            }
        }
        // A NaN spoils its row of the result and nothing else; so does an infinity that meets no zero.
        for (left, right) in flags {
            for special in [Double.nan, .infinity] {
                var inputs = operands(([], 19, 21, 18), left, right, &draw)
                inputs[0].values[2] = special
                inputs[1].values[inputs[1].values.count - 1] = special
                cases.append(
                    ConformanceCase(
                        Primitive.matmul(transposeLeft: left, transposeRight: right), inputs))
            }
        }
        return cases
    }

    static func linearCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("linear")
        var cases = [ConformanceCase]()
        for (number, size) in products(tiny).enumerated() {
            for (position, activation) in FusedActivation.allCases.enumerated() {
                for hasBias in [false, true] {
                    let (left, right) = flags[(number + position) % 4]
                    let linear = Linear(
                        transposeLeft: left, transposeRight: right, hasBias: hasBias,
                        activation: activation)
                    var inputs = operands(
                        size, left, right, shareRight: position % 2 == 0, &draw)
                    if hasBias { inputs.append(draw.floats([size.n])) }
                    cases.append(ConformanceCase(linear, inputs))
                }
            }
        }
        for activation in FusedActivation.allCases {
            var inputs = operands(([], 17, 5, 19), false, false, &draw) + [draw.floats([19])]
            inputs[0].values[7] = .nan
            inputs[2].values[18] = .infinity
            cases.append(ConformanceCase(Linear(hasBias: true, activation: activation), inputs))
        }
        return cases
    }
}

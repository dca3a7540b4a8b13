import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import KeratinTestKit
import Testing

/// Distributions by their first two moments, which the mean of 20,000 draws meets within five of its standard deviations.
@Suite("Random distributions", .serialized) struct RandomDistributionTests {
    private func check(
        _ draws: Tensor, mean: Double, variance: Double, _ what: String,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let values = try draws.floats().map { Double($0) }
        let count = Double(values.count)
        let middle = values.reduce(0, +) / count
        let spread = values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / count
        #expect(
            abs(middle - mean) < 5 * (variance / count).squareRoot(), "\(what): mean \(middle)",
            sourceLocation: location)
        #expect(
            abs(spread / variance - 1) < 0.12, "\(what): variance \(spread)",
            sourceLocation: location)
    }

    @Test("Moments", arguments: Backends.names)
    func moments(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let shape: Shape = [20_000]
            for (index, alpha) in [0.3, 1, 4.5, 100].enumerated() {
                try check(
                    random.gamma(shape, alpha, seed: UInt64(index)), mean: alpha, variance: alpha,
                    "gamma \(alpha)")
            }
            for (index, (a, b)) in [(0.5, 0.5), (2.0, 5.0), (30.0, 1.0)].enumerated() {
                let sum = a + b
                try check(
                    random.beta(shape, a, b, seed: UInt64(10 + index)), mean: a / sum,
                    variance: a * b / (sum * sum * (sum + 1)), "beta \(a) \(b)")
            }
            for (index, (n, p)) in [(5.0, 0.3), (32.0, 0.9), (1000.0, 0.25), (1e6, 0.5)]
                .enumerated()
            {
                try check(
                    random.binomial(shape, n, p, seed: UInt64(20 + index)), mean: n * p,
                    variance: n * p * (1 - p), "binomial \(n) \(p)")
            }
        }
    }

    @Test("Parameters that are tensors are broadcast", arguments: Backends.names)
    func broadcasting(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let counts = Tensor([[0], [7]] as [[Float]])
            let chances = Tensor([0, 1] as [Float])
            let draws = random.binomial([2, 2], counts, chances, seed: 1)
            #expect(try draws.floats() == [0, 0, 0, 7])
            let wide = random.gamma([3, 2], Tensor([1, 1000] as [Float]), seed: 2)
            #expect(
                try wide.floats().enumerated().allSatisfy {
                    ($0.offset % 2 == 1) == ($0.element > 500)
                })
        }
    }

    @Test("Seeds repeat, and are the same on each backend") func seeds() throws {
        func draws() throws -> [[Float]] {
            let generator = SeedGenerator(3)
            return [
                try random.gamma([4], 2, seed: 5).floats(),
                try random.beta([4], 2, 3, seed: 5).floats(),
                try random.binomial([4], 100, 0.4, seed: 5).floats(),
                try random.shuffle(ops.arange(9), seed: 5).cast(to: .float32).floats(),
                try random.uniform([3], seed: generator.next()).floats(),
                try random.uniform([3], seed: generator.next()).floats(),
            ]
        }
        var all = [[[Float]]]()
        for backend in Backends.names {
            try withBackend(BackendChoice(backend)) { all.append(try draws()) }
        }
        for other in all { #expect(other == all[0]) }
        #expect(all[0][4] != all[0][5])
        try withBackend(.cpu) { () throws in
            #expect(try random.gamma([4], 2).floats() != random.gamma([4], 2).floats())
        }
    }

    @Test("A shuffled tensor has the same parts", arguments: Backends.names)
    func shuffling(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let x = ops.arange(60).reshaped(20, 3)
            let rows = random.shuffle(x, seed: 4)
            #expect(try rows != x)
            #expect(try rows.sorted(axis: 0) == x.sorted(axis: 0))
            #expect(
                try (rows[AxisItem.ellipsis, 1] - rows[AxisItem.ellipsis, 0]).int32s().allSatisfy {
                    $0 == 1
                })
            let columns = random.shuffle(x, axis: 1, seed: 1)
            #expect(try columns.sorted().int32s() == x.int32s())
            // Each of six orders is as likely.
            var counts = [[Int32]: Int]()
            for seed in 0..<1200 {
                counts[
                    try random.shuffle(ops.arange(3), seed: UInt64(seed)).int32s(), default: 0] += 1
            }
            #expect(counts.count == 6)
            #expect(counts.values.allSatisfy { abs($0 - 200) < 65 }, "\(counts)")
            // Recorded, it is another order each time.
            let step = compiled { [random.shuffle($0[0])] }
            let first = try step(ops.arange(50))[0].int32s()
            #expect(try step(ops.arange(50))[0].int32s() != first)
            #expect(first.sorted() == Array(0..<50))
        }
    }

    @Test("What cannot be drawn says why") func errors() throws {
        try withBackend(.cpu) { () throws in
            func words(_ tensor: Tensor) -> String { tensor.error.map { "\($0)" } ?? "no error" }
            #expect(words(random.gamma([2], 0)).contains("positive"))
            #expect(words(random.binomial([2], 3, 1.5)).contains("0...1"))
            #expect(words(random.beta([2], ops.ones([3]), 1)).contains("broadcast"))
            #expect(throws: KeratinError.self) {
                try compiled { [random.gamma([2], 1) + $0[0]] }(ops.ones([2]))
            }
        }
    }
}

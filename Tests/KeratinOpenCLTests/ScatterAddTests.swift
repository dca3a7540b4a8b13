import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Sums of rows that indices name against a loop in index order, bit for bit.
@Suite(.serialized, .needsDevice) struct ScatterAddTests {
    private struct Case {
        var outer: Int
        var extent: Int
        var inner: Int
        var indices: [Int32]
        var before = 0
    }

    private func expected(_ test: Case, _ updates: [Float]) -> [Float] {
        let (n, inner, extent) = (test.indices.count, test.inner, test.extent)
        var y = [Float](repeating: 0, count: test.outer * extent * inner)
        for outer in 0..<test.outer {
            for (i, index) in test.indices.enumerated() {
                let place = min(max(Int(index), 0), extent - 1)
                for c in 0..<inner {
                    y[(outer * extent + place) * inner + c] += updates[(outer * n + i) * inner + c]
                }
            }
        }
        return y
    }

    private func check(_ bench: Bench, _ test: Case) throws {
        let n = test.indices.count
        // Fractions of very different sizes, so that another order gives other bits.
        let updates = (0..<(test.outer * n * test.inner)).map { place -> Float in
            let number = Float((place &* 7919) % 1009 - 504) / 37
            return place % 3 == 0 ? number * 4096 : number
        }
        let result = try bench.run(
            .primitive(.scatterAdd(axis: 1, count: test.extent)),
            [
                bench.argument(
                    TensorType([test.outer, n, test.inner]), updates, elementsBefore: test.before),
                bench.argument(TensorType([n], .int32), test.indices, elementsBefore: test.before),
            ])
        #expect(
            result.map(\.bitPattern) == expected(test, updates).map(\.bitPattern),
            "\(test.outer) × \(n) of \(test.extent) × \(test.inner)")
    }

    /// Indices with many repetitions and both ends passed.
    private func indices(_ count: Int, _ extent: Int) -> [Int32] {
        (0..<count).map { Int32(($0 &* 7919 &+ $0 / 3) % (extent + 2)) - 1 }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func fewIndices(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (outer, extent, inner, count) in [
            (1, 1, 1, 1), (1, 5, 1, 31), (1, 7, 33, 65), (3, 9, 65, 33), (1, 100, 128, 300),
            (2, 4, 700, 40), (1, 3, 2, 1000),
        ] {
            for before in [0, 1] {
                try check(
                    bench,
                    Case(
                        outer: outer, extent: extent, inner: inner,
                        indices: indices(count, extent), before: before))
            }
        }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func manyIndices(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (outer, extent, inner, count) in [(1, 50, 3, 8193), (2, 9000, 1, 9001)] {
            try check(
                bench,
                Case(outer: outer, extent: extent, inner: inner, indices: indices(count, extent)))
        }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func oneIndexForAll(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for count in [100, 8192, 8300] {
            try check(
                bench,
                Case(
                    outer: 1, extent: 3, inner: 2,
                    indices: [Int32](repeating: 2, count: count), before: 1))
        }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func fewIndicesOfManyRows(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        try check(bench, Case(outer: 1, extent: 100_000, inner: 4, indices: [99_999, 3, 3]))
    }
}

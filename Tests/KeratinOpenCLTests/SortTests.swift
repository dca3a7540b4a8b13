import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Orders of rows of both kernel families against a stable sort, NaN as the largest.
@Suite(.serialized, .needsDevice) struct SortTests {
    @Test(arguments: [KernelFamily.cpu, .gpu])
    func ordersAreStable(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (rows, length) in [(1, 1), (3, 31), (2, 65), (3, 1000), (2, 1025), (1, 5000)] {
            var x = numbers(rows * length, 7)
            for place in stride(from: 3, to: x.count, by: 11) { x[place] = .nan }
            let input = try bench.argument(TensorType([rows, length]), x, elementsBefore: 1)
            for descending in [false, true] {
                let result = try bench.run(.fused(ArgSort(descending: descending)), [input])
                var expected = [Int32]()
                for row in 0..<rows {
                    let keys = x[(row * length)..<((row + 1) * length)].map {
                        $0.isNaN ? .infinity : $0
                    }
                    let order = (0..<length).sorted { a, b in
                        if keys[a] == keys[b] { return a < b }
                        return descending ? keys[a] > keys[b] : keys[a] < keys[b]
                    }
                    expected += order.map(Int32.init)
                }
                #expect(
                    result.map { Int32(bitPattern: $0.bitPattern) } == expected,
                    "\(rows) × \(length) \(descending)")
            }
        }
    }
}

import Keratin
import KeratinCore
import KeratinModels
import Testing

/// Data sets in two parts.
@Suite("splitDataset") struct SplitDatasetTests {
    private let x = Tensor((0..<20).map { Float($0) }, shape: [10, 2])
    private let y = Tensor(Array(0..<10))

    private func numbers(_ dataset: Dataset<(Tensor, Tensor)>) throws -> [Int] {
        try Array(dataset).flatMap { try $0.1.array(of: Int.self) }
    }

    @Test("Numbers and fractions, of either side")
    func sizes() throws {
        for (left, right, expected) in [
            (0.8, nil, (8, 2)), (nil, 0.3, (7, 3)), (3, nil, (3, 7)), (nil, 4, (6, 4)),
            (2, 3, (2, 3)), (0.5, 0.5, (5, 5)), (0.25, nil, (2, 8)), (0.35, nil, (4, 6)),
            (Float(0.8), nil, (8, 2)),
        ] as [((any SplitSize)?, (any SplitSize)?, (Int, Int))] {
            let (a, b) = try splitDataset(x, y, leftSize: left, rightSize: right)
            #expect(try numbers(a) == Array(0..<expected.0))
            #expect(try numbers(b) == Array((10 - expected.1)..<10))
            #expect(a.count == expected.0 && b.count == expected.1)
        }
        let (a, b) = try splitDataset(x, leftSize: 9)
        #expect(Array(a).count == 9 && Array(b).map(\.shape) == [[2]])
    }

    @Test("A shuffled data set is split once, and no sample is in both parts")
    func shuffled() throws {
        let dataset = Dataset(x, y).shuffled()
        let (a, b) = try splitDataset(dataset, leftSize: 0.6)
        let (first, second) = (try numbers(a), try numbers(b))
        #expect((first + second).sorted() == Array(0..<10))
        #expect(try numbers(a) == first && numbers(b) == second)
        let (c, d) = try splitDataset(x, y, leftSize: 0.6, shuffle: true, seed: 4)
        let (e, _) = try splitDataset(x, y, leftSize: 0.6, shuffle: true, seed: 4)
        #expect(try numbers(c) == numbers(e) && numbers(c) != Array(0..<6))
        #expect(try (numbers(c) + numbers(d)).sorted() == Array(0..<10))
    }

    @Test("Batches are taken apart and made again")
    func batches() throws {
        let (a, b) = try splitDataset(Dataset(x, y).batched(4), leftSize: 6)
        #expect(Array(a).map { $0.0.shape } == [[4, 2], [2, 2]])
        #expect(try numbers(a) == Array(0..<6) && numbers(b) == [6, 7, 8, 9])
        let (c, _) = try splitDataset(Dataset(x).map { $0 * 2 }.batched(5), leftSize: 5)
        #expect(try Array(c).map { try $0.floats() } == [(0..<10).map { Float(2 * $0) }])
        let (f, g) = try splitDataset(Dataset(x, y, y).batched(4), rightSize: 3)
        #expect(Array(f).map { $0.2.shape } == [[4], [3]] && Array(g).map { $0.2.shape } == [[3]])
        let (d, e) = try splitDataset(Dataset(["a", "b", "c"]), leftSize: 1)
        #expect(Array(d) == ["a"] && Array(e) == ["b", "c"])
    }

    @Test("Sizes that are none")
    func mistakes() {
        func message(_ left: (any SplitSize)?, _ right: (any SplitSize)?) -> String {
            do {
                _ = try splitDataset(x, y, leftSize: left, rightSize: right)
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(message(nil, nil).contains("needs a leftSize"))
        for size in [0, -1, 10, 11, 0.0, 1.0, 1.5, Double.nan] as [any SplitSize] {
            #expect(message(size, nil).contains("leftSize must be"), "\(size)")
            #expect(message(nil, size).contains("rightSize must be"), "\(size)")
        }
        #expect(message(6, 5).contains("cannot be split into 6 and 5"))
        #expect(message(0.7, 0.6).contains("cannot be split"))
        #expect(message(0.01, nil).contains("cannot be split into 0 and 10"))
        #expect(throws: KeratinError.self) {
            try splitDataset(Dataset(0..<5).repeated(), leftSize: 2)
        }
        #expect(throws: KeratinError.self) { try splitDataset(x, y[0..<3], leftSize: 2) }
    }
}

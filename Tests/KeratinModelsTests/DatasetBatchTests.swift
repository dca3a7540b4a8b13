import Keratin
import KeratinCore
import Testing

/// Samples and batches for loops of one's own.
@Suite("Datasets of arrays", .serialized) struct DatasetBatchTests {
    private let x = Tensor((0..<10).map { Float($0) }, shape: [5, 2])
    private let y = Tensor([0, 1, 2, 3, 4])

    @Test func batches() throws {
        let batches = Array(Dataset(x, y).batched(2))
        #expect(batches.map { $0.0.shape } == [[2, 2], [2, 2], [1, 2]])
        #expect(try batches.flatMap { try $0.1.array(of: Int.self) } == [0, 1, 2, 3, 4])
        #expect(try batches[2].0.floats() == [8, 9])
        #expect(Dataset(x).batched(2, dropRemainder: true).count == 2)
        #expect(Array(Dataset(x).batched(2, dropRemainder: true)).count == 2)
        #expect(Array(Dataset(x)).map(\.shape) == [[2], [2], [2], [2], [2]])
        #expect(Array(Dataset(x, y, y).batched(5)).count == 1)
    }

    @Test func orders() throws {
        func walk(_ dataset: Dataset<(Tensor, Tensor)>) throws -> [Int] {
            try dataset.flatMap { x, y in
                // Samples stay beside their labels.
                #expect(try x[..., 0].floats() == y.floats().map { 2 * $0 })
                return try y.array(of: Int.self)
            }
        }
        let dataset = Dataset(x, y).shuffled(seed: 3).batched(2)
        let (first, second) = (try walk(dataset), try walk(dataset))
        #expect(first.sorted() == [0, 1, 2, 3, 4] && second.sorted() == first.sorted())
        let again = Dataset(x, y).shuffled(seed: 3).batched(2)
        #expect(try walk(again) == first && walk(again) == second)
        let fixed = Dataset(x, y).shuffled(seed: 3, reshuffleEachIteration: false).batched(3)
        #expect(try walk(fixed) == walk(fixed))
    }

    @Test func mistakes() {
        func only(_ dataset: Dataset<(Tensor, Tensor)>) -> String {
            let all = Array(dataset)
            #expect(all.count == 1)
            return all.first?.0.error.map { "\($0)" } ?? ""
        }
        #expect(only(Dataset(x, y[0..<3]).batched(2)).contains("[5, 2] and [3]"))
        #expect(only(Dataset(Input(shape: [2]).tensor, y).batched(2)).contains("with numbers"))
        #expect(Dataset(x, y).batched(.max).count == 1)
        #expect(only(Dataset(x, y).batched(0)).contains("at least one sample"))
        #expect(only(Dataset(x, y + Tensor.zeros([9])).batched(2)).contains("broadcast"))
        #expect(Array(Dataset(x[0..<0], y[0..<0]).batched(2)).isEmpty)
    }
}

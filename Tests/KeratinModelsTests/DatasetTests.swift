import Keratin
import KeratinCore
import KeratinModels
import KeratinTensor
import Testing

/// Data sets of any kind, and what is made of them.
@Suite("Datasets", .serialized) struct DatasetTests {
    private let x = Tensor((0..<20).map { Float($0) }, shape: [10, 2])
    private let y = Tensor(Array(0..<10))

    struct Mistake: Error {}

    private func numbers(_ dataset: Dataset<(Tensor, Tensor)>) throws -> [Int] {
        try Array(dataset).flatMap { try $0.1.array(of: Int.self) }
    }

    @Test("Sequences and generators begin anew in each walk")
    func sources() throws {
        let range = Dataset(0..<4)
        #expect(Array(range) == [0, 1, 2, 3] && Array(range) == [0, 1, 2, 3])
        #expect(range.count == 4)
        #expect(Dataset(["a", "b"]).count == 2)
        let generated = Dataset<Int>(generator: {
            var step = 0
            return {
                step += 1
                return step <= 3 ? step * step : nil
            }
        })
        #expect(Array(generated) == [1, 4, 9] && Array(generated) == [1, 4, 9])
        #expect(generated.count == nil && generated.cardinality() == nil)
        #expect(Array(Dataset(stride(from: 0, to: 10, by: 4))) == [0, 4, 8])
        // An array is the samples of an array, not a sequence of rows.
        #expect(Array(Dataset(x)).map(\.shape) == Array(repeating: [2], count: 10))
    }

    @Test("Nothing is computed before it is asked for")
    func lazy() {
        var seen: [Int] = []
        let dataset = Dataset(0..<100).map { number in
            seen.append(number)
            return number * 2
        }.filter { $0 % 4 == 0 }
        #expect(seen.isEmpty)
        var iterator = dataset.makeIterator()
        #expect(iterator.next() == 0 && iterator.next() == 4)
        #expect(seen == [0, 1, 2])
    }

    @Test("map, filter, enumerated, zipped, concatenated")
    func elements() throws {
        let halves = Dataset(x, y).batched(4).map { x, y in (x / 2, y) }
        let first = try #require(Array(halves).first)
        #expect(try first.0.floats() == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5])
        #expect(halves.count == 3)
        let odd = Dataset(x, y).filter { try $0.1.item() as Float > 7 }
        #expect(try numbers(odd) == [8, 9] && odd.count == nil)
        let numbered = Array(Dataset(["a", "b"]).enumerated())
        #expect(numbered.map(\.offset) == [0, 1] && numbered.map(\.element) == ["a", "b"])
        let pairs = Dataset(0..<5).zipped(with: Dataset(["a", "b", "c"]))
        #expect(Array(pairs).map { "\($0.0)\($0.1)" } == ["0a", "1b", "2c"] && pairs.count == 3)
        let together = Dataset(0..<2).concatenated(with: Dataset(7..<9))
        #expect(Array(together) == [0, 1, 7, 8] && together.count == 4)
        let joined = Dataset(x).zipped(with: Dataset(y)).batched(5)
        #expect(Array(joined).map { $0.0.shape } == [[5, 2], [5, 2]])
    }

    @Test("prefix, dropFirst and repeated, of arrays and of others")
    func lengths() throws {
        for dataset in [Dataset(x, y), Dataset(x, y).map { $0 }] {
            #expect(try numbers(dataset.prefix(3)) == [0, 1, 2])
            #expect(try numbers(dataset.dropFirst(8)) == [8, 9])
            #expect(try numbers(dataset.dropFirst(80)) == [] && dataset.dropFirst(80).count == 0)
            #expect(try numbers(dataset.prefix(2).repeated(3)) == [0, 1, 0, 1, 0, 1])
            #expect(dataset.prefix(2).repeated(3).count == 6)
            #expect(try numbers(dataset.repeated().prefix(23)).suffix(4) == [9, 0, 1, 2])
            #expect(dataset.repeated().count == nil)
            #expect(try numbers(dataset.repeated(0)) == [])
            #expect(Array(dataset.prefix(-1)).first?.0.error != nil)
            #expect(Array(dataset.dropFirst(-1)).first?.0.error != nil)
            #expect(Array(dataset.repeated(-1)).first?.0.error != nil)
        }
        // What has no element is not repeated without end.
        #expect(Array(Dataset(0..<0).repeated()).isEmpty)
        #expect(Array(Dataset(0..<9).filter { $0 > 20 }.repeated()).isEmpty)
    }

    @Test("Orders follow a seed, are complete, and are the same of arrays and of others")
    func orders() throws {
        let arrays = Dataset(x, y).shuffled(seed: 3)
        let others = Dataset(x, y).map { $0 }.shuffled(seed: 3)
        let (first, second) = (try numbers(arrays), try numbers(arrays))
        #expect(first != second && first.sorted() == Array(0..<10))
        #expect(try numbers(others) == first && numbers(others) == second)
        // A buffer that holds everything gives the order of all.
        #expect(try numbers(Dataset(x, y).shuffled(bufferSize: 10, seed: 3)) == first)
        #expect(try numbers(Dataset(x, y).shuffled(bufferSize: 1024, seed: 3)) == first)
        let narrow = try numbers(Dataset(x, y).shuffled(bufferSize: 3, seed: 3))
        #expect(narrow.sorted() == Array(0..<10) && narrow != first)
        // An element comes at most a buffer early.
        for (place, number) in narrow.enumerated() { #expect(number <= place + 2) }
        #expect(Array(Dataset(0..<5).shuffled(bufferSize: 1, seed: 1)) == [0, 1, 2, 3, 4])
        let twice = Array(Dataset(0..<5).shuffled(seed: 1).repeated(2))
        #expect(Set(twice.prefix(5)) == Set(0..<5) && Set(twice.suffix(5)) == Set(0..<5))
        #expect(Array(twice.prefix(5)) != Array(twice.suffix(5)))
        let fixed = Dataset(0..<50).shuffled(reshuffleEachIteration: false)
        #expect(Array(fixed) == Array(fixed))
        // Batches keep together when they are shuffled.
        let batches = Array(Dataset(0..<6).batched(2).shuffled(seed: 2))
        #expect(Set(batches) == [[0, 1], [2, 3], [4, 5]])
    }

    @Test("The order of a seed is the one that it always was")
    func knownOrder() throws {
        var generator = PhiloxGenerator(seed: 3, stream: 3)
        var order = Array(0..<10)
        order.shuffle(using: &generator)
        #expect(try numbers(Dataset(x, y).shuffled(seed: 3)) == order)
        var later = PhiloxGenerator(seed: 4, stream: 3)
        var second = Array(0..<10)
        second.shuffle(using: &later)
        let dataset = Dataset(x, y).shuffled(seed: 3)
        _ = Array(dataset)
        #expect(try numbers(dataset) == second)
    }

    @Test("Batches of what is no array, and back")
    func batches() throws {
        let stream = Dataset(x, y).map { $0 }
        let batches = Array(stream.batched(4))
        #expect(batches.map { $0.0.shape } == [[4, 2], [4, 2], [2, 2]])
        #expect(batches.map { $0.1.shape } == [[4], [4], [2]])
        #expect(try batches.flatMap { try $0.0.floats() } == x.floats())
        #expect(batches[0].1.dtype == .int32)
        #expect(Array(stream.batched(4, dropRemainder: true)).count == 2)
        #expect(stream.batched(4, dropRemainder: true).count == 2)
        let single = Array(Dataset(x, y).batched(4).unbatched())
        #expect(single.count == 10 && single[7].0.shape == [2])
        #expect(try single[7].0.floats() == [14, 15])
        #expect(try numbers(Dataset(x, y).batched(4).unbatched().batched(3)) == Array(0..<10))
        #expect(Array(Dataset(["a", "b", "c"]).batched(2)) == [["a", "b"], ["c"]])
        let three = Array(Dataset(x, y, y).map { $0 }.batched(10))
        #expect(three.count == 1 && three[0].2.shape == [10])
        let scalars = Array(Dataset([Tensor(1.5), Tensor(2.5)]).batched(2))
        #expect(try scalars.map { try $0.floats() } == [[1.5, 2.5]])
    }

    @Test("What is cached is computed once, when a walk came to its end")
    func cached() {
        var computed = 0
        let dataset = Dataset(0..<4).map { number in
            computed += 1
            return number + 1
        }.cached()
        var broken = dataset.makeIterator()
        #expect(broken.next() == 1)
        #expect(computed == 1)
        #expect(Array(dataset) == [1, 2, 3, 4] && computed == 5)
        #expect(Array(dataset) == [1, 2, 3, 4] && computed == 5)
        let order = Dataset(x, y).shuffled().cached()
        #expect(Array(order).map { $0.1 } == Array(order).map { $0.1 })
    }

    @Test("What is wrong is the last element")
    func mistakes() throws {
        func last(_ dataset: Dataset<(Tensor, Tensor)>, after count: Int) -> String {
            let all = Array(dataset)
            #expect(all.count == count + 1)
            #expect(all.prefix(count).allSatisfy { $0.0.error == nil })
            return all.last?.0.error.map { "\($0)" } ?? ""
        }
        let stream = Dataset(x, y).map { $0 }
        #expect(last(stream.batched(0), after: 0).contains("at least one sample"))
        #expect(last(stream.shuffled(bufferSize: 0), after: 0).contains("1 element or more"))
        #expect(last(stream.prefetched(0), after: 0).contains("1 element or more"))
        #expect(last(stream.repeated().shuffled(), after: 0).contains("endless"))
        #expect(
            last(Dataset(x, y[0..<3]).shuffled().map { $0 }, after: 0).contains("[10, 2] and [3]"))
        var step = 0
        let throwing = Dataset(x, y).map { element -> (Tensor, Tensor) in
            step += 1
            if step == 3 { throw Mistake() }
            return element
        }
        #expect(last(throwing, after: 2).contains("Mistake"))
        let ragged = Dataset([(x, y), (x[0..<3], y), (x, y)])
        #expect(last(ragged.batched(2), after: 0).contains("[10, 2] and [3, 2]"))
        let mixed = Dataset([(x, y), (x, Tensor([1.5] as [Float]))])
        #expect(last(mixed.map { ($0.0, $0.1[0]) }.batched(2), after: 0).contains("types"))
        // A tensor that carries an error ends the walk as it is.
        let wrong = Dataset([(x, y), (x + Tensor.zeros([7]), y), (x, y)])
        #expect(last(wrong, after: 1).contains("broadcast"))
        #expect(last(Dataset([(x, Tensor(1.0))]).unbatched(), after: 0).contains("first axis"))
    }

    @Test("Elements without tensors: the iterator tells what ended the walk")
    func noTensors() {
        let dataset = Dataset(0..<5).map { number -> Int in
            if number == 2 { throw Mistake() }
            return number
        }
        var iterator = dataset.makeIterator()
        #expect(iterator.next() == 0 && iterator.next() == 1)
        #expect(iterator.error == nil)
        #expect(iterator.next() == nil)
        #expect(iterator.error is Mistake)
        #expect(iterator.next() == nil)
        // Further on, where there are tensors, they carry it.
        let tensors = Array(dataset.map { Tensor([Float($0)]) })
        #expect(tensors.count == 3 && tensors[2].error is Mistake)
    }

    @Test("TensorFlow's names")
    func names() throws {
        let dataset = Dataset(x, y).cache().shuffle(1024, seed: 5).repeat(2).batch(8).prefetch(2)
        #expect(dataset.count == 3)
        #expect(try numbers(dataset).sorted() == (0..<10).flatMap { [$0, $0] })
        #expect(try numbers(Dataset(x, y).skip(2).take(3)) == [2, 3, 4])
        #expect(Array(Dataset(x).batch(4)).count == 3)
        #expect(Array(Dataset(["a"]).enumerate()).count == 1)
        #expect(try numbers(Dataset(x, y).batch(3).unbatch()) == Array(0..<10))
        #expect(Array(Dataset([1, 2, 3]).batch(2)) == [[1, 2], [3]])
        #expect(Array(Dataset(0..<1).concatenate(Dataset(4..<5))) == [0, 4])
    }

    @Test("Limits of steps hold for batches")
    func limits() {
        TrainingLimits.maxStepsPerEpoch = 2
        defer { TrainingLimits.maxStepsPerEpoch = nil }
        #expect(Array(Dataset(x, y).batched(2)).count == 2)
        #expect(Array(Dataset(x, y).batched(2).map { $0 }).count == 2)
        #expect(Array(Dataset(x, y)).count == 10)
        #expect(Array(Dataset(x, y).batched(2).unbatched()).count == 10)
    }
}

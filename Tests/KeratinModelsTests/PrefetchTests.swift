import Keratin
import KeratinCore
import KeratinModels
import KeratinTensor
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Threads that stay ahead.
@Suite("Prefetched datasets", .serialized) struct PrefetchTests {
    struct Mistake: Error {}

    /// What a thread did, seen by another one.
    final class Log: Sendable {
        private let numbers = Locked<[Int]>([])
        var count: Int { numbers.withLock { $0.count } }
        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    /// Waits until something is so, five seconds at most.
    private func wait(_ condition: () -> Bool) -> Bool {
        for _ in 0..<5000 {
            if condition() { return true }
            usleep(1000)
        }
        return condition()
    }

    @Test("The same elements in the same order")
    func elements() throws {
        #expect(Array(Dataset(0..<1000).prefetched(3)) == Array(0..<1000))
        let x = Tensor((0..<20).map { Float($0) }, shape: [10, 2])
        let plain = Dataset(x).shuffled(seed: 4).batched(3).map { $0 * 2 }
        let again = Dataset(x).shuffled(seed: 4).batched(3).map { $0 * 2 }.prefetched(2)
        for _ in 0..<3 { #expect(Array(plain) == Array(again)) }
        #expect(again.count == 4)
        #expect(Array(Dataset(0..<5).prefetched(2).prefetched(2).filter { $0 > 1 }) == [2, 3, 4])
        let sums = Dataset(0..<10).zipped(with: Dataset(0..<10)).map { $0 + $1 }.prefetched(4)
        #expect(Array(sums) == (0..<10).map { 2 * $0 })
    }

    @Test("A thread of its own stays so many elements ahead, and no more")
    func ahead() {
        let log = Log()
        let caller = UInt(bitPattern: pthread_self().hashValue)
        let dataset = Dataset(0..<100).prefetched(3) { number -> (Int, UInt) in
            log.add(number)
            return (number, UInt(bitPattern: pthread_self().hashValue))
        }
        var iterator = dataset.makeIterator()
        usleep(20_000)
        #expect(log.count == 0)
        let first = iterator.next()
        #expect(first?.0 == 0 && first?.1 != caller)
        #expect(wait { log.count >= 4 })
        usleep(20_000)
        #expect(log.count == 4)
    }

    @Test("Closures that are not Sendable stay on the thread that asks")
    func bound() {
        let caller = pthread_self()
        var isElsewhere = false
        let dataset = Dataset(0..<50).map { number in
            if pthread_equal(caller, pthread_self()) == 0 { isElsewhere = true }
            return number + 1
        }.prefetched(4)
        #expect(Array(dataset) == Array(1...50))
        #expect(!isElsewhere)
    }

    @Test("Errors come behind the elements before them")
    func errors() {
        let dataset = Dataset(0..<10).prefetched(4) { number -> Tensor in
            if number == 3 { throw Mistake() }
            return Tensor([Float(number)])
        }
        for _ in 0..<20 {
            let all = Array(dataset)
            #expect(all.count == 4 && all[3].error is Mistake)
            #expect(all.prefix(3).allSatisfy { $0.error == nil })
        }
    }

    /// Says when it is freed.
    final class Witness: Sendable {
        let log: Log
        init(_ log: Log) { self.log = log }
        deinit { log.add(1) }
    }

    @Test("The thread ends when the iterator is dropped, and frees what it held")
    func dropped() {
        let (log, freed) = (Log(), Log())
        do {
            let dataset = Dataset<Int>(generator: {
                let witness = Witness(freed)
                var step = 0
                return {
                    _ = witness.log
                    step += 1
                    log.add(step)
                    return step
                }
            }).prefetched(2)
            var iterator = dataset.makeIterator()
            #expect(iterator.next() == 1)
            for number in dataset where number == 5 { break }
        }
        // Two walks over an endless data set.
        #expect(wait { freed.count == 2 })
        let count = log.count
        usleep(20_000)
        #expect(log.count == count)
    }

    @Test("The backend in force computes on the thread too")
    func backend() throws {
        let backend = try BackendCatalog.backend(named: "cpu")
        let isSame = withBackend(backend) {
            Array(
                Dataset(0..<3).prefetched(1) { _ in
                    Context.requested.map { $0 === backend } ?? false
                })
        }
        #expect(isSame == [true, true, true])
    }

    @Test("Seeds are drawn in the turn of the walks")
    func seeds() {
        func walk() -> [Int] {
            RandomSeed.with(7) {
                Array(Dataset(0..<20).shuffled().repeated(3).prefetched(2))
            }
        }
        let first = walk()
        #expect(first == walk() && Array(first.prefix(20)) != Array(first.suffix(20)))
    }
}

import Glibc
import KeratinCore
import Synchronization
import Testing

@testable import KeratinCPU

@Suite struct BackendTests {
    @Test func threadPoolRunsEveryTaskOnce() throws {
        for threads in [1, 2, 5] {
            let pool = try ThreadPool(count: threads)
            let counts = (0..<300).map { _ in Counter() }
            for tasks in [0, 1, 2, 7, 300] {
                for counter in counts { counter.value.store(0, ordering: .relaxed) }
                for _ in 0..<50 {
                    pool.run(tasks: tasks) { task, worker in
                        counts[task].value.add(1, ordering: .relaxed)
                        if worker < 0 || worker >= threads {
                            counts[0].value.add(1000, ordering: .relaxed)
                        }
                    }
                }
                for (index, counter) in counts.enumerated() {
                    #expect(counter.value.load(ordering: .relaxed) == (index < tasks ? 50 : 0))
                }
            }
        }
    }

    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    @Test func sleepingWorkersWakeUp() throws {
        let pool = try ThreadPool(count: 2)
        let sum = Counter()
        for _ in 0..<20 {
            var time = timespec(tv_sec: 0, tv_nsec: 1_000_000)
            nanosleep(&time, nil)
            pool.run(tasks: 10) { task, _ in sum.value.add(task, ordering: .relaxed) }
        }
        #expect(sum.value.load(ordering: .relaxed) == 20 * 45)
    }

    @Test func outOfMemoryIsThrown() throws {
        let backend = try CPUBackend(threads: 1)
        do {
            _ = try backend.allocate(byteCount: 1 << 50)
            Issue.record("1 PiB was allocated")
        } catch let BackendError.outOfMemory(needed, available, _, _) {
            #expect(needed == 1 << 50)
            #expect(available > 0)
        }
        #expect(backend.counters.liveBytes >= 0)
    }

    @Test func wrongThreadCountsAreThrown() {
        #expect(throws: BackendError.self) { try CPUBackend(threads: 0) }
        #expect(throws: BackendError.self) { try CPUBackend(threads: 100_000) }
    }

    @Test func variantsAreChosenByName() throws {
        #expect(try KernelVariant.chosen("baseline") == .baseline)
        #expect(try KernelVariant.chosen(nil).isAvailable)
        #expect(throws: BackendError.self) { try KernelVariant.chosen("avx3") }
        for variant in KernelVariant.allCases {
            if variant.isAvailable {
                let table = try variant.makeTable()
                #expect(table.name == variant.rawValue)
                #expect(table.roofline.peak(1000).isFinite)
            } else {
                #expect(throws: BackendError.self) { try variant.makeTable() }
            }
        }
    }

    @Test func rooflineCopies() throws {
        let source = (0..<1003).map(Float.init)
        for backend in try allBackends() {
            var target = [Float](repeating: -1, count: 1003)
            backend.table.roofline.copy(source, &target, 1003)
            #expect(target == source)
        }
    }

    @Test func foreignBuffersAreThrown() throws {
        final class Foreign: DeviceBuffer { let byteCount = 64 }
        let backend = try CPUBackend(threads: 1)
        let argument = Argument(TensorType([4]), BufferSlice(Foreign()))
        let own = Argument(TensorType([4]), BufferSlice(try backend.allocate(byteCount: 8)))
        for bad in [argument, own] {
            #expect(throws: BackendError.self) {
                try backend.makePlan([
                    .launch(
                        LaunchRequest(
                            operation: .primitive(.unary(.exp)), inputs: [bad], results: [bad]))
                ])
            }
        }
    }

    @Test func countersCount() throws {
        let backend = try CPUBackend(threads: 1)
        let before = backend.counters.liveBytes
        var buffer: (any DeviceBuffer)? = try backend.allocate(byteCount: 1000)
        #expect(backend.counters.liveBytes == before + 1000)
        buffer = nil
        _ = buffer
        #expect(backend.counters.liveBytes == before)
    }

    /// x ← x + 1 in place, in nested loops.
    @Test func loopsAndInPlacePointwise() throws {
        for backend in try allBackends() {
            let type = TensorType([100])
            let slice = BufferSlice(try backend.allocate(byteCount: type.byteCount))
            try [Float](repeating: 0, count: 100).withUnsafeBytes {
                try backend.write($0, to: slice)
            }
            // The second result reads the input after the first result, stored over it, is known.
            let other = BufferSlice(try backend.allocate(byteCount: type.byteCount))
            let expression = PointwiseExpression(
                nodes: [.input(0), .constant(1), .binary(.add, 0, 1), .binary(.multiply, 0, 0)],
                dtypes: [.float32, .float32, .float32, .float32], results: [2, 3])
            let launch = PlanStep.launch(
                LaunchRequest(
                    operation: .fused(Pointwise(expression, shape: [100])),
                    inputs: [Argument(type, slice)],
                    results: [Argument(type, slice), Argument(type, other)]))
            let plan = try backend.makePlan([
                .loop(count: 3, body: [launch, .loop(count: 2, body: [launch])]), launch,
            ])
            #expect(plan.launchCount == 10)
            try plan.run()
            var values = [Float](repeating: 0, count: 100)
            try values.withUnsafeMutableBytes { try backend.read(slice, into: $0) }
            #expect(values.allSatisfy { $0 == 10 })
            try values.withUnsafeMutableBytes { try backend.read(other, into: $0) }
            #expect(values.allSatisfy { $0 == 81 })
        }
    }
}

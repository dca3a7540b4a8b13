import KeratinCPU
import KeratinCore
import KeratinTensor
import KeratinTestKit
import Synchronization
import Testing

/// What the compiler makes of programs: counts that must not grow, and the order of stores to states.
struct CompilerTests {
    private let backend: CPUBackend

    init() throws { backend = try CPUBackend() }

    private func launches(
        _ types: [TensorType], _ body: (Trace, [Tensor]) throws -> [Tensor]
    ) throws -> Int {
        try Plan(TracedFunction.record(types, body), on: backend).launchCount
    }

    @Test func firstValuesAreMadeWhenTheyAreAskedForAndOnlyThen() throws {
        let made = Mutex(0)
        func state() throws -> State {
            try State("weight", shape: [2], backend: backend) {
                made.withLock { $0 += 1 }
                return [1, 2]
            }
        }
        // Not by recording, nor by a state that is given others.
        let given = try state()
        let function = try TracedFunction.record([]) { _, _ in [try given.read() + 1] }
        try given.setValues([7, 8])
        try given.settle()
        #expect(made.withLock { $0 } == 0)
        #expect(try given.values() == [7, 8])
        #expect(try Plan(function, on: backend).launchCount == 1)
        // By each way to get at them, once.
        let ways: [(State) throws -> [Float]] = [
            { try $0.values() }, { try $0.copy().floats() }, { try $0.read().floats() },
            {
                try $0.move(to: CPUBackend())
                return try $0.values()
            },
            {
                try $0.settle()
                return try $0.storage.values()
            },
        ]
        for (number, way) in ways.enumerated() {
            let state = try state()
            #expect(try way(state) == [1, 2] && state.values() == [1, 2])
            #expect(made.withLock { $0 } == number + 1)
        }
        // What fails is tried again, and gives no numbers.
        let failing = try State("weight", shape: [2], backend: backend) {
            throw KeratinError(.unavailable, "no values")
        }
        for _ in 0..<2 { #expect(throws: KeratinError.self) { try failing.values() } }
    }

    @Test func denseLayerIsOneLaunch() throws {
        let types = [TensorType([8, 4]), TensorType([4, 3]), TensorType([3])]
        let count = try launches(types) { _, a in [(a[0].matmul(a[1]) + a[2]).relu()] }
        #expect(count == 1)
    }

    @Test func elementwiseWorkIsOneLaunch() throws {
        let count = try launches([TensorType([65, 33]), TensorType([33])]) { _, a in
            let x = (a[0] * 2 + a[1]).tanh()
            return [x * x - 1, x.binary(.greater, 0).select(x, a[0])]
        }
        #expect(count == 1)
    }

    @Test func equalInstructionsAreMerged() throws {
        let count = try launches([TensorType([4, 4])]) { _, a in
            [a[0].matmul(a[0]) + a[0].matmul(a[0])]
        }
        #expect(count == 2)
    }

    @Test func transpositionsMoveIntoProducts() throws {
        let count = try launches([TensorType([3, 5]), TensorType([4, 5])]) { _, a in
            [a[0].matmul(a[1].transposed())]
        }
        #expect(count == 1)
    }

    @Test func concatenationOfResultsCopiesNothing() throws {
        let count = try launches([TensorType([3, 4]), TensorType([4, 2])]) { _, a in
            let product = a[0].matmul(a[1]).reshaped([6])
            let sum = a[0].sum(axes: [0])
            return [Tensor.concatenate([product, sum], axis: 0)]
        }
        #expect(count == 2)
    }

    @Test func reshapesAndSlicesAreViews() throws {
        let count = try launches([TensorType([6, 4]), TensorType([4, 2])]) { _, a in
            let part = a[0].slice(starts: [2, 0], limits: [5, 4])
            return [part.reshaped([3, 4]).matmul(a[1])]
        }
        #expect(count == 1)
    }

    @Test func valuesAreRightThroughEveryPass() throws {
        let x: [Float] = (0..<24).map { Float($0) * 0.25 - 3 }
        let result = try withBackend(backend) {
            let a = Tensor(x, shape: [4, 6])
            let f = compiled { arguments in
                let y = arguments[0].transposed().reshaped([4, 6])
                let parts = Tensor.concatenate(
                    [y, arguments[0].slice(starts: [1, 0], limits: [3, 6])], axis: 0)
                return [parts.sum(axes: [1]), parts.max(axes: [0])]
            }
            return try f(a).map { try $0.floats() }
        }
        var rows = [[Float]]()
        let transposed = (0..<24).map { x[($0 % 4) * 6 + $0 / 4] }
        for row in 0..<4 { rows.append(Array(transposed[(row * 6)..<(row * 6 + 6)])) }
        rows.append(Array(x[6..<12]))
        rows.append(Array(x[12..<18]))
        #expect(result[0] == rows.map { $0.reduce(0, +) })
        #expect(result[1] == (0..<6).map { column in rows.map { $0[column] }.max()! })
    }

    @Test func statesChangeTogetherAtTheEnd() throws {
        let a = try StateStorage(TensorType([4]), on: backend)
        let b = try StateStorage(TensorType([4]), on: backend)
        try a.writeBlock([1, 2, 3, 4])
        try b.writeBlock([10, 20, 30, 40])
        let function = try TracedFunction.record([]) { trace, _ in
            let (x, y) = (a.read(trace), b.read(trace))
            // Each new value needs the old value of the other.
            try a.assign(y * 2, trace)
            try b.assign(x + y, trace)
            return [x.sum()]
        }
        let plan = try Plan(function, on: backend)
        try plan.run()
        #expect(try plan.floats(result: 0) == [10])
        #expect(try a.values() == [20, 40, 60, 80])
        #expect(try b.values() == [11, 22, 33, 44])
        try plan.run()
        #expect(try a.values() == [22, 44, 66, 88])
        #expect(try b.values() == [31, 62, 93, 124])
    }

    @Test func statesMaySwap() throws {
        let a = try StateStorage(TensorType([2]), on: backend)
        let b = try StateStorage(TensorType([2]), on: backend)
        try a.writeBlock([1, 2])
        try b.writeBlock([3, 4])
        let function = try TracedFunction.record([]) { trace, _ in
            let (x, y) = (a.read(trace), b.read(trace))
            try a.assign(y, trace)
            try b.assign(x, trace)
            return []
        }
        try Plan(function, on: backend).run()
        #expect(try a.values() == [3, 4])
        #expect(try b.values() == [1, 2])
    }

    @Test func assignmentsAreSeenByLaterReads() throws {
        let state = try State("counter", [5], shape: [1], backend: backend)
        let function = try TracedFunction.record([]) { _, _ in
            try state.assign(try state.read() + 1)
            try state.assign(try state.read() * 2)
            return [try state.read() + 100]
        }
        let plan = try Plan(function, on: backend)
        try plan.run()
        #expect(try state.values() == [12])
        #expect(try plan.floats(result: 0) == [112])
    }

    @Test func replayAllocatesNothing() throws {
        let function = try TracedFunction.record([TensorType([32, 8]), TensorType([8, 8])]) {
            _, a in
            [(a[0].matmul(a[1]).tanh().matmul(a[1])).sum()]
        }
        let plan = try Plan(function, on: backend)
        try plan.run()
        let (allocations, waits) = (backend.counters.allocations, backend.counters.waits)
        for _ in 0..<10 { try plan.run() }
        #expect(backend.counters.allocations == allocations)
        #expect(backend.counters.waits == waits)
    }

    @Test func hostNumbersCannotBeReadWhileRecording() throws {
        #expect(throws: KeratinError.self) {
            _ = try TracedFunction.record([TensorType([2])]) { _, a in
                _ = try a[0].floats()
                return a
            }
        }
    }
}

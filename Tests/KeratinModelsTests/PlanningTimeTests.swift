import Keratin
import KeratinCore
import Testing

@testable import KeratinModels
@testable import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The time to plan a step grows with the net, not with its square.
@Suite("How long planning takes")
struct PlanningTimeTests {
    /// Dense layers with normalization and shortcuts: states that change in the forward pass, values with readers far away.
    private func model(blocks: Int) throws -> Model {
        let input = Input(shape: [4])
        var x = Dense(8)(input)
        for _ in 0..<blocks {
            var y = ReLU()(BatchNormalization()(Dense(8)(x)))
            y = BatchNormalization()(Dense(8)(y))
            x = ReLU()(Add()([x, y]))
        }
        let model = try Model(inputs: input, outputs: Dense(1)(x))
        try model.compile(optimizer: .adam(), loss: "mse")
        return model
    }

    /// Seconds of this thread, whatever else the machine does.
    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        func clock() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
        let start = clock()
        try body()
        return clock() - start
    }

    @Test("Four times the layers take about four times as long")
    func growth() throws {
        try withBackend("cpu") {
            let x = NDArray([Float](repeating: 0.5, count: 128 * 4), shape: [128, 4])
            let y = NDArray([Float](repeating: 1, count: 128), shape: [128, 1])
            func measure(_ blocks: Int) throws -> (plan: Double, check: Double, launches: Int) {
                let model = try model(blocks: blocks)
                let function = try model.recordedTrainingStep(x, y)
                let backend = try model.resolvedBackend()
                var (plan, check) = (Double.infinity, Double.infinity)
                var launches = 0
                for _ in 0..<7 {
                    plan = min(
                        plan,
                        try seconds { launches = try Plan(function, on: backend).launchCount })
                }
                _ = try model.trainingStep(x, y)
                for _ in 0..<7 {
                    try model.beginTrainingRound()
                    check = min(check, try seconds { _ = try model.trainingStep(x, y) })
                }
                return (plan, check, launches)
            }
            let (small, large) = (try measure(12), try measure(48))
            #expect(large.launches > 3 * small.launches)
            // Squares would be 16 times as long; caches that others use make four times up to eight.
            #expect(large.plan < 10 * small.plan, "plan: \(small.plan) s, then \(large.plan) s")
            #expect(
                large.check < 10 * small.check, "check: \(small.check) s, then \(large.check) s")
        }
    }
}

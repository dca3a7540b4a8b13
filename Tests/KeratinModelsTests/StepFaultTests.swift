import Keratin
import KeratinCore
import KeratinOpenCL
import Testing

/// The n-th OpenCL call of a training step fails, for every n.
@Suite(.serialized) struct StepFaultTests {
    private func network() throws -> Sequential {
        try Sequential {
            Input(shape: [4])
            Dense(3, activation: .tanh)
            Dropout(0.5)
            Dense(2, activation: .softmax)
        }
    }

    @Test(.enabled(if: Backends.hasOpenCL, "no OpenCL runtime is installed"))
    func theOldStateIsWholeOrTheModelSaysSo() throws {
        let x = NDArray((0..<32).map { Float($0 % 7) * 0.25 }, shape: [8, 4])
        let y = NDArray((0..<8).map { Int32($0 % 2) })
        let faults = FaultInjector()
        let driver = try OpenCLDriver(faults: faults)
        try {
            let backend = try OpenCLBackend(driver: driver)
            try withBackend(backend) {
                RandomSeed.set(3)
                let model = try network()
                try model.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy())
                try model.trainOnBatch(x, y)
                // A replayed step, counted.
                let start = faults.calls
                try model.trainOnBatch(x, y)
                let calls = faults.calls - start
                #expect(calls > 10)
                var (whole, broken) = (0, 0)
                for failing in 0..<calls {
                    let before = try model.getWeights()
                    faults.fail(after: failing)
                    do {
                        try model.trainOnBatch(x, y)
                        faults.fail(after: nil)
                        continue
                    } catch is BackendError {
                        faults.fail(after: nil)
                    }
                    do {
                        _ = try model.predict(x)
                        // Not in need of restoring: a failure after the step leaves new weights, any other old.
                        whole += 1
                        if failing < calls - 2 {
                            #expect(try model.getWeights() == before, "call \(failing)")
                        }
                    } catch let error as KeratinError {
                        broken += 1
                        #expect(error.code == .needsRestore)
                        #expect(throws: KeratinError.self) { try model.trainOnBatch(x, y) }
                        try model.setWeights(before)
                        _ = try model.predict(x)
                    }
                }
                #expect(whole > 0)
                #expect(broken > 0)
                // Everything works again.
                try model.trainOnBatch(x, y)
            }
        }()
        #expect(driver.liveObjects.value == 0, "objects leak")
    }
}

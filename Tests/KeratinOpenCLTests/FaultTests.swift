import KeratinCore
import Testing

@testable import KeratinOpenCL

@Suite(.serialized, .needsDevice) struct FaultTests {
    /// Everything that a step does: open, allocate, write, plan, run, read.
    private func scenario(_ driver: OpenCLDriver, pinsMemory: Bool) throws -> [Float] {
        let bench = try Bench(driver, pinsMemory: pinsMemory)
        let x = try bench.argument([40], numbers(40, 1))
        let y = try bench.run(.primitive(.binary(.add)), [x, x])
        let z = try bench.argument([40], y)
        let padded = try bench.run(
            .primitive(.pad(low: [1], high: [1], interior: [0], value: 3)), [z])
        try bench.backend.synchronize()
        return padded
    }

    private var expected: [Float] { [3] + numbers(40, 1).map { $0 * 2 } + [3] }

    @Test(arguments: [false, true])
    func everyCallMayFailAndNothingLeaks(pinsMemory: Bool) throws {
        let counting = FaultInjector()
        let driver = try OpenCLDriver(faults: counting)
        #expect(try scenario(driver, pinsMemory: pinsMemory) == expected)
        #expect(driver.liveObjects.value == 0)
        let calls = counting.calls
        #expect(calls > 50)
        for failing in 0..<calls {
            let faults = FaultInjector()
            faults.fail(after: failing)
            let driver = try OpenCLDriver(faults: faults)
            do {
                // A failure that only costs the program cache is not passed on.
                let result = try scenario(driver, pinsMemory: pinsMemory)
                #expect(result == expected, "call \(failing)")
            } catch let error as BackendError {
                #expect("\(error)".contains("CL_OUT_OF_RESOURCES") || "\(error)".contains("memory"))
            } catch {
                Issue.record("call \(failing) threw \(error), which is no BackendError")
            }
            #expect(driver.liveObjects.value == 0, "call \(failing) leaks")
        }
    }

    @Test func errorsNameTheCallAndTheKernel() throws {
        let faults = FaultInjector(status: -54)
        let bench = try Bench(try OpenCLDriver(faults: faults))
        let x = try bench.argument([4], [1, 2, 3, 4])
        let y = try bench.argument(TensorType([4]))
        let plan = try bench.backend.makePlan([
            .launch(
                LaunchRequest(operation: .primitive(.reshape([4])), inputs: [x], results: [y]))
        ])
        faults.fail(after: 0)
        #expect {
            try plan.run()
        } throws: { error in
            "\(error)"
                == "clEnqueueNDRangeKernel failed with CL_INVALID_WORK_GROUP_SIZE (-54) (strided_copy4)"
        }
        // The plan is as good as before.
        try plan.run()
        #expect(try bench.values(y) == [1, 2, 3, 4])
    }

    @Test func tooLargeAllocationsSayWhatThereIs() throws {
        let bench = try Bench()
        let largest = bench.backend.device.largestAllocationBytes
        #expect {
            _ = try bench.backend.allocate(byteCount: largest + 1)
        } throws: { error in
            guard case BackendError.outOfMemory(let needed, _, let limit, _) = error else {
                return false
            }
            return needed == largest + 1 && limit == largest
        }
    }

    @Test func aProgramThatDoesNotBuildShowsTheLog() throws {
        let bench = try Bench()
        let program = KernelProgram.generated(text: "__kernel void broken(int x) { nonsense }")
        #expect {
            try bench.backend.library.prepare([program])
        } throws: { error in
            guard case BackendError.buildFailed(_, let log) = error else { return false }
            return log.contains("nonsense")
        }
    }

    @Test func accessOutsideABufferIsRefused() throws {
        let bench = try Bench()
        let x = try bench.argument(TensorType([4]))
        var bytes = [UInt8](repeating: 0, count: 32)
        #expect(throws: BackendError.self) {
            try bytes.withUnsafeMutableBytes { try bench.backend.read(x.slice, into: $0) }
        }
    }
}

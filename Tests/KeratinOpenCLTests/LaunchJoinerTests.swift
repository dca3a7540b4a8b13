import KeratinCore
import Testing

@testable import KeratinOpenCL

@Suite(.serialized, .needsDevice) struct LaunchJoinerTests {
    private func request(
        _ operation: KeratinCore.Operation, _ inputs: [Argument], _ result: Argument
    ) -> LaunchRequest {
        LaunchRequest(operation: operation, inputs: inputs, results: [result])
    }

    private func reduce(_ function: ReduceFunction) -> KeratinCore.Operation {
        .primitive(.reduce(function, axes: [0], keepDimensions: false))
    }

    /// Programs whose macros or functions clash, or that lean on one another's order, do not compile.
    @Test func allCallableProgramsGoTogether() throws {
        let bench = try Bench(family: .cpu)
        let programs = bench.backend.lowering.programs
        let parts = programs.all().filter { $0 != programs.processorProduct && !$0.isLong }
        #expect(parts.count == 14)
        for parts in [parts, parts.reversed()] {
            let text = try JoinedSource.text(
                parts: parts, kernels: ["__kernel void nothing(__global const int *words) {}\n"],
                family: .cpu)
            #expect(!text.contains("__local float"))
        }
        try bench.backend.library.prepare([
            .joined(
                calls: [], parts: parts,
                text: "__kernel void nothing(__global const int *words) {}\n")
        ])
    }

    @Test func singleWorkItemsBecomeOneLaunch() throws {
        let bench = try Bench(family: .cpu)
        let x = try bench.argument([5], [3, -1, 4, 1, 5])
        let sum = try bench.argument(TensorType(.scalar))
        let most = try bench.argument(TensorType(.scalar))
        let both = try bench.argument(TensorType(.scalar))
        let row = try bench.argument(TensorType([1, 5]))
        let product = try bench.argument(TensorType([1, 1]))
        let plan = try bench.backend.makePlan([
            .launch(request(reduce(.sum), [x], sum)),
            .launch(request(reduce(.maximum), [x], most)),
            .launch(request(.primitive(.binary(.multiply)), [sum, most], both)),
            .launch(request(.primitive(.reshape([1, 5])), [x], row)),
            .launch(
                request(
                    .primitive(.matmul(transposeLeft: false, transposeRight: true)), [row, row],
                    product)),
        ])
        #expect(plan.launchCount == 1)
        for _ in 0..<2 {
            let before = bench.backend.counters.launches
            try plan.run()
            #expect(bench.backend.counters.launches == before + 1)
        }
        #expect(try bench.values(both) == [60])
        #expect(try bench.values(product) == [52])
    }

    @Test func largerLaunchesAndLoopsEndARun() throws {
        let bench = try Bench(family: .cpu)
        let large = try bench.argument(TensorType([300_000]))
        let counter = try bench.argument(TensorType(.scalar))
        let one = try bench.argument(.scalar, [1])
        let zero = PlanStep.launch(
            request(.primitive(.fill(value: 0, type: TensorType(.scalar))), [], counter))
        let wide = PlanStep.launch(
            request(.primitive(.fill(value: 2, type: TensorType([300_000]))), [], large))
        let expression = PointwiseExpression(
            nodes: [.input(0), .input(1), .binary(.add, 0, 1)],
            dtypes: [.float32, .float32, .float32], results: [2])
        let add = PlanStep.launch(
            request(.fused(Pointwise(expression, shape: .scalar)), [counter, one], counter))
        let plan = try bench.backend.makePlan([
            zero, add, wide, add, .loop(count: 3, body: [add, add]), add, add,
        ])
        // The wide one first: it does not depend on those before it, which become one.
        #expect(plan.launchCount == 1 + 1 + 3 + 1)
        try plan.run()
        #expect(try bench.values(counter) == [10])
    }

    /// More calls and buffers than one batch takes.
    @Test func longRunsAreCut() throws {
        let bench = try Bench(family: .cpu)
        let one = try bench.argument(.scalar, [1])
        let values = try (0..<150).map { _ in try bench.argument(TensorType(.scalar)) }
        var steps = [PlanStep]()
        for (index, value) in values.enumerated() {
            let last = index == 0 ? one : values[index - 1]
            steps.append(.launch(request(.primitive(.binary(.add)), [last, one], value)))
        }
        let plan = try bench.backend.makePlan(steps)
        #expect(plan.launchCount < 10)
        try plan.run()
        #expect(try bench.values(values[149]) == [151])
    }

    @Test func errorsNameTheKernelsOfABatch() throws {
        let faults = FaultInjector(status: -54)
        let bench = try Bench(try OpenCLDriver(faults: faults), family: .cpu)
        let x = try bench.argument([4], [1, 2, 3, 4])
        let y = try bench.argument(TensorType(.scalar))
        let z = try bench.argument(TensorType([4]))
        let plan = try bench.backend.makePlan([
            .launch(request(reduce(.sum), [x], y)),
            .launch(request(.primitive(.reshape([4])), [x], z)),
        ])
        faults.fail(after: 0)
        #expect {
            try plan.run()
        } throws: { error in
            "\(error)".contains("2 calls: reduce_rows, strided_copy4")
        }
        try plan.run()
        #expect(try bench.values(y) == [10])
    }
}

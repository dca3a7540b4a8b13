import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Recurrent sequences on GPUs: those that stay in a work-group against those that share the units of a slice, and
/// whether it matters how many samples a group has. Conformance compares both with the reference.
@Suite(.serialized, .needsDevice) struct SequenceTests {
    // MARK: Which form a shape gets

    private func form(
        _ cell: RecurrentSequence.Cell, batch: Int, units: Int,
        direction: SequenceDirection = .forward, groupLimit: Int = 1024,
        localMemoryBytes: Int = 48 << 10
    ) -> ResidentSequence? {
        ResidentSequence(
            direction, cell, batch: batch, units: units, groupLimit: groupLimit,
            localMemoryBytes: localMemoryBytes, computeUnits: 132)
    }

    @Test func groupsGetMoreSamplesWhenTheDeviceIsFull() throws {
        #expect(form(.lstm, batch: 32, units: 128)?.samples == 1)
        #expect(form(.lstm, batch: 132, units: 128)?.samples == 1)
        #expect(form(.lstm, batch: 133, units: 128)?.samples == 2)
        #expect(form(.lstm, batch: 265, units: 128)?.samples == 4)
        #expect(form(.lstm, batch: 9999, units: 128)?.samples == 4)
        // Several small groups run on a compute unit.
        #expect(form(.lstm, batch: 1000, units: 32)?.samples == 1)
    }

    @Test func weightsAreKeptAsFarAsRegistersGo() throws {
        for direction in SequenceDirection.allCases {
            for cell in RecurrentSequence.Cell.allCases {
                for units in [1, 32, 33, 128, 129, 256] {
                    let form = try #require(
                        self.form(cell, batch: 4, units: units, direction: direction))
                    #expect(form.padded >= units && form.kept % 4 == 0 && form.kept >= 8)
                    #expect(form.items * form.kept <= 49152)
                }
            }
        }
        #expect(form(.lstm, batch: 32, units: 128)?.kept == 96)
        #expect(form(.gru, batch: 32, units: 128)?.kept == 128)
    }

    @Test func whatDoesNotFitIsSharedAmongGroups() {
        #expect(form(.lstm, batch: 32, units: 257) == nil)
        #expect(form(.simple, batch: 32, units: 512) != nil)
        #expect(form(.simple, batch: 32, units: 513) == nil)
        #expect(form(.lstm, batch: 32, units: 128, groupLimit: 256) == nil)
        #expect(form(.lstm, batch: 32, units: 64, groupLimit: 256) != nil)
        #expect(form(.lstm, batch: 9999, units: 256, localMemoryBytes: 20 << 10)?.samples == 2)
        #expect(form(.lstm, batch: 32, units: 256, localMemoryBytes: 8 << 10) == nil)
    }

    // MARK: Results

    @Test(arguments: RecurrentSequence.Cell.allCases)
    func resultsDoNotDependOnTheForm(_ cell: RecurrentSequence.Cell) throws {
        // The first fits in registers; of the second some rows are read again, in fours and singly.
        for (batch, units) in cell == .lstm ? [(9, 33), (5, 135)] : [(9, 33)] {
            let bench = try SequenceBench(
                RecurrentSequence(
                    cell, reverse: units == 33, returnsSequences: units == 33,
                    hasMask: units == 33, hasDropout: units == 33, keepsHistory: true),
                batch: batch, steps: 4, units: units)
            let one = try bench.results(computeUnits: 1000)
            for computeUnits in [1, 3] {
                #expect(try bench.results(computeUnits: computeUnits) == one, "\(computeUnits)")
            }
            let shared = try bench.results(computeUnits: 1, groupLimit: 16)
            for (result, (a, b)) in zip(one, shared).enumerated() {
                let difference = zip(a, b).map { abs($0 - $1) }.max() ?? 0
                #expect(difference < 1e-4, "result \(result), \(units) units")
            }
        }
    }

    @Test func aSequenceIsOneLaunch() throws {
        let bench = try SequenceBench(
            RecurrentSequence(.lstm, keepsHistory: true), batch: 3, steps: 4, units: 33)
        let lowering = bench.lowering(computeUnits: 8)
        let inputs = try bench.inputs()
        let request = try bench.request(.fused(bench.operation), inputs, lowering)
        #expect(try lowering.launches(request).count == 1)
        // The kernel is transposed first.
        let history = request.results[3...]
        let cotangents = request.results.prefix(3)
        let gradient = try bench.request(
            .fused(RecurrentSequenceGradient(bench.operation)),
            [inputs[1]] + history + cotangents, lowering)
        #expect(try lowering.launches(gradient).count == 2)
    }

    @Test func numbersThatAreNoneStayInTheirSample() throws {
        let operation = RecurrentSequence(.gru, returnsSequences: true, keepsHistory: true)
        let bench = try SequenceBench(operation, batch: 5, steps: 2, units: 31, spoiled: 2)
        for results in try bench.results(computeUnits: 1) {
            let row = results.count / 5
            for sample in 0..<5 {
                let isFinite = results[(sample * row)..<((sample + 1) * row)].allSatisfy(\.isFinite)
                #expect(isFinite == (sample != 2))
            }
        }
    }
}

/// A sequence and its gradient with numbers that repeat, lowered for devices that are made up.
private struct SequenceBench {
    let operation: RecurrentSequence
    let batch: Int
    let steps: Int
    let units: Int
    /// The sample whose input starts with NaN.
    let spoiled: Int?
    private let bench: Bench
    private let device: OpenCLDevice

    init(
        _ operation: RecurrentSequence, batch: Int, steps: Int, units: Int, spoiled: Int? = nil
    ) throws {
        self.operation = operation
        self.batch = batch
        self.steps = steps
        self.units = units
        self.spoiled = spoiled
        bench = try Bench(family: .gpu)
        device = bench.backend.session.device
    }

    func lowering(computeUnits: Int, groupLimit: Int = 1024) -> KernelLowering {
        var features = DeviceFeatures(device)
        features.computeUnits = computeUnits
        features.workGroupLimit = min(device.workGroupLimit, groupLimit)
        return KernelLowering(features, family: .gpu)
    }

    /// Arguments lie one element after a boundary, so that nothing is aligned.
    private func argument(_ type: TensorType) throws -> Argument {
        let size = type.dtype.byteCount
        let buffer = try bench.backend.allocate(byteCount: type.byteCount + size)
        return Argument(type, BufferSlice(buffer, byteOffset: size))
    }

    private func argument(_ shape: Shape, seed: Int, scale: Float = 1) throws -> Argument {
        let argument = try argument(TensorType(shape))
        let values = (0..<argument.type.count).map {
            (Float(($0 * 7919 + seed * 104_729) % 1009) / 504 - 1) * scale
        }
        try values.withUnsafeBytes { try bench.backend.write($0, to: argument.slice) }
        return argument
    }

    func inputs() throws -> [Argument] {
        let gates = operation.cell.gateCount
        var inputs = [
            try argument([batch, steps, gates * units], seed: 1),
            try argument([units, gates * units], seed: 2, scale: 0.2),
        ]
        if let spoiled {
            var slice = inputs[0].slice
            slice.byteOffset += spoiled * steps * gates * units * 4
            try [Float.nan].withUnsafeBytes { try bench.backend.write($0, to: slice) }
        }
        if operation.hasRecurrentBias { inputs.append(try argument([gates * units], seed: 3)) }
        inputs.append(try argument([batch, units], seed: 4))
        if operation.hasCellState { inputs.append(try argument([batch, units], seed: 5)) }
        if operation.hasMask {
            let mask = try argument(TensorType([batch, steps], .bool))
            let values = (0..<(batch * steps)).map { UInt8($0 * 5 % 7 < 4 ? 1 : 0) }
            try values.withUnsafeBytes { try bench.backend.write($0, to: mask.slice) }
            inputs.append(mask)
        }
        if operation.hasDropout { inputs.append(try argument([gates, batch, units], seed: 6)) }
        return inputs
    }

    func request(
        _ operation: KeratinCore.Operation, _ inputs: [Argument], _ lowering: KernelLowering
    ) throws -> LaunchRequest {
        let types = inputs.map(\.type)
        let results = try operation.resultTypes(types)
        let bytes = lowering.workspaceBytes(operation, inputs: types, results: results)
        return LaunchRequest(
            operation: operation, inputs: inputs, results: try results.map(argument),
            workspace: BufferSlice(try bench.backend.allocate(byteCount: max(bytes, 4))))
    }

    private func run(
        _ operation: KeratinCore.Operation, _ inputs: [Argument], _ lowering: KernelLowering
    ) throws -> [Argument] {
        let request = try request(operation, inputs, lowering)
        let backend = bench.backend
        try OpenCLPlan(
            backend.session, lock: backend.lock, library: backend.library,
            LoweredPlan([.launch(request)], stores: [], nil) { try lowering.launches($0) }
        ).run()
        return request.results
    }

    /// All results of the sequence, then all of its gradient.
    func results(computeUnits: Int, groupLimit: Int = 1024) throws -> [[Float]] {
        let lowering = lowering(computeUnits: computeUnits, groupLimit: groupLimit)
        let inputs = try inputs()
        let results = try run(.fused(operation), inputs, lowering)
        let named = operation.named(inputs)
        var arguments = [named.kernel] + results[operation.stateResultCount...]
        if let mask = named.mask { arguments.append(mask) }
        if let dropout = named.dropout { arguments.append(dropout) }
        for (index, result) in results.prefix(operation.stateResultCount).enumerated() {
            arguments.append(try argument(result.type.shape, seed: 10 + index))
        }
        let gradients = try run(
            .fused(RecurrentSequenceGradient(operation)), arguments, lowering)
        return try (results + gradients).map(bench.values)
    }
}

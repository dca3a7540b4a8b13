import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Programs that are drawn: operations on places of one memory that are used again and again, as a plan's scratch memory is. With
/// joined launches every byte is the same.
@Suite("Drawn programs of joined launches", .serialized, .needsDevice) struct JoinedProgramTests {
    private static let operations = 16

    /// One memory, the places in it, and where the operations' own scratch memory lies.
    private struct Memory {
        let buffer: any DeviceBuffer
        let bytes: Int
        static let smallType = TensorType([48, 32])
        static let largeType = TensorType([512, 64])
        static let indicesType = TensorType([48], .int32)
        static let scratchBytes = 1 << 20

        init(_ backend: OpenCLBackend) throws {
            bytes =
                6 * (Self.smallType.byteCount + Self.largeType.byteCount) + 3 * 256
                + Self.scratchBytes
            buffer = try backend.allocate(byteCount: bytes)
            try write(backend)
        }

        private func write(_ backend: OpenCLBackend) throws {
            let values = (0..<bytes / 4).map { Float(($0 * 7919) % 41 - 20) * 0.0625 }
            try values.withUnsafeBytes { try backend.write($0, to: BufferSlice(buffer)) }
            for place in 0..<3 {
                let numbers = (0..<48).map { Int32(($0 * (place + 5)) % 11) }
                try numbers.withUnsafeBytes { try backend.write($0, to: indices(place).slice) }
            }
        }

        func small(_ place: Int, _ type: TensorType = Self.smallType) -> Argument {
            Argument(type, BufferSlice(buffer, byteOffset: place * Self.smallType.byteCount))
        }
        func large(_ place: Int, _ type: TensorType = Self.largeType) -> Argument {
            let start = 6 * Self.smallType.byteCount + place * Self.largeType.byteCount
            return Argument(type, BufferSlice(buffer, byteOffset: start))
        }
        func indices(_ place: Int) -> Argument {
            let start = 6 * (Self.smallType.byteCount + Self.largeType.byteCount) + place * 256
            return Argument(Self.indicesType, BufferSlice(buffer, byteOffset: start))
        }
        /// All operations use the same.
        var scratch: BufferSlice { BufferSlice(buffer, byteOffset: bytes - Self.scratchBytes) }
    }

    private struct Draws {
        var state: UInt64

        mutating func number(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(limit))
        }
        /// Different places, so that no operation writes what it reads.
        mutating func places(_ count: Int) -> [Int] {
            var all = Array(0..<6)
            return (0..<count).map { _ in all.remove(at: number(all.count)) }
        }
    }

    private static func mix(_ shape: Shape) -> KeratinCore.Operation {
        let expression = PointwiseExpression(
            nodes: [
                .input(0), .input(1), .unary(.tanh, 0), .constant(0.5), .binary(.multiply, 1, 3),
                .binary(.add, 2, 4),
            ], dtypes: .init(repeating: .float32, count: 6), results: [5])
        return .fused(Pointwise(expression, shape: shape))
    }

    private func draw(_ draws: inout Draws, _ m: Memory) -> LaunchRequest {
        let p = draws.places(5)
        func request(
            _ operation: KeratinCore.Operation, _ inputs: [Argument], _ results: [Argument]
        ) -> LaunchRequest {
            LaunchRequest(
                operation: operation, inputs: inputs, results: results, workspace: m.scratch)
        }
        let index = m.indices(draws.number(3))
        let row = TensorType([32])
        switch draws.number(14) {
        case 0:
            return request(Self.mix([48, 32]), [m.small(p[0]), m.small(p[1])], [m.small(p[2])])
        case 1:
            return request(Self.mix([512, 64]), [m.large(p[0]), m.large(p[1])], [m.large(p[2])])
        case 2:
            return request(
                Self.mix([48, 32]), [m.small(p[0]), m.small(p[1], row)], [m.small(p[2])])
        case 3: return request(.fused(SoftmaxOperation()), [m.small(p[0])], [m.small(p[1])])
        case 4:
            return request(
                .primitive(.matmul(transposeLeft: false, transposeRight: false)),
                [m.small(p[0]), m.small(p[1], TensorType([32, 32]))], [m.small(p[2])])
        case 5:
            return request(
                .primitive(.matmul(transposeLeft: false, transposeRight: true)),
                [m.large(p[0]), m.large(p[1], TensorType([64, 64]))], [m.large(p[2])])
        case 6:
            return request(
                .primitive(.reduce(.sum, axes: [0], keepDimensions: false)), [m.small(p[0])],
                [m.small(p[1], row)])
        case 7:
            return request(
                .primitive(.reduce(.maximum, axes: [1], keepDimensions: false)), [m.large(p[0])],
                [m.small(p[1], TensorType([512]))])
        case 8:
            return request(
                .primitive(.transpose(permutation: [1, 0])), [m.small(p[0])],
                [m.small(p[1], TensorType([32, 48]))])
        case 9:
            return request(.primitive(.gather(axis: 0)), [m.small(p[0]), index], [m.small(p[1])])
        case 10:
            return request(
                .primitive(.scatterAdd(axis: 0, count: 48)), [m.small(p[0]), index],
                [m.small(p[1])])
        case 11:
            return request(
                .fused(BatchNormalizationOperation(epsilon: 0.001)),
                [m.small(p[0]), m.small(p[1], row), m.small(p[2], row)],
                [m.small(p[3]), m.small(p[4], row), m.large(p[0], row)])
        case 12:
            return request(.primitive(.argReduce(.maximum, axis: 1)), [m.small(p[0])], [index])
        default:
            let half = TensorType([24, 32])
            return request(
                .primitive(.concatenate(axis: 0)), [m.small(p[0], half), m.small(p[1], half)],
                [m.small(p[2])])
        }
    }

    /// All of the memory after two runs, and the launches of one.
    private func run(_ seed: UInt64, joins: Bool, residents: Int?) throws -> ([UInt32], Int) {
        let backend = try OpenCLBackend(
            driver: OpenCLDriver(), family: .gpu, joinsLaunches: joins, residentGroups: residents)
        let memory = try Memory(backend)
        var draws = Draws(state: seed)
        let requests = (0..<Self.operations).map { _ in draw(&draws, memory) }
        for request in requests {
            let types = request.inputs.map(\.type)
            #expect(
                backend.workspaceBytes(
                    request.operation, inputs: types, results: request.results.map(\.type))
                    <= Memory.scratchBytes)
        }
        let plan = try backend.makePlan(
            requests.prefix(12).map { .launch($0) },
            stores: requests.dropFirst(12).map { .launch($0) })
        try plan.run()
        try plan.run()
        var words = [UInt32](repeating: 0, count: memory.bytes / 4)
        try words.withUnsafeMutableBytes {
            try backend.read(BufferSlice(memory.buffer), into: $0)
        }
        return (words, plan.launchCount)
    }

    @Test(arguments: [4] as [UInt64])
    func everyByteIsTheSame(_ seed: UInt64) throws {
        let (plain, launches) = try run(seed, joins: false, residents: nil)
        let (joined, fewer) = try run(seed, joins: true, residents: nil)
        #expect(joined == plain)
        #expect(fewer < launches / 2)
        // Groups that wait for each other: one is all that may on a processor.
        let (phases, fewest) = try run(seed, joins: true, residents: 1)
        #expect(phases == plain)
        #expect(fewest < fewer)
    }
}

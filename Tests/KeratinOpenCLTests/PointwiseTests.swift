import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Generated kernels of both families against naive loops, at places that are aligned to vectors and at others.
@Suite(.serialized, .needsDevice) struct PointwiseTests {
    private func launch(
        _ bench: Bench, _ function: BinaryFunction, _ inputs: [Argument], _ result: Argument
    ) throws -> KernelLaunch {
        let request = LaunchRequest(
            operation: .primitive(.binary(function)), inputs: inputs, results: [result])
        return try #require(try bench.backend.lowering.launches(request).first)
    }

    private func text(_ launch: KernelLaunch) throws -> String {
        guard case .generated(let text) = launch.program else {
            throw BackendError.invalidArgument("not a generated kernel")
        }
        return text
    }

    private func run(
        _ bench: Bench, _ inputs: [Argument], _ type: TensorType, before: Int
    ) throws -> [Float] {
        let size = type.byteCount + before * type.dtype.byteCount
        let result = Argument(
            type,
            BufferSlice(
                try bench.backend.allocate(byteCount: size),
                byteOffset: before * type.dtype.byteCount))
        let request = LaunchRequest(
            operation: .primitive(.binary(.add)), inputs: inputs, results: [result])
        try bench.backend.makePlan([.launch(request)]).run()
        return try bench.values(result)
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func anyPlaceAndSize(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for count in [1, 3, 4, 31, 33, 65, 1024] {
            let (a, b) = (numbers(count, 1), numbers(count, 2))
            for places in [(0, 0, 0), (1, 0, 0), (0, 2, 0), (0, 0, 3), (4, 8, 4)] {
                let type = TensorType([count])
                let sum = try run(
                    bench,
                    [
                        bench.argument(type, a, elementsBefore: places.0),
                        bench.argument(type, b, elementsBefore: places.1),
                    ], type, before: places.2)
                #expect(sum == zip(a, b).map(+), "\(count) at \(places)")
            }
        }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func rowsAndColumns(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (rows, columns) in [(3, 1), (5, 4), (31, 33), (33, 64), (7, 65)] {
            let a = numbers(rows * columns, 1)
            let (row, column) = (numbers(columns, 2), numbers(rows, 3))
            for before in [0, 1, 4] {
                let type = TensorType([rows, columns])
                let x = try bench.argument(type, a, elementsBefore: before)
                let y = try bench.argument(TensorType([columns]), row, elementsBefore: before)
                #expect(
                    try run(bench, [x, y], type, before: before)
                        == a.indices.map { a[$0] + row[$0 % columns] }, "\(rows) × \(columns)")
                let z = try bench.argument(TensorType([rows, 1]), column, elementsBefore: before)
                #expect(
                    try run(bench, [x, z], type, before: before)
                        == a.indices.map { a[$0] + column[$0 / columns] }, "\(rows) × \(columns)")
            }
        }
    }

    @Test func vectorsWherePlacesAllowThem() throws {
        let bench = try Bench(family: .gpu)
        // Oclgrind gets no vectors.
        guard bench.backend.lowering.pointwiseLanes == 4 else { return }
        let type = TensorType([8, 12])
        let x = try bench.argument(type, numbers(96, 1))
        let shifted = try bench.argument(type, numbers(96, 1), elementsBefore: 1)
        let row = try bench.argument([12], numbers(12, 1))
        let aligned = try launch(bench, .add, [x, row], x)
        #expect(try text(aligned).contains("*(__global const float4 *)(in1 + at1)"))
        #expect(try !text(aligned).contains("vload4"))
        #expect(aligned.global[0] == 32)
        let apart = try launch(bench, .add, [x, shifted], x)
        #expect(try !text(apart).contains("float4"))
        #expect(apart.global[0] == 128)
        let mask = try bench.argument(TensorType([8, 12], .bool))
        let bytes = try text(try launch(bench, .less, [x, row], mask))
        #expect(bytes.contains("*(__global uchar4 *)(out0 + i)"))
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func copiesAndFillsAtAnyPlace(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (rows, columns) in [(1, 1), (3, 4), (31, 33), (8, 64), (5, 65)] {
            let x = numbers(rows * columns, 4)
            for before in [0, 1, 4] {
                let input = try bench.argument(
                    TensorType([rows, columns]), x, elementsBefore: before)
                #expect(try bench.run(.primitive(.reshape([rows * columns])), [input]) == x)
                try checkParts(bench, input, x, rows, columns)
                try checkPadding(bench, input, x, rows, columns)
                let index = try bench.argument(
                    TensorType([3], .int32), [Int32(rows - 1), -1, Int32(rows / 2)],
                    elementsBefore: 1)
                let gathered = try bench.run(.primitive(.gather(axis: 0)), [input, index])
                var expected = [Float]()
                for row in [rows - 1, 0, rows / 2] {
                    expected += x[(row * columns)..<((row + 1) * columns)]
                }
                #expect(gathered == expected)
            }
        }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func transposes(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for (batch, rows, columns) in [
            (1, 4, 4), (2, 31, 33), (3, 65, 5), (1, 64, 32), (5, 7, 130),
        ] {
            let x = numbers(batch * rows * columns, 8)
            var expected = [Float]()
            for b in 0..<batch {
                for j in 0..<columns {
                    expected += (0..<rows).map { x[(b * rows + $0) * columns + j] }
                }
            }
            for before in [0, 3] {
                let input = try bench.argument(
                    TensorType([batch, rows, columns]), x, elementsBefore: before)
                let y = try bench.run(.primitive(.transpose(permutation: [0, 2, 1])), [input])
                #expect(y == expected, "\(batch) × \(rows) × \(columns)")
            }
        }
    }

    private func checkParts(
        _ bench: Bench, _ input: Argument, _ x: [Float], _ rows: Int, _ columns: Int
    ) throws {
        let low = columns / 4 * 2
        let result = try bench.run(
            .primitive(.slice(starts: [0, low], limits: [rows, columns], strides: [1, 1])),
            [input])
        var expected = [Float]()
        for row in 0..<rows { expected += x[(row * columns + low)..<((row + 1) * columns)] }
        #expect(result == expected)
    }

    private func checkPadding(
        _ bench: Bench, _ input: Argument, _ x: [Float], _ rows: Int, _ columns: Int
    ) throws {
        let result = try bench.run(
            .primitive(.pad(low: [0, 4], high: [1, 4], interior: [0, 0], value: 7)), [input])
        let four = [Float](repeating: 7, count: 4)
        var expected = [Float]()
        for row in 0..<rows {
            expected += four + x[(row * columns)..<((row + 1) * columns)] + four
        }
        expected += [Float](repeating: 7, count: columns + 8)
        #expect(result == expected)
    }
}

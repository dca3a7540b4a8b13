import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Reductions of both kernel families against naive loops, exactly: inputs are small whole numbers.
@Suite(.serialized, .needsDevice) struct ReductionTests {
    private func reduced(
        _ x: [Float], _ outer: Int, _ length: Int, _ inner: Int, _ function: ReduceFunction
    ) -> [Float] {
        var y = [Float]()
        for o in 0..<outer {
            for i in 0..<inner {
                let column = (0..<length).map { x[(o * length + $0) * inner + i] }
                switch function {
                case .sum: y.append(column.reduce(0, +))
                case .product: y.append(column.reduce(1, *))
                case .maximum:
                    y.append(
                        column.contains { $0.isNaN } ? .nan : column.reduce(-.infinity, max))
                case .minimum:
                    y.append(column.contains { $0.isNaN } ? .nan : column.reduce(.infinity, min))
                }
            }
        }
        return y
    }

    private func result(
        _ bench: Bench, _ x: [Float], _ shape: [Int], _ function: ReduceFunction, before: Int
    ) throws -> [Float] {
        try bench.run(
            .primitive(.reduce(function, axes: [1], keepDimensions: false)),
            [bench.argument(TensorType(Shape(shape)), x, elementsBefore: before)])
    }

    /// Rows (the last number is 1) and columns, short, long and in parts.
    private let shapes = [
        [1, 1, 1], [1, 3, 1], [5, 31, 1], [33, 65, 1], [3, 1000, 1], [2000, 7, 1], [1100, 257, 1],
        [1, 16_400, 1], [2, 20_001, 1], [1, 33, 3], [2, 65, 31], [1, 5000, 1], [3, 31, 65],
        [1, 9000, 10], [4, 1, 33], [70, 9, 100], [1, 3000, 8], [300, 2, 2],
    ]

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func rowsAndColumns(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for shape in shapes {
            let x = numbers(shape.reduce(1, *), shape[1])
            for function in [ReduceFunction.sum, .maximum, .minimum] {
                for before in [0, 1] {
                    let y = try result(bench, x, shape, function, before: before)
                    #expect(
                        y == reduced(x, shape[0], shape[1], shape[2], function),
                        "\(shape) \(function) after \(before)")
                }
            }
        }
    }

    /// Where a tensor lies in its buffer changes no bit of a sum.
    @Test(arguments: [KernelFamily.cpu, .gpu])
    func sumsDoNotDependOnPlaces(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for shape in [[3, 1000, 1], [2000, 64, 1], [1, 16_400, 1], [2, 65, 32]] {
            let x = numbers(shape.reduce(1, *), 5).enumerated().map {
                $1 / Float(1 + $0 % 7) + Float($0 % 1021)
            }
            let sums = try [0, 1, 2].map {
                try result(bench, x, shape, .sum, before: $0).map(\.bitPattern)
            }
            #expect(sums[0] == sums[1] && sums[0] == sums[2], "\(shape)")
        }
    }

    @Test(arguments: [KernelFamily.cpu, .gpu])
    func notANumberPasses(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for shape in [[2, 65, 1], [2, 65, 3], [1, 16_400, 1]] {
            for place in [0, 31, 64] {
                for special in [Float.nan, .infinity, -.infinity] {
                    var x = numbers(shape.reduce(1, *), 1)
                    x[place * shape[2]] = special
                    for function in [ReduceFunction.maximum, .minimum] {
                        let y = try result(bench, x, shape, function, before: 1)
                        let expected = reduced(x, shape[0], shape[1], shape[2], function)
                        #expect(
                            zip(y, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) },
                            "\(shape) \(function) \(special) at \(place)")
                    }
                }
            }
        }
    }
}

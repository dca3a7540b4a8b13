import Foundation
import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import KeratinTestKit
import Testing

/// Functions of arrays whose results are known without Keras: orders, bits, places, and shapes that depend on the numbers.
@Suite("Functions of arrays", .serialized) struct TensorFunctionTests {
    private func words(_ tensor: Tensor) -> String { tensor.error.map { "\($0)" } ?? "no error" }

    @Test("Orders are stable, NaN stands last", arguments: Backends.names)
    func orders(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let x = Tensor([3, .nan, 1, 3, -.infinity, 1] as [Float])
            #expect(try x.argsort().int32s() == [4, 2, 5, 0, 3, 1])
            #expect(try x.sorted().floats().dropLast() == [-.infinity, 1, 1, 3, 3])
            #expect(try x.sorted().floats()[5].isNaN)
            let matrix = Tensor([[3, 1, 2], [0, 5, 4]])
            #expect(try matrix.sorted(axis: 0).int32s() == [0, 1, 2, 3, 5, 4])
            #expect(try matrix.sorted(axis: nil).int32s() == [0, 1, 2, 3, 4, 5])
            #expect(matrix.sorted().dtype == .int32)
            let top = matrix.topK(2)
            #expect(try top.values.int32s() == [3, 2, 5, 4])
            #expect(try top.indices.int32s() == [0, 2, 1, 2])
            for count in [1, 31, 33, 65, 700] {
                var generator = PhiloxGenerator(seed: UInt64(count))
                let numbers = (0..<count).map { _ in Int32.random(in: -9...9, using: &generator) }
                let order = try Tensor(numbers).argsort().int32s()
                let expected = numbers.indices.sorted {
                    (numbers[$0], $0) < (numbers[$1], $1)
                }
                #expect(order == expected.map { Int32($0) }, "\(count) numbers")
            }
            let bytes = Tensor([9, 200, 3] as [UInt8]).sorted()
            #expect(bytes.dtype == .uint8)
            #expect(try bytes.uint8s() == [3, 9, 200])
            #expect(try Tensor([true, false]).sorted().bools() == [false, true])
            #expect(try ops.argpartition(matrix, 1).int32s() == [1, 2, 0, 0, 2, 1])
            #expect(try ops.zeros([2, 0]).sorted().shape == [2, 0])
        }
    }

    @Test("Gradients of what is sorted go to where it came from") func sortedGradient() throws {
        try withBackend(.cpu) { () throws in
            let x = ReferenceTensor(TensorType([2, 4]), [3, 1, 2, 5, -1, 4, 0, 2])
            let check = try GradientCheck([x]) { arguments in
                let weights = Tensor(indicesAlong: 0, shape: [4], dtype: .float32) + 1
                let sorted = (arguments[0].sorted() * weights).sum()
                let middle = arguments[0].median(axis: 0).sum() * 0.5
                return sorted + middle + ops.topK(arguments[0], 2).values.sum() * 0.25
            }
            for comparison in try check.againstDifferences(elements: 8) {
                #expect(comparison.isWithin, "\(comparison)")
            }
        }
    }

    @Test("Middles and shares", arguments: Backends.names)
    func quantiles(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            #expect(try Tensor([4, 1, 3, 2]).median().item() == 2.5)
            #expect(try Tensor([4, .nan, 3] as [Float]).median().item().isNaN)
            #expect(try ops.nanmedian(Tensor([4, .nan, 3] as [Float])).item() == 3.5)
            #expect(try ops.nanmedian(Tensor([Float.nan])).item().isNaN)
            #expect(try Tensor([0, 10]).quantile(0.25).item() == 2.5)
            #expect(
                try ops.quantile(Tensor([.infinity, .infinity] as [Float]), 0.3).item() == .infinity
            )
            #expect(ops.percentile(ops.ones([2, 3]), [10, 50], axis: 1).shape == [2, 2])
            #expect(words(ops.quantile(ops.ones([2]), 1.5)).contains("0...1"))
            #expect(
                words(ops.quantile(ops.ones([2]), 0.5, method: "cubic")).contains("linear, lower"))
        }
    }

    @Test("Bits and divisors", arguments: Backends.names)
    func bits(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let numbers: [Int32] = [0, 1, -1, 12, -7, .max, .min, 255]
            let others: [Int32] = [5, 3, 12, 10, 2, -1, 1, 1 << 20]
            let (a, b) = (Tensor(numbers), Tensor(others))
            func each(_ body: (Int32, Int32) -> Int32) -> [Int32] { zip(numbers, others).map(body) }
            #expect(try ops.bitwiseAnd(a, b).int32s() == each(&))
            #expect(try ops.bitwiseOr(a, b).int32s() == each(|))
            #expect(try ops.bitwiseXor(a, b).int32s() == each(^))
            #expect(try ops.bitwiseNot(a).int32s() == numbers.map(~))
            for shift in [0, 1, 5, 30, 31] {
                #expect(
                    try ops.leftShift(a, shift).int32s() == numbers.map { $0 << Int32(shift) })
                #expect(
                    try ops.rightShift(a, shift).int32s() == numbers.map { $0 >> Int32(shift) })
            }
            #expect(
                try ops.gcd(Tensor([12, 0, 7, 832_040]), Tensor([18, -4, 0, 514_229])).int32s()
                    == [6, 4, 7, 1])
            #expect(try ops.lcm(Tensor([4, 0, -3]), Tensor([6, 5, 7])).int32s() == [12, 0, 21])
            #expect(words(ops.bitwiseAnd(ops.ones([2]), a)).contains("whole numbers"))
        }
    }

    @Test("Places and counts", arguments: Backends.names)
    func places(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let x = Tensor([[0, 2, 0], [3, 0, 2]])
            #expect(try x.nonzero().map { try $0.int32s() } == [[0, 1, 1], [1, 0, 2]])
            #expect(try ops.argwhere(x).int32s() == [0, 1, 1, 0, 1, 2])
            #expect(try x.unique().int32s() == [0, 2, 3])
            let all = try ops.uniqueAll(x)
            #expect(try all.indices.int32s() == [0, 1, 3])
            #expect(try all.counts.int32s() == [3, 2, 1])
            #expect(try all.inverse.int32s() == [0, 1, 0, 2, 0, 1])
            #expect(try ops.unique(x, size: 5, fillValue: -1).int32s() == [0, 2, 3, -1, -1])
            #expect(try ops.unique(Tensor([.nan, 1, .nan] as [Float])).count == 2)
            #expect(try ops.bincount(Tensor([1, 1, 4])).int32s() == [0, 2, 0, 0, 1])
            #expect(
                try ops.bincount(
                    Tensor([1, 0]), weights: Tensor([0.5, 2] as [Float]), minlength: 3
                )
                .floats() == [2, 0.5, 0])
            #expect(try ops.bincount(Tensor([[0, 1], [1, 1]])).int32s() == [1, 1, 0, 2])
            let (counts, edges) = ops.histogram(
                Tensor([1, 2, 2.5, 4, 9] as [Float]), bins: 3, range: (1, 4))
            #expect(try counts.floats() == [1, 2, 1])
            #expect(try edges.floats() == [1, 2, 3, 4])
            #expect(
                try ops.histogram(Tensor([1, 2, 2, 6] as [Float]), bins: 5).counts.floats()
                    == [1, 2, 0, 0, 1])
            #expect(try ops.view(Tensor([1] as [Float]), .int32).int32s() == [0x3f80_0000])
            #expect(
                try ops.view(Tensor([1, 256] as [Int32]), .uint8).uint8s() == [
                    1, 0, 0, 0, 0, 1, 0, 0,
                ])
        }
    }

    @Test("What depends on numbers says so in a recording and in a graph") func unknown() throws {
        try withBackend(.cpu) { () throws in
            let symbol = Input(shape: [3]).tensor
            #expect(words(ops.nonzero(symbol)[0]).contains("depends on the numbers"))
            #expect(words(ops.unique(symbol)).contains("depends on the numbers"))
            #expect(words(ops.inv(symbol)).contains("decompositions need numbers"))
            #expect(words(ops.map(symbol) { $0 }).contains("cannot hold closures"))
            let counted = try compiled { [ops.bincount($0[0], minlength: 3)] }(
                Tensor([2, 1, 2, 7]))[0]
            #expect(try counted.int32s() == [0, 1, 2])
            #expect(throws: KeratinError.self) {
                try compiled { [ops.svd($0[0]).s] }(ops.ones([2, 2]))
            }
        }
    }

    @Test("Several results carry the error") func failures() throws {
        try withBackend(.cpu) { () throws in
            let x = ops.zeros([2, 3])
            #expect(ops.split(x, 2, axis: 1).map(words).allSatisfy { $0.contains("do not divide") })
            #expect(ops.split(x, 2, axis: 1).count == 2)
            #expect(ops.split(x, .max).count == 1)
            #expect(ops.unstack(x, num: 5).count == 5)
            #expect(ops.meshgrid([x, x], indexing: "ji").count == 2)
            #expect(words(ops.svd(ops.zeros([3])).vh).contains("needs matrices"))
            #expect(words(ops.topK(x, 4).indices).contains("1...3"))
        }
    }

    @Test("Loops and choices, at once and recorded", arguments: Backends.names)
    func control(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            func check(
                _ body: @escaping ([Tensor]) throws -> Tensor, _ x: [Float], _ result: [Float]
            )
                throws
            {
                let argument = Tensor(x)
                #expect(try body([argument]).floats() == result)
                #expect(try compiled { [try body($0)] }(argument)[0].floats() == result)
            }
            try check({ ops.map($0[0]) { $0 * $0 + 1 } }, [1, 2, 3], [2, 5, 10])
            try check(
                { ops.foriLoop(0, 4, $0[0]) { $1 * 2 + $0.cast(to: .float32) } }, [1], [27])
            try check(
                {
                    try ops.whileLoop(
                        { $0[0] .< 100 }, { [$0[0] * 3] }, [$0[0].reshaped(.scalar)],
                        maximumIterations: 9)[0]
                }, [2], [162])
            try check(
                { x in ops.cond(x[0].sum() .> 2, { x[0] + 1 }, { x[0] - 1 }) }, [1, 2], [2, 3])
            try check(
                { x in
                    ops.switch(x[0][0], [{ $0[0] }, { $0[0] * 10 }, { $0[0] * 100 }], x[0])
                }, [1, 5], [10, 50])
            try check({ ops.associativeScan({ $0 + $1 }, $0[0]) }, [1, 2, 3, 4], [1, 3, 6, 10])
            try check(
                { ops.associativeScan({ $0 * $1 }, $0[0], reverse: true) }, [1, 2, 3], [6, 6, 3])
            #expect(throws: KeratinError.self) {
                try compiled { try ops.whileLoop({ $0[0] .< 9 }, { $0 }, [$0[0].sum()]) }(
                    Tensor([1] as [Float]))
            }
        }
    }

    @Test("Windows are NumPy's") func windows() throws {
        func check(_ tensor: Tensor, _ expected: [Float]) throws {
            for (got, value) in zip(try tensor.floats(), expected) {
                #expect(abs(got - value) < 1e-6, "\(got) for \(value)")
            }
            #expect(tensor.count == expected.count)
        }
        try withBackend(.cpu) { () throws in
            try check(ops.bartlett(5), [0, 0.5, 1, 0.5, 0])
            try check(ops.hanning(5), [0, 0.5, 1, 0.5, 0])
            try check(ops.hamming(4), [0.08, 0.77, 0.77, 0.08])
            try check(ops.blackman(5), [0, 0.34, 1, 0.34, 0])
            try check(
                ops.kaiser(4, 14), [7.72686684e-06, 0.462716498, 0.462716498, 7.72686684e-06])
            try check(ops.hanning(1), [1])
            try check(ops.geomspace(1, 1000, num: 4), [1, 10, 100, 1000])
            try check(ops.geomspace(-8, -1, num: 4), [-8, -4, -2, -1])
            #expect(words(ops.geomspace(-1, 1)).contains("one sign"))
            #expect(try ops.array([[1, 2], [3, 4]], dtype: .float32).shape == [2, 2])
            #expect(ops.isTensor(ops.empty([2])) && !ops.isTensor(2))
        }
    }

    @Test("Transforms of any length, there and back", arguments: Backends.names)
    func transforms(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            for length in [1, 2, 7, 32, 37, 60, 74, 97, 128, 1000] {
                let x = (0..<length).map { Float(sin(Double($0 * $0) * 0.37) + 0.2) }
                let y = ops.rfft(Tensor(x))
                let (real, imaginary) = (try y.real.floats(), try y.imaginary.floats())
                for k in stride(from: 0, to: length / 2 + 1, by: Swift.max(1, length / 9)) {
                    let (a, b) = x.enumerated().reduce((0.0, 0.0)) { sum, item in
                        let angle =
                            -2 * Double.pi * Double(item.offset * k % length) / Double(length)
                        return (
                            sum.0 + Double(item.element) * cos(angle),
                            sum.1 + Double(item.element) * sin(angle)
                        )
                    }
                    #expect(abs(Double(real[k]) - a) < 2e-4, "\(length): \(k)")
                    #expect(abs(Double(imaginary[k]) - b) < 2e-4, "\(length): \(k)")
                }
                let back = try ops.irfft(y, fftLength: length).floats()
                #expect(zip(back, x).allSatisfy { abs($0 - $1) < 1e-4 }, "\(length)")
            }
            let signal = (0..<64).map { Float(cos(Double($0) * 0.7)) }
            let parts = ops.stft(Tensor(signal), 16, 8, 16)
            let again = try ops.istft(parts, 16, 8, 16, length: 64).floats()
            #expect(zip(again, signal).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    @Test("Gradients that are given, and directional ones", arguments: Backends.names)
    func gradients(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            // Twice the true gradient, so that it is seen which one is taken.
            let square = ops.customGradient { x in
                (x[0] * x[0], { upstream in [upstream * x[0] * 4] })
            }
            let x = Tensor([1, -2, 3] as [Float])
            #expect(try square([x]).floats() == [1, 4, 9])
            let slope = gradient(at: x) { (square([$0]) * Tensor([1, 2, 3] as [Float])).sum() }
            #expect(try slope.floats() == [4, -16, 36])
            let wrong = ops.customGradient { x in (x[0], { _ in [] }) }
            #expect(throws: KeratinError.self) {
                try gradient(at: x) { wrong([$0]).sum() }.check()
            }

            let (value, tangent) = ops.jvp(
                { ops.sin($0[0]) * $0[1] },
                [Tensor([0, 1] as [Float]), Tensor([2, 3] as [Float])],
                [Tensor([1, 0.5] as [Float]), Tensor([0, 1] as [Float])])
            #expect(try abs(value[1].item() - 3 * Float(sin(1.0))) < 1e-5)
            let expected = [2, 3 * Float(cos(1.0)) * 0.5 + Float(sin(1.0))]
            for (got, known) in zip(try tangent.floats(), expected) {
                #expect(abs(got - known) < 1e-5)
            }
        }
    }

    @Test("Zeros have signs", arguments: Backends.names)
    func zeros(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let y = Tensor([0, -0.0, 0, -0.0, -0.0] as [Float])
            let x = Tensor([1, 1, -1, -1, -0.0] as [Float])
            #expect(try ops.signbit(y).bools() == [false, true, false, true, true])
            let angles = try ops.arctan2(y, x).floats()
            let half = Float(Double.pi)
            #expect(angles == [0, 0, half, -half, -half])
            #expect(angles[1].sign == .minus)
            // Along an axis the angle turns as the other coordinate moves.
            let slope = gradient(at: Tensor([0, 2] as [Float])) {
                ops.arctan2($0, Tensor([1, 2] as [Float])).sum()
            }
            #expect(try slope.floats() == [1, 0.25])
            #expect(
                try gradient(at: Tensor([0] as [Float])) { ops.arcsinh($0).sum() }.floats() == [1])
        }
    }

    @Test("Segments may be empty and out of order", arguments: Backends.names)
    func segments(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let data = Tensor([[1, 5], [7, 2], [3, 3], [-4, 9]])
            let ids = Tensor([2, -1, 2, 0])
            #expect(
                try ops.segmentMax(data, ids, numSegments: 3)[[0, 2]].int32s() == [-4, 9, 3, 5])
            #expect(try ops.segmentProd(data, ids).int32s() == [-4, 9, 1, 1, 3, 15])
            #expect(try ops.segmentMin(data, ids)[1].int32s() == [.max, .max])
            let slope = gradient(at: Tensor([[2], [3], [4]] as [[Float]])) {
                ops.segmentProd($0, Tensor([0, 1, 0])).sum()
            }
            #expect(try slope.floats() == [4, 1, 2])
            // Of several updates of a place the last one stays.
            let x = ops.scatterUpdate(
                ops.zeros([3]), Tensor([[1], [0], [1]]), Tensor([5, 6, 7] as [Float]))
            #expect(try x.floats() == [6, 7, 0])
        }
    }
}

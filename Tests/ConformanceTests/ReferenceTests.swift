import KeratinCore
import KeratinTestKit
import Testing

@Suite("Reference backend")
struct ReferenceTests {
    private func floats(_ shape: Shape, _ values: [Double]) -> ReferenceTensor {
        ReferenceTensor(TensorType(shape), values)
    }

    private func evaluate(_ operation: Operation, _ inputs: [ReferenceTensor]) throws -> [Double] {
        try ReferenceEvaluator.evaluate(operation, inputs)[0].values
    }

    @Test("Philox's known answers (Random123's kat_vectors)")
    func philox() throws {
        let pi: SIMD4<UInt32> = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]
        #expect(
            Philox.block(counter: .zero, key: .zero)
                == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        #expect(
            Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
                == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
            Philox.block(counter: pi, key: [0xa409_3822, 0x299f_31d0])
                == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
        let state = ReferenceTensor(TensorType([4], .int32), [0, 0, 0, 0])
        let bits = try evaluate(.primitive(.randomBits([2], stream: 0)), [state])
        #expect(
            bits == [
                Double(Int32(bitPattern: 0x6627_e8d5)), Double(Int32(bitPattern: 0xe169_c58d)),
            ])
    }

    @Test("Matrix product, by hand")
    func matmul() throws {
        let a = floats([2, 3], [1, 2, 3, 4, 5, 6])
        let b = floats([3, 2], [7, 8, 9, 10, 11, 12])
        let product = Operation.primitive(.matmul(transposeLeft: false, transposeRight: false))
        #expect(try evaluate(product, [a, b]) == [58, 64, 139, 154])
        let gram = Operation.primitive(.matmul(transposeLeft: false, transposeRight: true))
        #expect(try evaluate(gram, [a, a]) == [14, 32, 32, 77])
    }

    @Test("Convolution with stride and padding, by hand")
    func convolution() throws {
        let window = Window(
            sizes: [3], strides: [2], dilations: [1], paddingLow: [1], paddingHigh: [1])
        let convolution = Convolution(ConvolutionGeometry(window: window))
        let x = floats([1, 5, 1], [1, 2, 3, 4, 5])
        let filter = floats([3, 1, 1], [1, 10, 100])
        #expect(try evaluate(.fused(convolution), [x, filter]) == [210, 432, 54])
    }

    @Test("Maximum pooling sends the gradient to the first maximum")
    func poolingTies() throws {
        let window = Window(sizes: [2], strides: [1], padding: .valid, input: [3])
        let gradient = PoolingGradient(.maximum, window, input: [1, 3, 1])
        let x = floats([1, 3, 1], [5, 5, 5])
        let dy = floats([1, 2, 1], [1, 10])
        #expect(
            try evaluate(.fused(gradient), [x, floats([1, 2, 1], [5, 5]), dy]) == [1, 10, 0])
    }

    @Test("A program with a loop")
    func scan() throws {
        let body = ProgramBuilder()
        let carry = body.input(TensorType(.scalar))
        let row = body.input(TensorType(.scalar))
        let sum = try body.binary(.add, carry, row)
        let builder = ProgramBuilder()
        let start = builder.input(TensorType(.scalar))
        let rows = builder.input(TensorType([4]))
        let loop = Scan(
            body: body.program(outputs: [sum, carry]), length: 4, carryCount: 1, sequenceCount: 1,
            reverse: true)
        let outputs = try builder.append(loop, [start, rows])
        let results = try ReferenceEvaluator.evaluate(
            builder.program(outputs: outputs), [floats([], [1]), floats([4], [1, 2, 3, 4])])
        #expect(results[0].values == [11])
        #expect(results[1].values == [10, 8, 5, 1])
    }

    @Test("Memory limits and foreign slices are errors")
    func errors() throws {
        let backend = ReferenceBackend(memoryBytes: 1000)
        #expect(throws: BackendError.self) { try backend.allocate(byteCount: 1001) }
        let buffer = try backend.allocate(byteCount: 8)
        var bytes = [UInt8](repeating: 0, count: 16)
        #expect(throws: BackendError.self) {
            try bytes.withUnsafeMutableBytes { try backend.read(BufferSlice(buffer), into: $0) }
        }
        let argument = Argument(TensorType([2]), BufferSlice(buffer))
        #expect(throws: BackendError.self) {
            try backend.makePlan([
                .launch(
                    LaunchRequest(
                        operation: .primitive(.fill(value: 0, type: TensorType([3]))), inputs: [],
                        results: [argument]))
            ])
        }
    }

    @Test("The tolerance sees NaN, infinities and small elements")
    func tolerance() {
        #expect(Tolerance.kernel.compare([1, 2], [1, 2.00001]).isWithin)
        #expect(!Tolerance.kernel.compare([1, 2], [1, 2.01]).isWithin)
        #expect(!Tolerance.kernel.compare([.nan], [1]).isWithin)
        #expect(!Tolerance.kernel.compare([1], [.nan]).isWithin)
        #expect(Tolerance.kernel.compare([.nan, .infinity], [.nan, 1e300]).isWithin)
        #expect(!Tolerance.kernel.compare([-.infinity], [.infinity]).isWithin)
        #expect(Tolerance.kernel.compare([1, 1e-5], [1, 0]).isWithin)
        #expect(!Tolerance.elementwise.compare([1, 1e-5], [1, 0]).isWithin)
        #expect(!Tolerance.exact.compare([1], [1.0000001]).isWithin)
        #expect(!Tolerance.exact.compare([1, 2], [1]).isWithin)
    }
}

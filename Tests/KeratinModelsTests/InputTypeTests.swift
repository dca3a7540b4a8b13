import Keratin
import KeratinCore
import KeratinLayers
import Testing

/// Data of other types than float32, and layers that want floats.
@Suite("Types of inputs and labels", .serialized)
struct InputTypeTests {
    private func integers(_ shape: Shape) throws -> NDArray {
        NDArray((0..<shape.count).map { Int32($0 * 7 % 20) }, shape: shape)
    }

    static let stacks: [(name: String, shape: [Int], layers: @Sendable () -> [Layer])] = [
        ("dense", [3], { [Dense(2, kernelInitializer: .constant(0.1))] }),
        ("flatten", [2, 3], { [Flatten(), Dense(2, kernelInitializer: .constant(0.1))] }),
        ("reshape", [6], { [Reshape([2, 3]), SimpleRNN(2, kernelInitializer: .constant(0.01))] }),
        ("permute", [2, 3], { [Permute([2, 1]), Dense(1, kernelInitializer: .constant(0.1))] }),
        ("dropout", [4], { [Dropout(0.5), Dense(1, kernelInitializer: .constant(0.1))] }),
        ("identity", [4], { [Identity(), BatchNormalization()] }),
        ("repeat", [3], { [RepeatVector(2), GRU(2, kernelInitializer: .constant(0.01))] }),
        (
            "pooling", [4, 4, 1],
            { [MaxPooling2D(poolSize: 2), Flatten(), Dense(1, kernelInitializer: .constant(0.1))] }
        ),
        ("average", [4, 4, 1], { [AveragePooling2D(poolSize: 2)] }),
        (
            "padding", [4, 4, 1],
            {
                [
                    ZeroPadding2D(padding: 1),
                    Conv2D(1, kernelSize: 3, kernelInitializer: .constant(0.1)),
                ]
            }
        ),
        (
            "cropping", [4, 4, 1],
            {
                [
                    Cropping2D(cropping: 1), UpSampling2D(size: 2),
                    DepthwiseConv2D(2, depthwiseInitializer: .constant(0.1)),
                ]
            }
        ),
        ("normalisation", [4], { [LayerNormalization(), UnitNormalization()] }),
        ("activation", [4], { [Activation("tanh"), Dense(1, kernelInitializer: .constant(0.1))] }),
        ("both ways", [3, 2], { [Bidirectional(LSTM(2, kernelInitializer: .constant(0.01)))] }),
        (
            "step by step", [3, 2],
            { [TimeDistributed(Dense(2, kernelInitializer: .constant(0.1)))] }
        ),
        ("rescaling", [4], { [Rescaling(0.1), Dense(1, kernelInitializer: .constant(0.1))] }),
        (
            "global", [4, 2],
            { [GlobalAveragePooling1D(), Dense(1, kernelInitializer: .constant(0.1))] }
        ),
    ]

    /// Conversions are backends' own, what layers do with them is not: OpenCL, whose kernels take time to build, runs some.
    private static let runs = Backends.names.flatMap { backend in
        stacks.indices.filter { backend == "cpu" || $0 % 5 == 0 }.map { (backend, $0) }
    }

    @Test("Integers give what the same floats give", arguments: runs)
    func integersAreFloats(_ backend: String, _ index: Int) throws {
        let stack = Self.stacks[index]
        try withBackend(BackendChoice(backend)) {
            let x = try integers(Shape([5] + stack.shape))
            let bytes = try NDArray(x.floats().map { UInt8($0) }, shape: x.shape)
            func result(_ type: DType, _ x: NDArray) throws -> NDArray {
                try RandomSeed.with(7) {
                    let model = try Sequential(
                        [Input(shape: stack.shape.map { $0 }, dtype: type)] + stack.layers())
                    let got = try model.predict(x)
                    // A step of training runs too.
                    try model.compile(optimizer: .sgd(learningRate: 0.001), loss: "mse")
                    try model.fit(x, got, epochs: 1, verbose: 0)
                    return got
                }
            }
            let expected = try result(.float32, NDArray(x.floats(), shape: x.shape))
            #expect(try result(.int32, x) == expected, "\(stack.name)")
            #expect(try result(.uint8, bytes) == expected, "\(stack.name)")
            #expect(try result(.float32, x) == expected, "\(stack.name)")
        }
    }

    @Test("What only passes integers on gives integers")
    func passesOn() throws {
        let model = try Sequential([Input(shape: [2, 3], dtype: .int32), Flatten()])
        let x = try integers([4, 2, 3])
        #expect(try model.predict(x).int32s() == x.int32s())
    }

    @Test("A layer of a user computes with integers as Keras does", arguments: Backends.names)
    func custom(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let a = Tensor([3, -4, 7] as [Int32])
            let b = Tensor([0.5, 2, 1] as [Float])
            #expect(try (a + b).floats() == [3.5, -2, 8])
            #expect(try (a * 2).int32s() == [6, -8, 14])
            #expect(try (a * 0.5).floats() == [1.5, -2, 3.5])
            #expect(try (a / 2).floats() == [1.5, -2, 3.5])
            #expect(try (a / a).floats() == [1, 1, 1])
            #expect(try a.tanh().floats()[0] == Tensor([3] as [Float]).tanh().floats()[0])
            #expect(try a.mean().floats() == [2])
            #expect(try Tensor([true, false, true]).sum().int32s() == [2])
            #expect(try Tensor.concatenate([a, b]).floats() == [3, -4, 7, 0.5, 2, 1])
            let bytes = Tensor([1, 2, 3] as [UInt8])
            #expect(try (bytes + a).int32s() == [4, -2, 10])
            #expect(try (bytes - 1).int32s() == [0, 1, 2])
        }
    }

    @Test("Wide integers become floats, or an error where integers are wanted")
    func wide() throws {
        let values: [Int64] = [1, 5_000_000_000, -3, 7_000_000_000]
        let x = NDArray(values, shape: [2, 2])
        let model = try Sequential([
            Input(shape: [2]), Dense(1, kernelInitializer: .constant(1e-9)),
        ])
        let got = try model.predict(x).floats()
        #expect(abs(got[0] - 5) < 1e-5 && abs(got[1] - 7) < 1e-5)
        try model.compile(optimizer: .sgd(learningRate: 0), loss: "mae")
        let labels = NDArray([5_000_000_000, 0] as [Int64], shape: [2, 1])
        let loss = try model.evaluate(x, labels, verbose: 0)["loss"]!
        #expect(abs(loss - 2.5e9) < 1e3)
        let counting = try Sequential([Input(shape: [2], dtype: .int32), Dense(1)])
        #expect(throws: KeratinError.self) { try counting.predict(x) }
    }

    @Test("Data types of inputs: digits and wrapping")
    func types() throws {
        #expect(InputType.float16.rounded(1.0009765) == 1.0009766)
        #expect(InputType.float16.rounded(1.0004) == 1)
        #expect(InputType.float16.rounded(65519) == 65504)
        #expect(InputType.float16.rounded(65520) == .infinity)
        #expect(InputType.float16.rounded(-1e-8) == 0)
        #expect(InputType.float16.rounded(5.9604645e-8) == 5.9604645e-8)
        #expect(InputType.float16.rounded(.nan).isNaN)
        #expect(InputType.bfloat16.rounded(1.00390625) == 1)
        #expect(InputType.bfloat16.rounded(1.01171875) == 1.015625)
        #expect(InputType.int8.narrowed(200) == -56)
        #expect(InputType.uint16.narrowed(-1) == 65535)
        #expect(InputType.int64.narrowed(1 << 40) == nil)
    }

    @Test("Floats for an input of bytes are cut off; what does not fit is an error")
    func bytes() throws {
        let model = try Sequential([Input(shape: [2], dtype: .uint8), Flatten()])
        let got = try model.predict(NDArray([1.9, 254.2], shape: [1, 2]))
        #expect(try got.uint8s() == [1, 254])
        for wrong in [Float.nan, .infinity, 1e20] {
            #expect(throws: KeratinError.self) {
                try model.predict(NDArray([wrong, 0], shape: [1, 2]))
            }
        }
    }

    /// Fails after its first weight.
    private final class HalfMade: Layer {
        var fails = true
        override func build(inputShape: [Int?]) throws {
            try addWeight(name: "first", shape: [inputShape.last!!], initializer: .zeros)
            if fails {
                throw BackendError.outOfMemory(
                    needed: 1, available: 0, largestAllocation: 0, context: "a test")
            }
            try addWeight(name: "second", shape: [1], initializer: .zeros)
        }
    }

    @Test("A build that fails leaves nothing behind")
    func halfMade() throws {
        try withBackend(.cpu) {
            let layer = HalfMade()
            #expect(throws: BackendError.self) { try layer.buildIfNeeded(inputShape: [nil, 3]) }
            #expect(layer.weights.isEmpty && !layer.isBuilt)
            let below = Dense(4)
            let model = try Sequential([below, layer])
            let x = NDArray([1, 2, 3], shape: [1, 3])
            #expect(throws: BackendError.self) { try model.predict(x) }
            #expect(below.weights.isEmpty && !below.isBuilt && !model.isBuilt)
            // Another shape is as good as the first.
            layer.fails = false
            _ = try model.predict(NDArray([1, 2], shape: [1, 2]))
            #expect(below.weights[0].shape == [2, 4] && layer.weights.count == 2)
        }
    }
}

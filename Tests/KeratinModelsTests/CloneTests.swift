import Keratin
import KeratinCore
import Testing

@testable import KeratinModels

@Suite("Clones of models, and what is known of graphs", .serialized)
struct CloneTests {
    private let x = [Float]((0..<12).map { Float($0) / 5 - 1 })

    private func sharedGraph() throws -> Model {
        let (a, b) = (Input(shape: [4], name: "a"), Input(shape: [4], name: "b"))
        let tower = try Sequential(
            [Input(shape: [4], name: "begin"), Dense(3, activation: .tanh, name: "shared")],
            name: "tower")
        let scale = Dense(2, name: "scale")
        let joined = Concatenate(name: "joined")([scale(tower(a)), scale(tower(b))])
        let distance = ops.sqrt(ops.sum(joined ** 2, axis: -1, keepDims: true) + 1e-7)
        return try Model(inputs: [a, b], outputs: [joined, distance], name: "pair")
    }

    private func predict(_ model: Model) throws -> [NDArray] {
        let array = NDArray(x, shape: [3, 4])
        return try model.predictAll(model.inputs.map { _ in array })
    }

    @Test("New weights, the same graph", arguments: Backends.names)
    func functional(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let model = try sharedGraph()
            try model.getLayer("scale").trainable = false
            let clone = try cloneModel(model)
            #expect(clone.name == "pair")
            #expect(clone.layers.map(\.name) == model.layers.map(\.name))
            #expect(clone.inputNames == model.inputNames && clone.outputNames == model.outputNames)
            #expect(clone.weights.map(\.shape) == model.weights.map(\.shape))
            #expect(clone.trainableWeights.count == model.trainableWeights.count)
            for (a, b) in zip(clone.layers, model.layers) { #expect(a !== b) }
            #expect(try predict(clone) != predict(model))
            try clone.setWeights(model.getWeights())
            #expect(try predict(clone) == predict(model))
            #expect(try clone.toJSON() == model.toJSON())
            // Training one leaves the other alone.
            try clone.compile(optimizer: .sgd(), loss: ["mse", nil])
            let array = NDArray(x, shape: [3, 4])
            let before = try predict(model)
            try clone.fit([array, array], [array], epochs: 1, verbose: 0)
            #expect(try predict(model) == before)
        }
    }

    @Test("Stacks, and models inside of models") func stacks() throws {
        try withBackend(.cpu) {
            let stack = try Sequential([Input(shape: [4]), Dense(3), Dropout(0.5), Dense(1)])
            let clone: Sequential = try cloneModel(stack)
            #expect(clone.isBuilt && clone.layers.map(\.name) == stack.layers.map(\.name))
            try clone.setWeights(stack.getWeights())
            #expect(try predict(clone) == predict(stack))
            // Without an input known before there are data.
            let late = try Sequential([Dense(3)])
            _ = try predictLate(late)
            let second = try cloneModel(late)
            #expect(second.inputShape == nil && !second.isBuilt)
            let copy = try cloneModel(try Sequential([stack, Dense(2)]))
            #expect(copy.layers[0] is Sequential && copy.layers[0] !== stack)
        }
    }

    private func predictLate(_ model: Model) throws -> NDArray {
        try model.predict(NDArray(x, shape: [3, 4]))
    }

    @Test("Other layers in the places of some, other calls, other inputs") func functions() throws {
        try withBackend(.cpu) {
            let model = try sharedGraph()
            var asked: [String] = []
            let clone = try cloneModel(
                model,
                cloneFunction: { layer in
                    asked.append(layer.name)
                    return layer is Dense
                        ? Dense(2, activation: .relu, name: layer.name) : try layer.copied()
                })
            #expect(asked.sorted() == ["joined", "scale", "tower"])
            #expect(try predict(clone)[0].floats().allSatisfy { $0 >= 0 })
            asked = []
            _ = try cloneModel(
                model,
                cloneFunction: {
                    asked.append($0.name)
                    return try $0.copied()
                }, recursive: true)
            #expect(asked.sorted() == ["joined", "scale", "shared"])

            let wide = Input(shape: [6])
            let narrow = Dense(4)(wide)
            let behind = try cloneModel(
                model, inputTensors: [Input(shape: [4], name: "left"), narrow])
            #expect(behind.inputShapes == [[nil, 4], [nil, 4]])
            var calls = 0
            _ = try cloneModel(
                model,
                callFunction: { layer, inputs, context in
                    calls += 1
                    return try layer.apply(inputs, context, takesList: inputs.count > 1)
                })
            #expect(calls == 5)
            #expect(throws: KeratinError.self) { try cloneModel(model, inputTensors: [wide]) }
            // Of a shape that the layers do not fit.
            let shallow = try Model(inputs: wide, outputs: Dense(1)(narrow))
            #expect(throws: KeratinError.self) {
                try cloneModel(shallow, inputTensors: [Input(shape: [6, 6, 6])]).setWeights(
                    model.getWeights())
            }
        }
    }

    /// Can be made of its configuration.
    private final class Block: Layer, ConfigurableLayer {
        let dense: Dense
        init(_ units: Int, name: String? = nil) {
            dense = Dense(units, name: "dense")
            super.init(name: name)
        }
        convenience init(from configuration: Configuration) throws {
            self.init(try configuration.integer("units"), name: configuration.name)
        }
        override func getConfig() throws -> [String: ConfigValue] {
            try super.getConfig().merging(["units": 3]) { $1 }
        }
        override func call(_ input: Tensor, training: Bool) throws -> Tensor {
            dense(input, training: training)
        }
    }

    private final class Plain: Layer {
        override func call(_ input: Tensor, training: Bool) throws -> Tensor { input }
    }

    @Test("Layers of users, and closures") func custom() throws {
        try withBackend(.cpu) {
            let model = try Sequential([
                Input(shape: [4]), Block(3), Lambda { $0 * 2 }, Activation(.relu),
            ])
            let clone = try cloneModel(model)
            try clone.setWeights(model.getWeights())
            #expect(try predict(clone) == predict(model))
            let other = try Sequential([Input(shape: [4]), Plain()])
            let error = #expect(throws: KeratinError.self) { try cloneModel(other) }
            #expect(error?.description.contains("cloneFunction") == true)
            _ = try cloneModel(other, cloneFunction: { _ in Plain() })
        }
    }

    @Test("Where symbolic tensors come from") func sources() throws {
        let (a, b) = (Input(shape: [4], name: "a"), Input(shape: [4], name: "b"))
        let sum = Add()([Dense(4)(a), b])
        #expect(isKerasTensor(sum) && isKerasTensor(a) && !isKerasTensor(3))
        #expect(!isKerasTensor(try withBackend(.cpu) { try Tensor(1) }))
        let found = try getSourceInputs(sum)
        #expect(found.map { $0.graph?.node.function.name } == ["a", "b"])
        #expect(try getSourceInputs(a).count == 1)
        #expect(throws: KeratinError.self) {
            try withBackend(.cpu) { try getSourceInputs(Tensor(1)) }
        }
    }

    @Test("What was registered is found by name") func registered() throws {
        CustomObjects.register(layer: Block.self, package: "Mine")
        CustomObjects.register(ActivationFunction("twice") { $0 * 2 }, name: "twice")
        defer { CustomObjects.removeAll() }
        #expect(getRegisteredName(Block.self) == "Mine>Block")
        #expect(getRegisteredName(Dense.self) == "Dense")
        #expect(getCustomObjects().keys.sorted() == ["Custom>twice", "Mine>Block"])
        #expect(getRegisteredObject("Mine>Block") is Block.Type)
        #expect(getRegisteredObject("twice") is ActivationFunction)
        #expect(getRegisteredObject("Nothing") == nil)
    }

    @Test("Losses of layers that are called on numbers") func losses() throws {
        try withBackend(.cpu) {
            final class Penalized: Layer {
                override func call(_ input: Tensor, training: Bool) throws -> Tensor {
                    try addLoss(input.sum())
                    return input
                }
            }
            let model = try Sequential([
                Input(shape: [2]), Penalized(),
                Dense(1, kernelInitializer: .ones, kernelRegularizer: .l2(0.5)),
            ])
            let numbers = Tensor([1, 2], shape: [1, 2])
            try (model(numbers)).check()
            try (model(numbers)).check()
            #expect(try model.losses.map { try $0.item() } == [3, 1])
        }
    }

    @Test("The whole state of a model goes out and in") func stateTree() throws {
        try withBackend(.cpu) {
            let model = try Sequential([
                Input(shape: [4]), Dense(3), BatchNormalization(), Dense(1),
            ])
            try model.compile(optimizer: .adam(), loss: "mse")
            let (a, b) = (NDArray(x, shape: [3, 4]), NDArray([1, 2, 3]))
            try model.fit(a, b, verbose: 0)
            let tree = try model.getStateTree()
            #expect(tree["trainable_variables"]?.count == 6)
            #expect(tree["non_trainable_variables"]?.count == 2)
            let before = try model.getWeights()
            try model.fit(a, b, epochs: 2, verbose: 0)
            #expect(try model.getWeights() != before)
            try model.setStateTree(tree)
            #expect(try model.getWeights() == before)
            #expect(throws: KeratinError.self) {
                try model.setStateTree(["trainable_variables": ["nothing/kernel": b]])
            }
        }
    }
}

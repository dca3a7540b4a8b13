import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinTensor
import Testing

/// Losses against real Keras, on every backend: values, gradients, weights, masks, reductions, configurations.
@Suite("Keras losses", .serialized) struct GoldenLossTests {
    @Test("Values and gradients", arguments: Backends.names)
    func losses(backend: String) throws {
        let file = try GoldenFile<GoldenLossCase>.load("losses", in: GoldenFileTests.folder)
        try withBackend(BackendChoice(backend)) {
            let all = try batchedResults(Backends.share(of: file.cases, backend)) { golden in
                let loss = try GoldenLayers.loss(golden.loss.function, golden.loss.config)
                return (
                    [golden.yTrue, golden.yPred, golden.cotangent],
                    { try value($0, loss, $1, golden.through, nil, nil) }
                )
            }
            for (golden, values) in all {
                expect(values[0], golden.value, "\(golden.name): value")
                expect(values[1], golden.gradient, "\(golden.name): gradient")
            }
        }
    }

    @Test("Every loss with weights, masks and reductions", arguments: Backends.names)
    func families(backend: String) throws { try check("loss_families", backend) }

    @Test("Connectionist temporal classification", arguments: Backends.names)
    func ctc(backend: String) throws { try check("ctc_losses", backend) }

    private func check(_ family: String, _ backend: String) throws {
        let file = try GoldenFile<GoldenWeightedLossCase>.load(family, in: GoldenFileTests.folder)
        try withBackend(BackendChoice(backend)) {
            let all = try batchedResults(Backends.share(of: file.cases, backend)) { golden in
                let loss = try Loss.deserialize(golden.loss)
                var inputs = [golden.yTrue, golden.yPred, golden.cotangent]
                if let weight = golden.sampleWeight { inputs.append(weight) }
                if let mask = golden.mask { inputs.append(mask) }
                return (
                    inputs,
                    { trace, arguments in
                        let weight = golden.sampleWeight == nil ? nil : arguments[3]
                        let mask = golden.mask == nil ? nil : arguments[arguments.count - 1]
                        return try value(
                            trace, loss, arguments, golden.through, weight,
                            mask?.cast(to: .bool))
                    }
                )
            }
            for (golden, values) in all {
                expect(values[0], golden.value, "\(golden.name): value")
                expect(values[1], golden.gradient, "\(golden.name): gradient")
            }
        }
    }

    private func value(
        _ trace: Trace, _ loss: Loss, _ arguments: [Tensor], _ through: String?,
        _ weight: Tensor?, _ mask: Tensor?
    ) throws -> [Tensor] {
        var yPred = arguments[1]
        if let through { yPred = try ActivationFunction(stringLiteral: through)(yPred) }
        yPred.mask = mask
        let value = loss(arguments[0], yPred, sampleWeight: weight)
        let product = (value * arguments[2]).sum()
        return [value] + (try trace.gradients(of: product, withRespectTo: [arguments[1]]))
    }

    @Test("What is read is written again")
    func configurations() throws {
        let file = try GoldenFile<GoldenWeightedLossCase>.load(
            "loss_families", in: GoldenFileTests.folder)
        let ctc = try GoldenFile<GoldenWeightedLossCase>.load(
            "ctc_losses", in: GoldenFileTests.folder)
        for golden in file.cases + ctc.cases {
            let written = try Loss.deserialize(golden.loss).serialized()
            #expect(written.canonical == golden.loss.canonical, "\(golden.name)")
        }
        for name in ["mse", "MAE", "mean_squared_error", "KLD", "Huber", "ce"] {
            let loss = try Loss.deserialize(.string(name))
            #expect(try loss.serialized() == .string(name))
            let function: ConfigValue = ["class_name": "function", "config": .string(name)]
            #expect(try Loss.deserialize(function).serialized() == .string(name))
        }
        let wrapped = try Loss.deserialize([
            "module": "keras.losses", "class_name": "LossFunctionWrapper",
            "config": [
                "name": "mine", "reduction": "sum",
                "fn": ["class_name": "function", "config": "huber", "module": "keras.losses"],
                "delta": 0.5,
            ],
        ])
        let config = try wrapped.serialized()["config"]
        #expect(config?["delta"] == 0.5 && config?["name"] == "mine" && wrapped.reduction == .sum)
    }

    @Test("What is wrong is said")
    func errors() throws {
        #expect(throws: KeratinError.self) { try Loss.deserialize("mean_squared_eror") }
        #expect(throws: KeratinError.self) {
            try Loss.deserialize(["class_name": "Huber", "config": ["reduction": "avg"]])
        }
        #expect(throws: KeratinError.self) {
            try Loss.deserialize(["class_name": "Huber", "config": ["delta": "wide"]])
        }
        #expect(throws: KeratinError.self) { try Loss("mine") { try $1 - $0 }.serialized() }
        try withBackend(.cpu) {
            let (y, p) = (Tensor([0, 1]), Tensor([0, 1, 2], shape: [1, 3]))
            #expect(throws: KeratinError.self) {
                try Loss.sparseCategoricalCrossentropy()(y, p).check()
            }
            #expect(throws: KeratinError.self) {
                try Loss.categoricalCrossentropy()(y, p).check()
            }
            #expect(throws: KeratinError.self) { try Loss.ctc(y, p).check() }
            #expect(throws: KeratinError.self) {
                try Loss.categoricalGeneralizedCrossEntropy(q: 2)(Tensor([0]), p).check()
            }
        }
    }
}

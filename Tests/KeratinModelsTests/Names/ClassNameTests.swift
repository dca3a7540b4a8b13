import Keratin
import KeratinCore
import KeratinIO
import Testing

@testable import KeratinLayers

/// Keras's classes under their names: made without arguments each is what Keras's class is, and what files hold of it.
@Suite("Keras's classes by their names") struct ClassNameTests {
    private func json(_ object: some Serializable) throws -> String {
        JSON.encode(try object.serialized())
    }

    private func check<Object: SerializableFunction>(_ made: [String: Object]) throws {
        for (name, object) in made {
            let known = try Object.make(name, Configuration([:], of: name))
            #expect(try json(object) == json(known), "\(name)")
        }
    }

    private func checkMetrics(_ made: [String: Metric]) throws {
        for (name, metric) in made {
            let make = try #require(Metric.classes[name])
            let known = try make(Configuration([:], of: name))
            #expect(
                try JSON.encode(metric.serialized()) == JSON.encode(known.serialized()), "\(name)")
        }
    }

    @Test func losses() throws {
        try check(
            [
                "MeanSquaredError": MeanSquaredError(), "MeanAbsoluteError": MeanAbsoluteError(),
                "MeanAbsolutePercentageError": MeanAbsolutePercentageError(),
                "MeanSquaredLogarithmicError": MeanSquaredLogarithmicError(),
                "CosineSimilarity": CosineSimilarity(), "Huber": Huber(), "LogCosh": LogCosh(),
                "Hinge": Hinge(), "SquaredHinge": SquaredHinge(),
                "CategoricalHinge": CategoricalHinge(), "KLDivergence": KLDivergence(),
                "Poisson": Poisson(), "BinaryCrossentropy": BinaryCrossentropy(),
                "BinaryFocalCrossentropy": BinaryFocalCrossentropy(),
                "CategoricalCrossentropy": CategoricalCrossentropy(),
                "CategoricalFocalCrossentropy": CategoricalFocalCrossentropy(),
                "SparseCategoricalCrossentropy": SparseCategoricalCrossentropy(),
                "CategoricalGeneralizedCrossEntropy": CategoricalGeneralizedCrossEntropy(),
                "Dice": Dice(), "Tversky": Tversky(), "Circle": Circle(), "CTC": CTC(),
            ] as [String: Loss])
        #expect(
            try Huber(delta: 2, reduction: .sum, name: "h").serialized()["config"]?["delta"] == 2.0)
        #expect(Huber(delta: 2, reduction: .sum, name: "h").name == "h")
    }

    @Test func metrics() throws {
        try checkMetrics(
            [
                "MeanSquaredError": MeanSquaredError(), "MeanAbsoluteError": MeanAbsoluteError(),
                "LogCoshError": LogCoshError(), "Hinge": Hinge(), "Poisson": Poisson(),
                "KLDivergence": KLDivergence(), "CosineSimilarity": CosineSimilarity(),
                "BinaryCrossentropy": BinaryCrossentropy(), "Accuracy": Accuracy(),
                "CategoricalCrossentropy": CategoricalCrossentropy(),
                "SparseCategoricalCrossentropy": SparseCategoricalCrossentropy(),
                "BinaryAccuracy": BinaryAccuracy(), "CategoricalAccuracy": CategoricalAccuracy(),
                "SparseCategoricalAccuracy": SparseCategoricalAccuracy(),
                "TopKCategoricalAccuracy": TopKCategoricalAccuracy(),
                "SparseTopKCategoricalAccuracy": SparseTopKCategoricalAccuracy(),
                "RootMeanSquaredError": RootMeanSquaredError(), "R2Score": R2Score(),
                "PearsonCorrelation": PearsonCorrelation(),
                "ConcordanceCorrelation": ConcordanceCorrelation(), "AUC": AUC(),
                "Precision": Precision(), "Recall": Recall(), "TruePositives": TruePositives(),
                "TrueNegatives": TrueNegatives(), "FalsePositives": FalsePositives(),
                "FalseNegatives": FalseNegatives(), "F1Score": F1Score(),
                "FBetaScore": FBetaScore(),
                "Mean": Mean(), "Sum": Sum(),
            ] as [String: Metric])
        #expect(Mean(name: "kl_loss").name == "kl_loss")
        #expect(AUC(numThresholds: 50, name: "area").name == "area")
    }

    @Test func optimizers() throws {
        try check(
            [
                "SGD": SGD(), "RMSprop": RMSprop(), "Adagrad": Adagrad(), "Adadelta": Adadelta(),
                "Adam": Adam(), "AdamW": AdamW(), "Adamax": Adamax(), "Nadam": Nadam(),
                "Ftrl": Ftrl(), "Lion": Lion(), "Lamb": Lamb(), "Adafactor": Adafactor(),
                "Muon": Muon(),
            ] as [String: Optimizer])
        let all: [Optimizer] = [
            Adam(0.25), Adam(learningRate: 0.25), .adam(0.25), .adam(learningRate: 0.25),
            Adam(Float(0.25)), Adam(LearningRate(0.25)),
        ]
        for optimizer in all { #expect(optimizer.learningRate.constant == 0.25) }
        #expect(Adam(1e-4, beta1: 0.5, clipnorm: 2).options.clipnorm == 2)
        let config = try Adam(1e-4, beta1: 0.5, clipnorm: 2, name: "mine").serialized()["config"]
        #expect(config?["beta_1"] == 0.5 && config?["clipnorm"] == 2.0)
        #expect(config?["name"] == "mine")
        #expect(try AdamW(weightDecay: 0.01).serialized()["config"]?["weight_decay"] == 0.01)
        let named: [String: Optimizer] = ["sgd": SGD(0.1), "nadam": Nadam(), "adam": Adam()]
        for (name, optimizer) in named { #expect(optimizer.name == name) }
    }

    @Test func schedules() throws {
        let decay: [LearningRate] = [
            ExponentialDecay(0.5, decaySteps: 10, decayRate: 0.5),
            ExponentialDecay(initialLearningRate: 0.5, decaySteps: 10, decayRate: 0.5),
            .exponentialDecay(initialLearningRate: 0.5, decaySteps: 10, decayRate: 0.5),
        ]
        for rate in decay { #expect(rate(10) == 0.25 && rate(0) == 0.5) }
        #expect(Adam(decay[0]).learningRate(20) == 0.125)
        #expect(PiecewiseConstantDecay([5], [1, 0.5])(6) == 0.5)
        #expect(InverseTimeDecay(1, decaySteps: 1, decayRate: 1)(1) == 0.5)
        #expect(PolynomialDecay(1, decaySteps: 2, endLearningRate: 0)(1) == 0.5)
        #expect(abs(CosineDecay(1, decaySteps: 2)(1) - 0.5) < 1e-12)
        #expect(CosineDecayRestarts(1, firstDecaySteps: 2)(0) == 1)
    }

    @Test func initializersRegularizersConstraints() throws {
        try check(
            [
                "Zeros": Zeros(), "Ones": Ones(), "RandomUniform": RandomUniform(),
                "RandomNormal": RandomNormal(), "TruncatedNormal": TruncatedNormal(),
                "VarianceScaling": VarianceScaling(), "GlorotUniform": GlorotUniform(),
                "GlorotNormal": GlorotNormal(), "HeUniform": HeUniform(), "HeNormal": HeNormal(),
                "LecunUniform": LecunUniform(), "LecunNormal": LecunNormal(),
                "Orthogonal": Orthogonal(), "IdentityInitializer": IdentityInitializer(),
            ] as [String: Initializer])
        #expect(try Constant(0.5).values([2]) == [0.5, 0.5])
        #expect(
            try HeNormal(seed: 1).values([3, 2]) == Initializer.heNormal.seeded(1).values([3, 2]))
        #expect(try HeNormal(seed: 1).values([3, 2]) != HeNormal(seed: 2).values([3, 2]))
        try check(
            [
                "L1": L1(), "L2": L2(), "L1L2": L1L2(),
                "OrthogonalRegularizer": OrthogonalRegularizer(),
            ] as [String: Regularizer])
        try check(
            [
                "NonNeg": NonNeg(), "MaxNorm": MaxNorm(), "UnitNorm": UnitNorm(),
                "MinMaxNorm": MinMaxNorm(),
            ] as [String: Constraint])
        try withBackend(.cpu) {
            let squares = try L2(0.5)(Tensor([1, 2])).item()
            #expect(squares == 2.5)
            #expect(try L1(0.5)(Tensor([1, -2])).item() == 1.5)
            #expect(
                try MaxNorm(1)(Tensor([3, 4])).floats().map { ($0 * 100).rounded() } == [60, 80])
        }
    }
}

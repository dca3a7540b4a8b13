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
            try Huber(delta: 2, reduction: .sum, name: "h").serialized()["config"]?["delta"] == 2)
        #expect(Huber(delta: 2, reduction: .sum, name: "h").name == "h")
    }

    @Test func metrics() throws {
        try check(
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
        #expect(config?["beta_1"] == 0.5 && config?["clipnorm"] == 2)
        #expect(config?["name"] == "mine")
        #expect(try AdamW(weightDecay: 0.01).serialized()["config"]?["weight_decay"] == 0.01)
        let named: [String: Optimizer] = ["sgd": SGD(0.1), "nadam": Nadam(), "rmsprop": RMSprop()]
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

    @Test("What stands alone is a loss, what is a metric where one is asked for")
    func twoOfOneName() throws {
        let loss = MeanSquaredError()
        #expect(type(of: loss) == Loss.self)
        try withBackend(.cpu) {
            let (truth, prediction) = (
                try Tensor([0, 0], shape: [2, 1]), try Tensor([1, 3], shape: [2, 1])
            )
            #expect(try loss(truth, prediction).item() == 5)
            #expect(try MeanSquaredError(reduction: .sum)(truth, prediction).item() == 10)
            #expect(try Huber(delta: 2)(truth, prediction).item() == (0.5 + 4) / 2)
            let metric: Metric = MeanSquaredError(name: "error")
            try metric.update(truth, prediction)
            #expect(try metric.result() == 5 && metric.name == "error")
            // Members give a metric of their own each time.
            let (a, b): (Metric, Metric) = (.meanSquaredError, .meanSquaredError)
            try a.update(truth, prediction)
            #expect(throws: KeratinError.self) { try b.result() }
            #expect(try Metric.named("mse") !== Metric.named("mse"))
        }
    }

    @Test("A metric in a loop of one's own") func running() throws {
        try withBackend(.cpu) {
            let accuracy = SparseCategoricalAccuracy()
            try accuracy.update(Tensor([0, 1]), Tensor([0.9, 0.1, 0.8, 0.2], shape: [2, 2]))
            #expect(try accuracy.result() == 0.5)
            accuracy.reset()
            try accuracy.update(Tensor([0]), Tensor([0.9, 0.1], shape: [1, 2]))
            #expect(try accuracy.result() == 1)
        }
    }
}

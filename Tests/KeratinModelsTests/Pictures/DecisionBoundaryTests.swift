import Keratin
import Testing

@testable import KeratinModels

@Suite("Decision boundaries")
struct DecisionBoundaryTests {
    /// A model that says yes where x₁ is above 0, softly.
    private func model(_ scale: Float = 4, activation: ActivationFunction = .sigmoid) throws
        -> Sequential
    {
        let model = try Sequential {
            Input(shape: [2])
            Dense(1, activation: activation, name: "out")
        }
        try model.setWeights([
            Tensor([scale, 0], shape: [2, 1]), Tensor([0 as Float], shape: [1]),
        ])
        return model
    }

    private let x = Tensor([-1, -1, 1, -1, -1, 1, 1, 1] as [Float], shape: [4, 2])
    private let y = Tensor([0, 1, 0, 1] as [Int32], shape: [4])

    private func dark(_ picture: PictureText) -> [PictureText.Element] {
        picture.paths("#1f2933").filter { $0.attributes["stroke-width"] == "1.75" }
    }

    @Test("The boundary lies where the probability is one half")
    func probability() throws {
        let picture = try PictureText(try decisionBoundarySVG(try model(), x, y))
        #expect(picture.isInside)
        let lines = dark(picture)
        #expect(lines.count == 1)
        let columns = try #require(lines.first?.attributes["d"])
            .matches(of: /[ML]([0-9.]+)\s/).compactMap { Double($0.1) }
        // The middle of the picture, whose axes are symmetric.
        #expect(columns.count == 2 && columns.allSatisfy { abs($0 - 302) < 0.2 })
        for word in ["class 0", "class 1", "probability of", "0.5", "x₁", "x₂"] {
            #expect(picture.words.contains(word), "\(word)")
        }
        // Two dots of each colour, and one in the legend.
        for color in ["#2368c4", "#e8731a"] {
            #expect(
                picture.paths(color).map { ($0.attributes["d"] ?? "").count { $0 == "M" } }.sorted()
                    == [1, 2])
        }
        // Nine bands over the first.
        #expect(
            picture.elements.count { $0.name == "path" && $0.attributes["fill-rule"] != nil } == 9)
    }

    @Test("Logits, labels of -1 and 1, titles and names")
    func otherResults() throws {
        let logits = try model(activation: .linear)
        try logits.compile(
            optimizer: "sgd", loss: .binaryCrossentropy(fromLogits: true))
        let picture = try PictureText(
            try decisionBoundarySVG(
                logits, x, y, title: "T < 1", classNames: ["no & never", "yes"]))
        #expect(picture.words.contains("probability of") && picture.words.contains("no & never"))
        #expect(picture.words.contains("T < 1"))
        let signed = try PictureText(
            try decisionBoundarySVG(
                try model(1, activation: .tanh), x,
                Tensor([-1, 1, -1, 1] as [Float], shape: [4, 1])))
        #expect(signed.words.contains("class -1") && signed.words.contains("result"))
        #expect(dark(signed).count == 1)
        // Labels of 0 and 1 that a line is fitted to.
        let line = try PictureText(
            try decisionBoundarySVG(try model(activation: .linear), x, y))
        #expect(line.words.contains("result") && line.words.contains("0.5"))
    }

    @Test("Areas of classes leave nothing free", arguments: [2, 3, 5])
    func classes(_ count: Int) throws {
        let model = try Sequential([Input(shape: [2]), Dense(count, activation: "softmax")])
        let labels = Tensor((0..<4).map { Int32($0 % count) }, shape: [4])
        let text = try decisionBoundarySVG(model, x, labels, steps: 30)
        let picture = try PictureText(text)
        #expect(picture.isInside && picture.words.contains("class \(count - 1)"))
        #expect(!picture.words.contains("probability of"))
        let same = try decisionBoundarySVG(
            model, x, try toCategorical(labels, classCount: count), steps: 30)
        #expect(same == text)
    }

    @Test("Models without an input, and with one probability in a row")
    func unbuilt() throws {
        let model = try Sequential(Dense(3, activation: .tanh), Dense(1, activation: .sigmoid))
        #expect(try decisionBoundarySVG(model, x, y, steps: 2).contains("<svg"))
        let fixed = try Sequential([
            Input(shape: [2], batchSize: 5), Dense(1, activation: "sigmoid"), Flatten(),
        ])
        #expect(try decisionBoundarySVG(fixed, x, y, steps: 10).contains("<svg"))
    }

    @Test("All places are drawn, whatever limits the steps of examples")
    func limits() throws {
        let model = try model()
        let all = try decisionBoundarySVG(model, x, y)
        TrainingLimits.maxStepsPerEpoch = 1
        defer { TrainingLimits.maxStepsPerEpoch = nil }
        #expect(try decisionBoundarySVG(model, x, y) == all)
    }

    private func error(
        _ code: KeratinError.Code, _ words: String..., location: SourceLocation = #_sourceLocation,
        _ body: () throws -> String
    ) {
        do {
            _ = try body()
            Issue.record("no error", sourceLocation: location)
        } catch let error as KeratinError {
            #expect(error.code == code, "\(error)", sourceLocation: location)
            for word in words {
                #expect(error.description.contains(word), "\(error)", sourceLocation: location)
            }
        } catch {
            Issue.record(error, sourceLocation: location)
        }
    }

    @Test("Mistakes are told")
    func mistakes() throws {
        let model = try model()
        let three = try Sequential([Input(shape: [3]), Dense(1)])
        error(.shapeMismatch, "[2]", "(3,)") { try decisionBoundarySVG(three, x, y) }
        error(.shapeMismatch, "[4, 1]") {
            try decisionBoundarySVG(model, Tensor.zeros([4, 1]), y)
        }
        error(.shapeMismatch, "4 samples", "[3]") {
            try decisionBoundarySVG(model, x, Tensor.zeros([3]))
        }
        error(.invalidArgument, "no samples") {
            try decisionBoundarySVG(model, Tensor.zeros([0, 2]), Tensor.zeros([0]))
        }
        error(.invalidData, "0.5", "no class number") {
            try decisionBoundarySVG(model, x, Tensor([0, 1, 0.5, 1] as [Float], shape: [4]))
        }
        error(.invalidData, "label 2 at 3") {
            try decisionBoundarySVG(model, x, Tensor([0, 1, 0, 2] as [Int32], shape: [4]))
        }
        error(.invalidData, "sample 1", "nan") {
            try decisionBoundarySVG(
                model, Tensor([0, 0, .nan, 0] as [Float], shape: [2, 2]), Tensor.zeros([2]))
        }
        error(.invalidArgument, "steps") { try decisionBoundarySVG(model, x, y, steps: 1) }
        error(.invalidArgument, "padding") { try decisionBoundarySVG(model, x, y, padding: -1) }
        error(.invalidArgument, "padding") { try decisionBoundarySVG(model, x, y, padding: .nan) }
        error(.invalidArgument, "2 classes", "1 names") {
            try decisionBoundarySVG(model, x, y, classNames: ["a"])
        }
        try model.setWeights([
            Tensor([.nan, 0] as [Float], shape: [2, 1]), Tensor([0 as Float], shape: [1]),
        ])
        error(.invalidData, "NaN") { try decisionBoundarySVG(model, x, y) }
        let two = Input(shape: [2])
        let outputs = try Model([two], [Dense(1)(two), Dense(2)(two)])
        error(.invalidArgument, "2") { try decisionBoundarySVG(outputs, x, y) }
        let other = Input(shape: [2])
        let inputs = try Model([two, other], [Add()([two, other])])
        error(.shapeMismatch, "2 inputs") { try decisionBoundarySVG(inputs, x, y) }
    }
}

import Keratin
import KeratinCore
import KeratinLayers
import KeratinTensor
import Testing

/// Where a length, a root or a power has an infinite slope, gradients are finite: 0 at the point itself.
@Suite("Gradients at zero", .serialized) struct ZeroVectorTests {
    /// Three vectors of which the second is zero and the third tiny.
    private static let rows: [Float] = [1, 2, 0, 0, 1e-9, 0]

    private func areFinite(_ numbers: [Float]) -> Bool { numbers.allSatisfy { $0.isFinite } }

    private func slopes(
        _ values: [Float] = rows, shape: Shape = [3, 2], _ function: (Tensor) throws -> Tensor
    ) throws -> [Float] {
        try gradient(at: Tensor(values, shape: shape)) { try function($0).sum() }.floats()
    }

    @Test("Cosine similarity as a loss", arguments: Backends.names)
    func cosine(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let labels = Tensor([3, 1, 1, 1, 0, 2], shape: [3, 2])
            for axis in [-1, 0] {
                let all = try slopes { Loss.cosineSimilarity(axis: axis)(labels, $0) }
                #expect(areFinite(all), "\(all)")
            }
            let each = try slopes {
                Loss.cosineSimilarity().reduced(by: .none)(labels, $0)
            }
            // −(t̂ − (t̂·p̂)·p̂)/|p| of the first; none of the second.
            let (t, p) = ([3 / 10.0.squareRoot(), 1 / 10.0.squareRoot()], [1.0, 2])
            let cosine = (t[0] * p[0] + t[1] * p[1]) / 5
            for index in 0..<2 {
                let want = -(t[index] - cosine * p[index]) / 5.0.squareRoot()
                #expect(abs(Double(each[index]) - want) < 1e-6)
            }
            #expect(each[2] == 0 && each[3] == 0)
        }
    }

    @Test("Vectors of zeros in labels and in both", arguments: Backends.names)
    func labels(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let zeros = Tensor(repeating: 0, shape: [3, 2])
            let slopes = try slopes { Loss.cosineSimilarity()(zeros, $0) }
            #expect(slopes == [0, 0, 0, 0, 0, 0])
        }
    }

    @Test("Orthogonal regularizer", arguments: Backends.names)
    func orthogonal(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            for mode in Regularizer.OrthogonalVectors.allCases {
                let slopes = try slopes([1, 2, 0, 0, 3, -1, 0, 0], shape: [4, 2]) {
                    try Regularizer.orthogonal(factor: 0.2, mode: mode)($0)
                }
                #expect(areFinite(slopes))
                if mode == .rows {
                    #expect(slopes[2...3] == [0, 0] && slopes[6...7] == [0, 0])
                    #expect(slopes[0] != 0 && slopes[4] != 0)
                }
            }
            let column = try slopes([0, 1, 0, 2], shape: [2, 2]) {
                try Regularizer.orthogonal(mode: .columns)($0)
            }
            #expect(areFinite(column) && column[0] == 0 && column[2] == 0)
        }
    }

    @Test("Unit normalization", arguments: Backends.names)
    func unit(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let layer = UnitNormalization()
            try layer.buildIfNeeded(inputShape: [nil, 2])
            let weights = Tensor([1, 5, 7, 9, 0, 0], shape: [3, 2])
            let slopes = try slopes { try layer.apply($0) * weights }
            #expect(areFinite(slopes) && slopes[2...3] == [0, 0], "\(slopes)")
            // NaN stays where it is.
            let odd = try layer.apply(Tensor([Float.nan, 1, 0, 0, 3, 4], shape: [3, 2])).floats()
            #expect(odd[0].isNaN && odd[1].isNaN && odd[2] == 0 && abs(odd[5] - 0.8) < 1e-6)
        }
    }

    @Test("Powers and quotients of losses", arguments: Backends.names)
    func powers(backend: String) throws {
        try withBackend(BackendChoice(backend)) {
            let hot = Tensor([1, 0, 1, 0, 0, 1], shape: [3, 2])
            let sure: [Float] = [1, 0, 0.5, 0.5, 0, 1]
            for gamma in [0, 0.5, 1, 2, 2.5] {
                let binary = try slopes(sure) {
                    Loss.binaryFocalCrossentropy(gamma: gamma)(hot, $0)
                }
                let categorical = try slopes(sure) {
                    Loss.categoricalFocalCrossentropy(gamma: gamma)(hot, $0)
                }
                #expect(areFinite(binary + categorical), "gamma \(gamma)")
            }
            let classes = Tensor([0, 1, 0] as [Int32])
            let general = try slopes([0, 1, 0.5, 0.5, 1, 0]) {
                Loss.categoricalGeneralizedCrossEntropy(q: 0.5)(classes, $0)
            }
            #expect(areFinite(general) && general[0] == 0 && general[2] == 0)
            for loss in [
                Loss.categoricalCrossentropy(), .klDivergence, .poisson, .dice(), .tversky(),
                .meanAbsolutePercentageError, .meanSquaredLogarithmicError, .logCosh,
                .categoricalHinge,
            ] {
                let slopes = try slopes(sure) { loss(hot, $0) }
                #expect(areFinite(slopes), "\(loss.name): \(slopes)")
            }
        }
    }

    @Test("Constraints of zero vectors", arguments: Backends.names)
    func constraints(backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let zero = Tensor(repeating: 0, shape: [3, 2])
            for constraint in [
                Constraint.unitNorm(), .maxNorm(), .minMaxNorm(minValue: 0.5), .nonNegative,
            ] {
                #expect(try constraint(zero).floats() == [0, 0, 0, 0, 0, 0])
            }
        }
    }
}

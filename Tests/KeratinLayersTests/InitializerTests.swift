import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import Testing

/// Initialisers by their statistics: bounds and moments that Keras's rules for fans give.
struct InitializerTests {
    @Test func statisticsFollowTheFans() throws {
        let file = try GoldenFile<GoldenInitializerCase>.load(
            "initializers", in: GoldenFileTests.folder)
        for golden in file.cases {
            let name = golden.name.split(separator: " ").first.map(String.init) ?? golden.name
            let initializer = Initializer(stringLiteral: name).seeded(5)
            let values = try initializer.values(Shape(golden.shape)).map(Double.init)
            let count = Double(values.count)
            let mean = values.reduce(0, +) / count
            let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count)
                .squareRoot()
            if let minimum = golden.minimum {
                #expect(values.allSatisfy { $0 >= minimum - 1e-6 }, "\(golden.name)")
            }
            if let maximum = golden.maximum {
                #expect(values.allSatisfy { $0 <= maximum + 1e-6 }, "\(golden.name)")
            }
            // Five standard errors.
            let error = golden.standardDeviation / count.squareRoot()
            #expect(abs(mean - golden.mean) <= 5 * error + 1e-7, "\(golden.name): mean \(mean)")
            #expect(
                abs(deviation - golden.standardDeviation) <= 5 * error + 1e-7,
                "\(golden.name): deviation \(deviation)")
        }
    }

    @Test func aSeedGivesTheSameValuesAndOthersDiffer() throws {
        let a = try Initializer.heNormal.seeded(1).values([4, 4])
        #expect(try Initializer.heNormal.seeded(1).values([4, 4]) == a)
        #expect(try Initializer.heNormal.seeded(2).values([4, 4]) != a)
    }

    @Test func varianceScalingFollowsItsArguments() throws {
        let normal = Initializer.varianceScaling(
            scale: 2, mode: .output, distribution: .untruncatedNormal, seed: 3)
        let values = try normal.values([100, 200]).map(Double.init)
        let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        // Variance 2/200, with a standard error of 1 %.
        #expect(abs(square - 0.01) < 5e-4)
        #expect(values.contains { abs($0) > 0.3 })
    }

    @Test(arguments: [[5, 3], [3, 5], [4, 4], [2, 3, 4], [3, 3, 2, 8]])
    func orthogonalVectorsStandAtRightAngles(_ extents: [Int]) throws {
        let shape = Shape(extents)
        let values = try Initializer.orthogonal(gain: 2, seed: 9).values(shape).map(Double.init)
        let columns = extents[extents.count - 1]
        let rows = values.count / columns
        let isWide = rows < columns
        func element(_ vector: Int, _ index: Int) -> Double {
            isWide ? values[vector * columns + index] : values[index * columns + vector]
        }
        for a in 0..<min(rows, columns) {
            for b in 0..<min(rows, columns) {
                let product = (0..<max(rows, columns)).reduce(0) {
                    $0 + element(a, $1) * element(b, $1)
                }
                #expect(abs(product - (a == b ? 4 : 0)) < 1e-5)
            }
        }
    }

    @Test func fourierKernelsAreKerass() throws {
        let file = try GoldenFile<GoldenFourierCase>.load(
            "fourier_kernels", in: GoldenFileTests.folder)
        for golden in file.cases {
            let values = try Initializer.deserialize(golden.object).values(Shape(golden.shape))
            expect(values, golden.values, "\(golden.name)")
        }
        #expect(try Initializer("stft").values([4, 1, 3]) == Initializer.stft().values([4, 1, 3]))
    }

    @Test func fourierKernelsNameWhatIsWrong() throws {
        func message(_ config: ConfigValue) -> String {
            do {
                _ = try Initializer.deserialize(["class_name": "STFT", "config": config])
                    .values([4, 1, 3])
                return "no error"
            } catch { return "\(error)" }
        }
        #expect(message(["window": "hanm"]).contains("did you mean 'hann'?"))
        #expect(message(["window": "kaiser"]).contains("give the window's numbers"))
        #expect(message(["window": [1.0, 2.0]]).contains("needs 4 numbers, got 2"))
        #expect(message(["window": 4.0]).contains("a name or a list of numbers"))
        #expect(message(["side": "left"]).contains("real or imag"))
        #expect(message(["scaling": "wide"]).contains("density, spectrum or null"))
        #expect(throws: KeratinError.self) { try Initializer.stft().values([4, 3]) }
        #expect(throws: KeratinError.self) { try Initializer.stft().values([4, 2, 3]) }
    }

    @Test func shapesThatDoNotFitAreErrors() throws {
        #expect(try Initializer.identity(gain: 3).values([2, 3]) == [3, 0, 0, 0, 3, 0])
        #expect(throws: KeratinError.self) { try Initializer.identity().values([2]) }
        #expect(throws: KeratinError.self) { try Initializer.orthogonal().values([4]) }
        #expect(throws: KeratinError.self) {
            try Initializer.deserialize(["class_name": "VarianceScaling", "config": ["scale": -1]])
        }
    }
}

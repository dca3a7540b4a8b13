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
}

import Testing

@testable import KeratinModels

@Suite("Axes of pictures")
struct AxisTests {
    @Test("Round numbers, labelled with equally many decimals")
    func ticks() throws {
        let axis = try #require(Axis([0.13, 0.92]))
        #expect(axis.labels == ["0.2", "0.4", "0.6", "0.8"])
        #expect(
            try #require(Axis([0.5, 0.75])).labels == [
                "0.50", "0.55", "0.60", "0.65", "0.70", "0.75",
            ])
        #expect(try #require(Axis([-40, 120])).labels == ["0", "50", "100"])
        #expect(try #require(Axis([-1.0, 1])).labels == ["−1.0", "−0.5", "0.0", "0.5", "1.0"])
        #expect(
            try #require(Axis([1, 300], margin: 0.02, tickCount: 6, isWhole: true)).labels
                == ["50", "100", "150", "200", "250", "300"])
    }

    @Test("Epochs are whole numbers, also of one or few", arguments: [1, 2, 3, 7])
    func epochs(_ count: Int) throws {
        let axis = try #require(
            Axis((1...count).map(Double.init), margin: 0.02, tickCount: 6, isWhole: true))
        for tick in axis.ticks { #expect(tick == tick.rounded()) }
        #expect(axis.labels.contains("1"))
        #expect(axis.place(1) == 0.5 || count > 1)
    }

    @Test("Small and large numbers are in powers of ten")
    func powers() throws {
        #expect(
            try #require(Axis([1e-5, 4e-5])).labels
                == [
                    "1.0×10⁻⁵", "1.5×10⁻⁵", "2.0×10⁻⁵", "2.5×10⁻⁵", "3.0×10⁻⁵", "3.5×10⁻⁵",
                    "4.0×10⁻⁵",
                ])
        let large = try #require(Axis([0, 3e9])).labels
        #expect(large.first == "0" && large.contains("2.0×10⁹") || large.contains("2×10⁹"))
        // Digits that tell neighbours apart.
        let near = try #require(Axis([1_000_000_000, 1_000_000_001.0])).labels
        #expect(Set(near).count == near.count)
    }

    @Test(
        "Every range of numbers has an axis on which they lie",
        arguments: [
            [0], [5], [-3], [1e-300, 2e-300], [5e-324], [-1.7e308, 1.7e308], [1e308, 1.7e308],
            [1, 1 + 2.220446049250313e-16], [123_456_789.123, 123_456_789.124], [0, 5e-324],
        ] as [[Double]])
    func ranges(_ values: [Double]) throws {
        for isLogarithmic in [false, true] {
            guard let axis = Axis(values, isLogarithmic: isLogarithmic) else {
                #expect(isLogarithmic && values.allSatisfy { $0 <= 0 })
                continue
            }
            #expect(axis.ticks.count == axis.labels.count && axis.ticks.count < 40)
            #expect(axis.low.isFinite && axis.high.isFinite)
            for value in values where !isLogarithmic || value > 0 {
                let place = try #require(axis.place(value))
                #expect(place >= 0 && place <= 1, "\(value) at \(place)")
            }
        }
    }

    @Test("What is no number does not count")
    func missing() {
        #expect(Axis([Double.nan, .infinity]) == nil)
        #expect(Axis([-1, 0], isLogarithmic: true) == nil)
        #expect(Axis([1, .nan, -.infinity, 2])?.place(.infinity) == nil)
        #expect(Axis([1, 10], isLogarithmic: true)?.place(-1) == nil)
    }

    @Test("Logarithmic axes are marked at powers of ten")
    func logarithmic() throws {
        let axis = try #require(Axis([1e-6, 1], isLogarithmic: true))
        #expect(axis.labels.contains("10⁻⁶") && axis.labels.contains("10⁰"))
        let middle = try #require(axis.place(1e-3))
        #expect(abs(middle - 0.5) < 1e-9)
        #expect(
            try #require(Axis([1, 10, 50], isLogarithmic: true)).labels == [
                "1", "2", "5", "10", "20", "50",
            ])
    }

    @Test("Numbers of pixels are short")
    func numbers() {
        #expect(
            [1, 1.5, -0.25, 0.004, 12.345, -0.001].map(SVG.number) == [
                "1", "1.5", "-0.25", "0", "12.35", "0",
            ]
                || SVG.number(12.345) == "12.34")
        #expect(SVG.number(.nan) == "0" && SVG.number(0.05) == "0.05")
        #expect(Axis.short(0.000123) == "0.000123" && Axis.short(1500) == "1500")
        #expect(Axis.short(1.5e-9) == "1.5×10⁻⁹" && Axis.short(-2) == "−2")
    }
}

import Testing

@testable import KeratinModels

@Suite("Contours of fields")
struct ContourTests {
    private func field(_ rows: [[Double]]) -> ScalarField {
        ScalarField(columns: rows[0].count, rows: rows.count, values: rows.flatMap { $0 })
    }

    /// The area inside closed lines; that of holes counts against it.
    private func area(_ lines: [[ScalarField.Place]]) -> Double {
        var sum = 0.0
        for line in lines {
            for (a, b) in zip(line, line.dropFirst()) {
                sum += (a.column * b.row - b.column * a.row) / 2
            }
        }
        return sum
    }

    @Test("A field that is large everywhere is one rectangle, a small one is none")
    func constant() {
        let flat = field([[1, 1, 1], [1, 1, 1]])
        #expect(flat.areas(atLeast: 1).count == 1 && abs(area(flat.areas(atLeast: 1))) == 2)
        #expect(flat.borders(at: 1).isEmpty && flat.areas(atLeast: 2).isEmpty)
    }

    @Test("A slope is cut where it has the level")
    func slope() {
        let slope = field([[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3]])
        let borders = slope.borders(at: 1.25)
        #expect(borders.count == 1 && borders[0].allSatisfy { $0.column == 1.25 })
        #expect(Set(borders[0].map(\.row)) == [0, 1, 2])
        #expect(abs(abs(area(slope.areas(atLeast: 1.25))) - 1.75 * 2) < 1e-12)
    }

    @Test("Hills and holes are closed lines that go round in opposite directions")
    func hills() {
        let size = 41
        func ring(_ column: Int, _ row: Int) -> Double {
            let (x, y) = (Double(column) - 20, Double(row) - 20)
            return -abs((x * x + y * y).squareRoot() - 10)
        }
        let field = ScalarField(
            columns: size, rows: size,
            values: (0..<size).flatMap { row in (0..<size).map { ring($0, row) } })
        let lines = field.areas(atLeast: -4)
        #expect(lines.count == 2)
        for line in lines {
            #expect(line.first?.column == line.last?.column && line.first?.row == line.last?.row)
        }
        // π (14² − 6²)
        #expect(abs(abs(area(lines)) - 502.65) < 5)
        #expect(field.borders(at: -4).count == 2)
    }

    @Test("Saddles: the middle tells which corners are joined")
    func saddles() {
        #expect(field([[3, 0], [0, 3]]).borders(at: 1).count == 2)
        let joined = field([[3, 0], [0, 3]]).areas(atLeast: 1)
        #expect(joined.count == 1)
        #expect(field([[3, 0], [0, 3]]).areas(atLeast: 2).count == 2)
    }

    @Test("Every level of any field gives closed lines with the right area")
    func random() {
        var state: UInt64 = 7
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        for _ in 0..<40 {
            let field = ScalarField(columns: 9, rows: 6, values: (0..<54).map { _ in next() })
            var last = 40.0
            for level in [0.0, 0.2, 0.5, 0.8, 0.99] {
                let lines = field.areas(atLeast: level)
                for line in lines {
                    #expect(line.count > 3)
                    #expect(line[0].column == line[line.count - 1].column)
                    #expect(line[0].row == line[line.count - 1].row)
                }
                let area = area(lines)
                #expect(area >= -1e-9 && area <= last + 1e-9)
                last = area
            }
        }
    }

    @Test("Simplified lines stay near")
    func simple() {
        let line = (0...100).map { (x: Double($0), y: $0 == 50 ? 3.0 : 0) }
        let short = simplified(line, tolerance: 0.1)
        #expect(short.map(\.x) == [0, 49, 50, 51, 100])
        #expect(simplified([(0, 0), (1, 1)], tolerance: 1).count == 2)
        #expect(simplified(line, tolerance: 5).count == 2)
    }
}

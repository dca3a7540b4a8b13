/// Numbers at the crossings of a grid, and the lines along which they have a value.
struct ScalarField {
    /// Crossings of a row, and rows.
    let columns: Int
    let rows: Int
    /// Row by row.
    let values: [Double]

    /// A place in the grid: whole numbers are crossings.
    struct Place {
        var column: Double
        var row: Double
    }

    private subscript(column: Int, row: Int) -> Double {
        // Outside of the grid there is nothing as large as any level.
        guard column >= 0, row >= 0, column < columns, row < rows else { return -.infinity }
        return values[row * columns + column]
    }

    /// Closed lines around all places whose numbers are no less than a level; holes have lines of their own.
    func areas(atLeast level: Double) -> [[Place]] { lines(level, margin: 1) }

    /// The lines between places below a level and the others; what ends at the grid's border is not closed.
    func borders(at level: Double) -> [[Place]] { lines(level, margin: 0) }

    /// Marching squares: each square of the grid has the parts of lines that its four corners call for; parts that share a
    /// side of a square are joined.
    /// - Parameter margin: squares around the grid that belong to it; with one every line is closed.
    private func lines(_ level: Double, margin: Int) -> [[Place]] {
        var next: [Side: Side] = [:]
        var order: [Side] = []
        for row in -margin..<(rows - 1 + margin) {
            for column in -margin..<(columns - 1 + margin) {
                for (from, to) in parts(column, row, level) {
                    next[from] = to
                    order.append(from)
                }
            }
        }
        let ends = Set(next.values)
        var result: [[Place]] = []
        // What begins at the border first: the rest goes round.
        for start in order.filter({ !ends.contains($0) }) + order {
            guard var side = next.removeValue(forKey: start) else { continue }
            var line = [place(start, level), place(side, level)]
            while let following = next.removeValue(forKey: side) {
                side = following
                line.append(place(side, level))
            }
            result.append(line)
        }
        return result
    }

    /// A side of a square, by the crossing at its lower or left end.
    private struct Side: Hashable {
        var column: Int
        var row: Int
        var isVertical: Bool
    }

    /// The parts of lines in a square, with the places of large numbers at their left.
    private func parts(_ column: Int, _ row: Int, _ level: Double) -> [(Side, Side)] {
        let corners = [
            self[column, row], self[column + 1, row], self[column + 1, row + 1],
            self[column, row + 1],
        ]
        let inside = corners.map { $0 >= level }
        let count = inside.count { $0 }
        guard count > 0, count < 4 else { return [] }
        // Side n lies between corners n and n + 1.
        let sides = [
            Side(column: column, row: row, isVertical: false),
            Side(column: column + 1, row: row, isVertical: true),
            Side(column: column, row: row + 1, isVertical: false),
            Side(column: column, row: row, isVertical: true),
        ]
        // A line leaves where a walk around the square comes out of the large numbers, and comes in where the walk goes in.
        let exits = (0..<4).filter { inside[$0] && !inside[($0 + 1) % 4] }
        let entries = (0..<4).filter { !inside[$0] && inside[($0 + 1) % 4] }
        if exits.count == 1 { return [(sides[exits[0]], sides[entries[0]])] }
        // Two opposite corners: whether they are joined is told by the middle.
        let isJoined = corners.reduce(0) { $0 + $1 / 4 } >= level
        return exits.map { exit in
            let neighbour = isJoined ? (exit + 1) % 4 : (exit + 3) % 4
            return (sides[exit], sides[neighbour])
        }
    }

    /// Where a side has the level.
    private func place(_ side: Side, _ level: Double) -> Place {
        let (column, row) = (side.column, side.row)
        let first = self[column, row]
        let second = side.isVertical ? self[column, row + 1] : self[column + 1, row]
        // The border counts where one end lies outside.
        let part: Double
        if !first.isFinite {
            part = 1
        } else if !second.isFinite {
            part = 0
        } else {
            let range = second / 2 - first / 2
            part = range == 0 ? 0.5 : min(max((level / 2 - first / 2) / range, 0), 1)
        }
        return Place(
            column: Double(column) + (side.isVertical ? 0 : part),
            row: Double(row) + (side.isVertical ? part : 0))
    }
}

/// A line with fewer places that is nowhere farther from all of them than a distance.
func simplified(
    _ line: [(x: Double, y: Double)], tolerance: Double
) -> [(x: Double, y: Double)] {
    guard line.count > 2 else { return line }
    var isKept = [Bool](repeating: false, count: line.count)
    (isKept[0], isKept[line.count - 1]) = (true, true)
    var ranges = [(0, line.count - 1)]
    while let (first, last) = ranges.popLast() {
        guard last > first + 1 else { continue }
        let (a, b) = (line[first], line[last])
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let length = (dx * dx + dy * dy).squareRoot()
        var farthest = (index: first, distance: tolerance)
        for index in (first + 1)..<last {
            let (px, py) = (line[index].x - a.x, line[index].y - a.y)
            let distance =
                length > 0
                ? abs(px * dy - py * dx) / length : (px * px + py * py).squareRoot()
            if distance > farthest.distance { farthest = (index, distance) }
        }
        guard farthest.index > first else { continue }
        isKept[farthest.index] = true
        ranges += [(first, farthest.index), (farthest.index, last)]
    }
    return line.indices.filter { isKept[$0] }.map { line[$0] }
}

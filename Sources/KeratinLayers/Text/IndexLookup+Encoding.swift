import KeratinCore
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Natural logarithm.
func logarithm(_ x: Double) -> Double { log(x) }

/// The indices of the tokens of samples, samples end to end.
struct IndexRows {
    var indices: [Int32] = []
    /// Where each sample ends.
    var ends: [Int] = []

    /// The number of tokens of every sample, if it is the same; 0 if there are no samples.
    var width: Int? {
        let lengths = zip(ends, [0] + ends).map { $0 - $1 }
        let first = lengths.first ?? 0
        return lengths.allSatisfy { $0 == first } ? first : nil
    }

    /// The indices of a sample.
    subscript(row: Int) -> ArraySlice<Int32> { indices[(row == 0 ? 0 : ends[row - 1])..<ends[row]] }

    mutating func endRow() { ends.append(indices.count) }
}

extension IndexLookup {
    /// Extents of one row of the result.
    private var depth: Int {
        (options.padToMaxTokens ? options.maxTokens : nil) ?? size ?? 0
    }

    /// What the output mode makes of the indices of an array of tokens, of which the last axis is a sample.
    /// - Parameter shape: of the array; nil: samples differ in length.
    func encode(_ rows: IndexRows, shape: [Int]?) throws -> NDArray {
        switch options.outputMode {
        case .int: return NDArray(rows.indices, shape: Shape(try rectangle(shape, rows)))
        case .oneHot:
            var shape = try rectangle(shape, rows)
            if shape.count > 1, shape.last == 1 { shape.removeLast() }
            return try array(shape.isEmpty ? [1] : shape) { result in
                for (position, index) in rows.indices.enumerated() where index >= 0 {
                    result[position * depth + Int(index)] = 1
                }
            }
        case .multiHot, .count, .tfIDF:
            return try array(shape.map { Array($0.dropLast()) } ?? [rows.ends.count]) { result in
                for row in rows.ends.indices {
                    for index in rows[row] where index >= 0 {
                        let element = row * depth + Int(index)
                        switch options.outputMode {
                        case .multiHot: result[element] = 1
                        case .tfIDF: result[element] += idf[Int(index)]
                        default: result[element] += 1
                        }
                    }
                }
            }
        }
    }

    private func rectangle(_ shape: [Int]?, _ rows: IndexRows) throws -> [Int] {
        guard let shape else {
            let row = rows.ends.indices.first { rows[$0].count != rows[0].count } ?? 0
            throw KeratinError(
                .shapeMismatch,
                "the output mode \(options.outputMode.rawValue) needs samples of one length, but sample 0 has "
                    + "\(rows[0].count) tokens and sample \(row) has \(rows[row].count)", at: place)
        }
        return shape
    }

    /// - Throws: `KeratinError` if so many rows of a width are more than an array holds.
    func requireSize(rows: Int, width: Int) throws {
        guard Shape([rows, width]).count <= 1 << 31 else {
            throw KeratinError(
                .invalidArgument, "\(rows) rows of \(width) make too large an array", at: place)
        }
    }

    /// An array [leading…, depth] that `fill` writes into.
    private func array(_ leading: [Int], _ fill: (inout [Float]) -> Void) throws -> NDArray {
        let rows = Shape(leading).count
        try requireSize(rows: rows, width: depth)
        var values = [Float](repeating: 0, count: rows * depth)
        fill(&values)
        return NDArray(values, shape: Shape(leading + [depth]))
    }
}

extension IndexLookup {
    /// The indices of rows of tokens, each given as bytes.
    func encode(rows tokens: [[[UInt8]]]) throws -> NDArray {
        let rows = try withLookup { lookup in
            var rows = IndexRows()
            for (row, tokens) in tokens.enumerated() {
                for (column, token) in tokens.enumerated() {
                    rows.indices.append(
                        try token.withUnsafeBytes { try lookup($0, "[\(row), \(column)]") })
                }
                rows.endRow()
            }
            return rows
        }
        return try encode(rows, shape: rows.width.map { [tokens.count, $0] })
    }

    /// The indices of an array of tokens, given as bytes.
    func encode(_ tokens: [[UInt8]], shape: [Int]) throws -> NDArray {
        let width = shape.last ?? 1
        let rows = try withLookup { lookup in
            var rows = IndexRows()
            for (position, token) in tokens.enumerated() {
                rows.indices.append(
                    try token.withUnsafeBytes { try lookup($0, "\(position)") })
                if (position + 1) % width == 0 { rows.endRow() }
            }
            return rows
        }
        return try encode(rows, shape: shape)
    }

    /// Counts the tokens of documents and takes the vocabulary from them.
    mutating func adapt(documents: some Sequence<some Sequence<[UInt8]>>) throws {
        var counter = TokenCounter()
        for document in documents {
            for token in document { token.withUnsafeBytes { counter.count($0) } }
            counter.endDocument()
        }
        try adapt(counter)
    }
}

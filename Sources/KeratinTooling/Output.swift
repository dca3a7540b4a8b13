import FoundationEssentials
import Keratin
import KeratinIO

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes a line to standard error.
package func writeError(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}

/// Pretty-printed JSON with sorted keys in snake_case.
package func encodeJSON(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// Writes a file in one piece.
/// - Throws: `KeratinError` that names the file.
package func writeFile(_ text: String, to path: String) throws {
    try FileAccess.write(Array((text + "\n").utf8), to: path)
}

/// Columns of text, the first to the left and the others to the right.
package func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
        rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
        row.enumerated().map { column, text in
            let space = String(repeating: " ", count: widths[column] - text.count)
            return column < 2 ? text + space : space + text
        }.joined(separator: "  ")
    }.joined(separator: "\n")
}

/// A table for a terminal: columns of text where these fit, else a block of lines for each row, each with its title.
/// - Parameters:
///   - rows: the first one has the titles.
///   - columns: characters a line.
package func table(_ rows: [[String]], columns: Int) -> String {
    let wide = table(rows)
    guard let titles = rows.first,
        wide.split(separator: "\n").contains(where: { $0.count > columns })
    else { return wide }
    let margin = (titles.map(\.count).max() ?? 0) + 2
    return rows.dropFirst().map { row in
        zip(titles, row).map { title, text in
            let space = String(repeating: " ", count: margin - title.count)
            let indent = String(repeating: " ", count: margin)
            return title + space
                + wordLines(text, width: columns - margin).joined(separator: "\n" + indent)
        }.joined(separator: "\n")
    }.joined(separator: "\n\n")
}

/// Lines of words, as long as they may be; a longer word has a line of its own.
private func wordLines(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
        if let last = lines.last, last.count + 1 + word.count <= width {
            lines[lines.count - 1] += " " + word
        } else {
            lines.append(String(word))
        }
    }
    return lines.isEmpty ? [""] : lines
}

/// A number with so many decimals.
package func decimal(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    // Infinities, NaN, and numbers too large to have decimals.
    guard abs(value) * scale < 1e15 else { return "\(value)" }
    let scaled = Int((abs(value) * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(scaled)" }
    let whole = scaled / Int(scale)
    let digits = String(scaled % Int(scale))
    let zeros = String(repeating: "0", count: decimals - digits.count)
    return "\(sign)\(whole).\(zeros)\(digits)"
}

/// Sets how many threads the CPU backend takes when it is opened.
package func setThreads(_ count: Int) throws {
    guard count > 0 else {
        throw KeratinError(.invalidArgument, "--threads must be positive, got \(count)")
    }
    setenv("KERATIN_THREADS", String(count), 1)
}

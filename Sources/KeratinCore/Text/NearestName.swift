/// The error for a name that is none of the known ones; suggests the nearest.
/// - Parameters:
///   - known: every spelling that would have worked.
///   - listed: those that the message lists, one for each thing; nil: all.
package func unknownName(
    _ name: String, among known: [String], listed: [String]? = nil, what: String
) -> KeratinError {
    // Nobody's name is longer than that; a damaged file's may have thousands of characters, which take their time to compare.
    let start = name.prefix(100)
    let isLong = start.endIndex < name.endIndex
    let nearest = (isLong ? [] : known)
        .map { ($0, editDistance(name.lowercased(), $0.lowercased())) }.min { $0.1 < $1.1 }
    var message = "unknown \(what) '\(start)\(isLong ? "…" : "")'"
    if let nearest, nearest.1 <= max(2, name.count / 3) {
        message += "; did you mean '\(nearest.0)'?"
    } else {
        message += "."
    }
    var seen: Set<String> = []
    let shown = (listed ?? known).filter { seen.insert($0).inserted }
    message += shown.isEmpty ? " There are none" : " Known: \(shown.joined(separator: ", "))"
    return KeratinError(.unknownName, message)
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
package func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a)
    let b = Array(b)
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                best = min(best, rows[i - 1][j - 1] + 1)
            }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}

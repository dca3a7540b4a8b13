import KeratinCore
import KeratinLayers
import KeratinTensor

/// Which array of a file goes to which weight, and what does not fit: found first, stored then.
struct WeightAssignments {
    private var entries: [(variable: Variable, array: RawArray)] = []
    private(set) var report = WeightsReport()

    /// An array for a weight, if it fits.
    /// - Parameters:
    ///   - source: what the file calls the array.
    ///   - owner: what errors call the layer.
    mutating func assign(
        _ array: RawArray, _ source: String, to variable: Variable, of owner: String
    ) {
        guard array.shape == variable.shape.dimensions else {
            report.skipped.append(
                "\(source) is \(Shape(array.shape)), but '\(variable.name)' of \(owner) is \(variable.shape)"
            )
            return
        }
        entries.append((variable, array))
        report.loaded.append(variable.path)
    }

    mutating func skip(_ reason: String) { report.skipped.append(reason) }
    mutating func miss(_ what: String) { report.missing.append(what) }
    mutating func leave(_ what: String) { report.unused.append(what) }

    /// Stores everything, or nothing.
    /// - Parameters:
    ///   - skipsMismatch: whether weights that do not fit stay as they are.
    ///   - allowsGaps: whether weights may be missing and arrays left over.
    /// - Throws: `KeratinError` that lists everything that is wrong.
    mutating func store(skipsMismatch: Bool, allowsGaps: Bool) throws -> WeightsReport {
        var problems = skipsMismatch ? [] : report.skipped
        if !skipsMismatch, !allowsGaps { problems += report.missing + report.unused }
        guard problems.isEmpty else {
            throw KeratinError(
                .shapeMismatch,
                "the weights do not fit the model: \(problems.joined(separator: "; "))")
        }
        let left = report.skipped + (allowsGaps ? [] : report.missing + report.unused)
        if !left.isEmpty { warn("weights skipped: \(left.joined(separator: "; "))") }
        // Each array goes once it is stored.
        while let (variable, array) = entries.popLast() {
            try array.withFloats { try variable.state.setValues($0) }
        }
        return report
    }
}

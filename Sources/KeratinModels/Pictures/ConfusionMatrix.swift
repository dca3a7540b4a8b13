import KeratinCore
import KeratinTensor

/// How often each class was taken for each: a row for each true class, a column for each predicted one.
///
///     let confusion = try ConfusionMatrix(test.y, model.predict(test.x), classNames: CIFAR10.classNames)
///     print(confusion, confusion.accuracy)
///     try plotConfusionMatrix(confusion, "confusion.svg")
public struct ConfusionMatrix: Sendable {
    /// Samples by true class, then by predicted class.
    public let counts: [[Int]]
    /// What the classes are called, in their order.
    public let classNames: [String]

    /// - Parameters:
    ///   - labels: class numbers from 0, [samples] or [samples, 1], or rows of one-hot [samples, classes].
    ///   - predictions: what a model predicts, [samples, classes], of which the largest of a row counts; or probabilities of the second
    ///     class, [samples] or [samples, 1], which is taken from 0.5 on; or class numbers of these shapes.
    ///   - classNames: empty: the numbers.
    /// - Throws: `KeratinError` for arrays that do not fit, for what is no class, for NaN, and for names of another count than there are
    ///   classes; `BackendError` from the device.
    public init(
        _ labels: Tensor, _ predictions: Tensor,
        classNames: [String] = []
    ) throws {
        let truth = try ClassColumn(labels, "labels")
        let guesses = try ClassColumn(predictions, "predictions")
        guard truth.classes.count == guesses.classes.count else {
            throw KeratinError(
                .shapeMismatch,
                "there are \(truth.classes.count) labels and \(guesses.classes.count) predictions",
                at: Self.place)
        }
        let known = max(truth.known, guesses.known, 2)
        guard known <= Self.mostClasses else {
            throw KeratinError(
                .invalidArgument, "there are \(known) classes; \(Self.mostClasses) can be counted",
                at: Self.place)
        }
        guard classNames.isEmpty || classNames.count >= known else {
            throw KeratinError(
                .invalidArgument,
                "there are \(known) classes, and \(classNames.count) names for them",
                at: Self.place)
        }
        self.classNames = classNames.isEmpty ? (0..<known).map { "\($0)" } : classNames
        let row = [Int](repeating: 0, count: self.classNames.count)
        var counts = [[Int]](repeating: row, count: self.classNames.count)
        for (label, guess) in zip(truth.classes, guesses.classes) { counts[label][guess] += 1 }
        self.counts = counts
    }

    static let place = "ConfusionMatrix"
    private static let mostClasses = 4096

    /// The samples of a true class that were taken for a class.
    public subscript(label: Int, prediction: Int) -> Int { counts[label][prediction] }

    /// The part of the samples that were taken for what they are, 0…1; NaN if there are none.
    public var accuracy: Double {
        let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
        return Double(right) / Double(counts.joined().reduce(0, +))
    }
}

extension ConfusionMatrix: CustomStringConvertible {
    /// A table with the names of the classes.
    public var description: String {
        let rows =
            [["true\\predicted"] + classNames]
            + zip(classNames, counts).map { name, row in [name] + row.map { "\($0)" } }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

/// A class for each sample.
private struct ClassColumn {
    let classes: [Int]
    /// How many classes the array tells of at least.
    let known: Int

    init(_ array: Tensor, _ what: String) throws {
        try array.check()
        func wrong(_ reason: String) -> KeratinError {
            KeratinError(.invalidData, reason, at: ConfusionMatrix.place)
        }
        guard (1...2).contains(array.rank), array.rank == 1 || array.shape[1] > 0 else {
            throw KeratinError(
                .shapeMismatch,
                "\(what) are [samples], [samples, 1] or [samples, classes], got \(array.shape)",
                at: ConfusionMatrix.place)
        }
        let values = try array.floats()
        let width = array.rank == 2 ? array.shape[1] : 1
        if let bad = values.firstIndex(where: \.isNaN) {
            throw wrong("\(what): NaN at sample \(bad / width)")
        }
        if width > 1 {
            known = width
            classes = stride(from: 0, to: values.count, by: width).map { start in
                let row = values[start..<(start + width)]
                return (row.indices.max { row[$0] < row[$1] } ?? start) - start
            }
            return
        }
        guard values.allSatisfy({ $0 == $0.rounded() }) else {
            if let bad = values.firstIndex(where: { !(0...1).contains($0) }) {
                throw wrong(
                    "\(what) are class numbers, or probabilities 0…1; got \(values[bad]) at sample \(bad)"
                )
            }
            (classes, known) = (values.map { $0 >= 0.5 ? 1 : 0 }, 2)
            return
        }
        if let bad = values.firstIndex(where: { $0 < 0 || $0 >= 1e6 }) {
            throw wrong("\(what): \(values[bad]) at sample \(bad) is no class number")
        }
        classes = values.map { Int($0) }
        known = (classes.max() ?? 0) + 1
    }
}

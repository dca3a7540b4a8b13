import KeratinCore
import KeratinTensor

/// Samples of two numbers, each of a class.
struct LabelledPoints {
    let places: [(x: Double, y: Double)]
    /// Class numbers from 0.
    let classes: [Int]
    /// How the labels call the classes.
    let names: [String]

    /// - Parameters:
    ///   - x: [samples, 2].
    ///   - y: class numbers [samples] or [samples, 1], or rows of one-hot [samples, classes].
    ///   - outputs: how many numbers the model gives for a sample; one tells two classes apart.
    /// - Throws: `KeratinError` for arrays that do not fit, and for what is no class.
    init(_ x: Tensor, _ y: Tensor, outputs: Int, at place: String) throws {
        places = try Self.places(x, y, at: place)
        let labels = try Self.labels(y, at: place)
        let known = max(outputs, 2)
        if outputs == 1, labels.contains(-1) {
            guard let bad = labels.firstIndex(where: { $0 != -1 && $0 != 1 }) else {
                (classes, names) = (labels.map { $0 < 0 ? 0 : 1 }, ["-1", "1"])
                return
            }
            throw Self.wrong(labels[bad], bad, "-1 or 1, as others are", at: place)
        }
        if let bad = labels.firstIndex(where: { !(0..<known).contains($0) }) {
            let expected =
                outputs == 1
                ? "0 or 1, which a model with one output tells apart" : "below \(known)"
            throw Self.wrong(labels[bad], bad, expected, at: place)
        }
        (classes, names) = (labels, (0..<known).map { "\($0)" })
    }

    /// Where the samples lie.
    /// - Throws: `KeratinError` for shapes that do not fit, for no samples, and for numbers without a place.
    static func places(
        _ x: Tensor, _ y: Tensor, at place: String
    ) throws -> [(x: Double, y: Double)] {
        try x.check()
        try y.check()
        guard x.rank == 2, x.shape[1] == 2 else {
            throw KeratinError(
                .shapeMismatch, "samples must be [samples, 2], two numbers each; got \(x.shape)",
                at: place)
        }
        let count = x.shape[0]
        guard count > 0 else {
            throw KeratinError(.invalidArgument, "there are no samples to draw", at: place)
        }
        guard y.rank == 1 || y.rank == 2, y.shape[0] == count else {
            throw KeratinError(
                .shapeMismatch,
                "labels must be [\(count)], [\(count), 1] or one-hot [\(count), classes], as there are "
                    + "\(count) samples; got \(y.shape)", at: place)
        }
        let numbers = try x.floats()
        let places = (0..<count).map {
            (x: Double(numbers[2 * $0]), y: Double(numbers[2 * $0 + 1]))
        }
        if let bad = places.firstIndex(where: { !$0.x.isFinite || !$0.y.isFinite }) {
            throw KeratinError(
                .invalidData,
                "sample \(bad) is (\(places[bad].x), \(places[bad].y)), which has no place in a picture",
                at: place)
        }
        return places
    }

    private static func wrong(
        _ label: Int, _ index: Int, _ expected: String, at place: String
    ) -> KeratinError {
        KeratinError(
            .invalidData, "label \(label) at \(index): class numbers must be \(expected)",
            at: place)
    }

    /// Whole numbers: as they stand, or the places of the largest of each row.
    private static func labels(_ y: Tensor, at place: String) throws -> [Int] {
        let values = try y.floats()
        let width = y.rank == 2 ? y.shape[1] : 1
        guard width > 0 else {
            throw KeratinError(.shapeMismatch, "labels of no classes, \(y.shape)", at: place)
        }
        return try (0..<y.shape[0]).map { row in
            let part = values[(row * width)..<((row + 1) * width)]
            guard width > 1 else {
                let value = values[row]
                guard let label = Int(exactly: value) else {
                    throw KeratinError(
                        .invalidData, "label \(value) at \(row) is no class number", at: place)
                }
                return label
            }
            guard !part.contains(where: \.isNaN),
                let largest = part.indices.max(by: { part[$0] < part[$1] })
            else {
                throw KeratinError(.invalidData, "label \(row) has a NaN", at: place)
            }
            return largest - part.startIndex
        }
    }
}

import KeratinCore
import KeratinLayers
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a model of two inputs says all over a rectangle.
struct DecisionGrid {
    /// The numbers along the two sides.
    let xs: [Double]
    let ys: [Double]
    /// How many numbers the model gives for a sample.
    let outputs: Int
    /// Row by row, the lowest first, `outputs` numbers for each place.
    let values: [Float]

    private static let place = "plotDecisionBoundary"

    /// Asks the model.
    /// - Throws: `KeratinError` if the model does not take [samples, 2] or gives anything but one row of numbers a sample, and
    ///   for predictions that are no numbers.
    init(_ model: Model, xs: [Double], ys: [Double]) throws {
        self.xs = xs
        self.ys = ys
        let places = ys.flatMap { y in xs.flatMap { [Float($0), Float(y)] } }
        let count = xs.count * ys.count
        // A model for batches of one size gets these.
        let batchSize = max(model.inputShape?.first.flatMap { $0 } ?? 1024, 1)
        var values: [Float] = []
        // One batch a call: all are drawn, however many steps `TrainingLimits` allows.
        for start in stride(from: 0, to: count, by: batchSize) {
            let end = min(start + batchSize, count)
            let batch = Tensor(Array(places[(2 * start)..<(2 * end)]), shape: [end - start, 2])
            values += try Self.rows(model.predictAll(batch, batchSize: batchSize), end - start)
        }
        outputs = values.count / count
        self.values = values
        if let bad = values.firstIndex(where: \.isNaN) {
            let place = bad / outputs
            throw KeratinError(
                .invalidData,
                "the model predicts NaN at (\(Axis.short(xs[place % xs.count])), "
                    + "\(Axis.short(ys[place / xs.count]))): was its training broken off by NaN?",
                at: model.name)
        }
    }

    /// The numbers of so many samples, a row for each.
    private static func rows(_ results: [Tensor], _ count: Int) throws -> [Float] {
        guard results.count == 1, let result = results.first else {
            throw KeratinError(
                .invalidArgument, "needs a model with one output, this one has \(results.count)",
                at: place)
        }
        guard result.rank == 2 || result.rank == 1, result.shape[0] == count, result.count > 0
        else {
            throw KeratinError(
                .shapeMismatch,
                "needs a model that gives [samples, numbers], this one gives \(result.shape) for \(count) samples",
                at: place)
        }
        return try result.floats()
    }

    /// - Throws: `KeratinError` for a model that is known to take something else.
    static func check(_ model: Model) throws {
        let known = model.inputShapes
        let shapes = known.isEmpty ? [model.inputShape].compactMap { $0 } : known
        guard shapes.count <= 1 else {
            throw KeratinError(
                .shapeMismatch,
                "needs a model with one input of [2], this one has \(shapes.count) inputs",
                at: place)
        }
        guard let shape = shapes.first else { return }
        guard shape.count == 2, shape[1] == nil || shape[1] == 2 else {
            throw KeratinError(
                .shapeMismatch,
                "needs a model that takes two numbers a sample, [2]; '\(model.name)' takes "
                    + describe(Array(shape.dropFirst())), at: place)
        }
    }

    /// Whether all numbers are such as probabilities may be.
    var hasProbabilities: Bool { values.allSatisfy { $0 >= 0 && $0 <= 1 } }

    /// A number of each place, as a field.
    func field(_ number: (ArraySlice<Float>) -> Double) -> ScalarField {
        ScalarField(
            columns: xs.count, rows: ys.count,
            values: (0..<(xs.count * ys.count)).map {
                number(values[($0 * outputs)..<(($0 + 1) * outputs)])
            })
    }
}

extension Model {
    /// Whether the loss that the model is compiled with takes its results for logits.
    var givesLogits: Bool {
        guard let loss = training?.specification.loss.all.first,
            let config = try? loss.serialized().plain["config"]
        else { return false }
        return config["from_logits"] == .boolean(true)
    }
}

import KeratinCore
import KeratinTensor

/// A figure that is watched in training: `.accuracy`, `"mse"`, or a closure over (yTrue, yPred).
///
/// Values are averaged within each sample, then over the samples, weighted by nothing; totals accumulate on
/// the device. `accuracy` means what the shapes say, by Keras's rule.
public struct Metric: Sendable, ExpressibleByStringLiteral {
    typealias Body = @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor

    /// The key in the history: a metric given by a string keeps that string.
    public let name: String
    let body: Body?

    /// A metric of your own: a value for each sample, or for each element.
    public init(
        _ name: String,
        _ body: @escaping @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor
    ) {
        self.name = name
        self.body = body
    }

    /// By Keras's name or short form; an unknown one throws at `compile`.
    public init(stringLiteral value: String) {
        name = value
        body = Metric.known[value]?.body
    }

    /// - Throws: `KeratinError` for an unknown name.
    package func validate() throws {
        if body == nil {
            throw unknownName(name, among: Metric.known.keys.sorted(), what: "metric")
        }
    }

    /// One value a sample.
    package func perSample(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        try validate()
        let values = try body!(yTrue, yPred)
        return values.rank > 1 ? try values.mean(axes: Array(1..<values.rank)) : values
    }

    private static let known: [String: Metric] = {
        let all = [
            accuracy, binaryAccuracy(), categoricalAccuracy, sparseCategoricalAccuracy,
            meanSquaredError, binaryCrossentropy(), categoricalCrossentropy(),
            sparseCategoricalCrossentropy(),
        ]
        var known = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
        known["acc"] = accuracy
        known["mse"] = meanSquaredError
        known["MSE"] = meanSquaredError
        known["bce"] = binaryCrossentropy()
        known["BCE"] = binaryCrossentropy()
        known["BinaryAccuracy"] = binaryAccuracy()
        known["CategoricalAccuracy"] = categoricalAccuracy
        known["SparseCategoricalAccuracy"] = sparseCategoricalAccuracy
        known["MeanSquaredError"] = meanSquaredError
        known["BinaryCrossentropy"] = binaryCrossentropy()
        known["CategoricalCrossentropy"] = categoricalCrossentropy()
        known["SparseCategoricalCrossentropy"] = sparseCategoricalCrossentropy()
        return known
    }()
}

extension Metric {
    // MARK: Losses as metrics

    public static let meanSquaredError = of(.meanSquaredError)

    public static func binaryCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0
    ) -> Metric {
        of(.binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing))
    }

    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0
    ) -> Metric {
        of(.categoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing))
    }

    public static func sparseCategoricalCrossentropy(fromLogits: Bool = false) -> Metric {
        of(.sparseCategoricalCrossentropy(fromLogits: fromLogits))
    }

    private static func of(_ loss: Loss) -> Metric {
        Metric(loss.name) { try loss.perSample($0, $1) }
    }
}

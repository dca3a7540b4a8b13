// The table of tolerances. Tests name a row; no bound stands anywhere else.

/// How far two tensors may differ: per tensor, |a − b| ≤ relativeToLargest·max|b| + absolute, or, with
/// `relative`, per element |a − b| ≤ relative·|b| + absolute.
public struct Tolerance: Hashable, Sendable {
    /// The row's name in the table of tolerances.
    public var name: String
    /// The part of the tensor's largest absolute value by which any element may be off.
    public var relativeToLargest: Double
    /// The part of its own absolute value by which each element may be off.
    public var relative: Double
    /// By how much any element may be off in any case.
    public var absolute: Double

    /// A row of one's own; what is not given allows nothing.
    public init(
        name: String, relativeToLargest: Double = 0, relative: Double = 0, absolute: Double = 0
    ) {
        self.name = name
        self.relativeToLargest = relativeToLargest
        self.relative = relative
        self.absolute = absolute
    }

    /// Movements, integers, random bits, a repeated run.
    public static let exact = Tolerance(name: "exact")

    /// A kernel with the Double reference, and goldens of real Keras: values, gradients, states.
    public static let kernel = Tolerance(
        name: "kernel", relativeToLargest: 1e-4, absolute: 1e-6)

    /// One elementwise function, element by element: 32 units in the last place (OpenCL allows `pow`
    /// and `erf` 16); the absolute part is the largest denormal, which a device may flush to zero.
    public static let elementwise = Tolerance(
        name: "elementwise", relative: 4e-6, absolute: 1.2e-38)

    /// Elementwise functions that cross zero away from the origin (sin, cos), or that have no promise of
    /// relative accuracy there (tanh, erf, log).
    public static let elementwiseNearZero = Tolerance(
        name: "elementwise near zero", relative: 4e-6, absolute: 5e-7)

    /// Losses and metrics with their definitions in Double, element by element; the absolute part is for results that
    /// are denormal or 0.
    public static let loss = Tolerance(name: "loss", relative: 1e-5, absolute: 1e-30)

    /// Kernels that store float16 or bfloat16.
    public static let lowPrecision = Tolerance(
        name: "low precision", relativeToLargest: 1e-2, absolute: 1e-6)

    /// Analytic gradients with central differences, both in Double.
    public static let finiteDifference = Tolerance(
        name: "finite difference", relativeToLargest: 1e-4, absolute: 1e-6)

    /// Loss history with Keras, step by step, for the first `historySteps` steps.
    public static let history = Tolerance(name: "history", relative: 1e-3, absolute: 1e-6)
    /// Training steps for which `history` holds.
    public static let historySteps = 20

    /// Loss history of one of our backends with another, for the first `backendHistorySteps` steps.
    public static let backendHistory = Tolerance(
        name: "history between backends", relative: 1e-4, absolute: 1e-6)
    /// Training steps for which `backendHistory` holds.
    public static let backendHistorySteps = 50

    /// Loss of whole epochs with Keras.
    public static let epochs = Tolerance(name: "epochs", relative: 0.03, absolute: 1e-6)

    /// Final accuracy with Keras.
    public static let accuracy = Tolerance(name: "accuracy", absolute: 0.01)
}

/// The outcome of comparing two tensors.
public struct Comparison: Sendable, CustomStringConvertible {
    /// The largest |a − b| over elements that are finite on both sides.
    public var largestError: Double
    /// What was allowed where the error is worst.
    public var allowed: Double
    /// The worst element that is out of bounds; nil if all are in.
    public var failure: (index: Int, got: Double, expected: Double)?

    /// Whether every element is in bounds.
    public var isWithin: Bool { failure == nil }

    public var description: String {
        guard let failure else { return "largest error \(largestError)" }
        return "element \(failure.index) is \(failure.got), expected \(failure.expected); "
            + "largest error \(largestError), allowed \(allowed)"
    }
}

extension Tolerance {
    /// Compares float32 results with the Double reference. NaN must meet NaN; what rounds to an infinity
    /// must be that infinity.
    public func compare(_ got: [Double], _ expected: [Double]) -> Comparison {
        guard got.count == expected.count else {
            return Comparison(
                largestError: .infinity, allowed: 0,
                failure: (min(got.count, expected.count), Double(got.count), Double(expected.count))
            )
        }
        let largest = expected.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
        var result = Comparison(largestError: 0, allowed: bound(0, largest), failure: nil)
        var worst = 0.0
        for (index, (a, b)) in zip(got, expected).enumerated() {
            let expected = Float(b).isFinite || !b.isFinite ? b : Double(Float(b))
            if a.isNaN && expected.isNaN || a == expected { continue }
            guard a.isFinite, expected.isFinite else {
                // A kernel may overflow just before the reference does.
                if a.isInfinite, abs(expected) > 3.4e38, (a < 0) == (expected < 0) { continue }
                if expected.isInfinite, abs(a) > 3.4e38, (a < 0) == (expected < 0) { continue }
                if worst < .infinity { result.failure = (index, a, b) }
                worst = .infinity
                continue
            }
            let error = abs(a - expected)
            let allowed = bound(abs(expected), largest)
            result.largestError = max(result.largestError, error)
            let excess = allowed > 0 ? error / allowed : .greatestFiniteMagnitude
            if excess > 1, excess > worst {
                worst = excess
                result.failure = (index, a, b)
                result.allowed = allowed
            }
        }
        return result
    }

    private func bound(_ magnitude: Double, _ largest: Double) -> Double {
        relativeToLargest * largest + relative * magnitude + absolute
    }
}

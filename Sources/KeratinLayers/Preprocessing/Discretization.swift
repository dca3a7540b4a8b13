import KeratinCore
import KeratinTensor

/// The bin that each number falls into: n limits make n + 1 bins, and a number that equals a limit belongs to the bin behind it.
///
/// Limits are given, or found by `adapt`, so that the bins hold about equally many of the data's numbers. Results: in mode `int` the bins'
/// numbers, int32 of the inputs' shape; else rows as those of `CategoryEncoding`. NaN falls into the last bin.
public final class Discretization: Layer {
    private let given: [Double]?
    private let numBins: Int?
    private let epsilon: Double
    private let mode: Chosen<OutputMode>
    private var limits: Limits?

    /// The limits between the bins, in rising order: `Discretization([0, 18, 65])`.
    public convenience init(
        _ binBoundaries: [Double], outputMode: any OutputModeConvertible = .int,
        name: String? = nil
    ) {
        self.init(
            given: binBoundaries, numBins: nil, epsilon: 0.01, outputMode: outputMode, name: name)
    }

    /// The same with a name for the limits: `Discretization(binBoundaries: [0, 18, 65])`.
    public convenience init(
        binBoundaries: [Double], outputMode: any OutputModeConvertible = .int,
        name: String? = nil
    ) {
        self.init(binBoundaries, outputMode: outputMode, name: name)
    }

    /// So many bins, whose limits `adapt` finds.
    /// - Parameters:
    ///   - numBins: at least 1.
    ///   - epsilon: how far a limit may be from the true quantile, as a part of the data; above 0, at most 1.
    public convenience init(
        numBins: Int, epsilon: Double = 0.01, outputMode: any OutputModeConvertible = .int,
        name: String? = nil
    ) {
        self.init(
            given: nil, numBins: numBins, epsilon: epsilon, outputMode: outputMode, name: name)
    }

    private init(
        given: [Double]?, numBins: Int?, epsilon: Double, outputMode: any OutputModeConvertible,
        name: String?
    ) {
        self.given = given
        self.numBins = numBins
        self.epsilon = epsilon
        mode = Chosen(
            outputMode, among: [.int, .oneHot, .multiHot, .count], at: "Discretization")
        super.init(name: name)
        note(mode.mistake, mistakeOf { try checkArguments() })
        if mistake == nil, let given { limits = Limits(given) }
    }

    private func checkArguments() throws {
        if let numBins {
            try CategoryNumbers.requireCount(numBins, "numBins", at: place)
            guard epsilon > 0, epsilon <= 1 else {
                throw KeratinError(
                    .invalidArgument, "epsilon must be above 0 and at most 1, got \(epsilon)",
                    at: place)
            }
        }
        if let given { try Limits.check(given, at: place) }
    }

    package override var isBuiltFromTheStart: Bool { true }

    /// The limits between the bins; nil: there are none yet.
    public var binBoundaries: [Double]? { limits?.values }

    // MARK: Data

    /// Finds the limits in numbers of any shape; what an earlier call found is forgotten.
    /// - Throws: `KeratinError` if limits were given, there are no numbers, or so many are missing (NaN) that a limit would be.
    public func adapt(_ data: NDArray) throws { try adapt(batches: [data]) }

    /// Finds the limits in batches of numbers, each of which is summarised before the next is taken.
    /// - Throws: `KeratinError` if limits were given, there are no numbers, or so many are missing (NaN) that a limit would be;
    ///   nothing is changed then.
    public func adapt(batches: some Sequence<NDArray>) throws {
        if let mistake { throw mistake }
        guard let numBins else {
            throw KeratinError(
                .invalidState, "was made with its limits: only one with numBins is adapted",
                at: place)
        }
        var sketch = QuantileSketch()
        for batch in batches {
            sketch = QuantileSketch(try batch.floats(), epsilon: epsilon)
                .merged(with: sketch, epsilon: epsilon)
        }
        guard !sketch.values.isEmpty else {
            throw KeratinError(.invalidArgument, "adapt needs data, got none", at: place)
        }
        let found = sketch.boundaries(bins: numBins).map { Double($0) }
        try Limits.check(found, at: place)
        limits = Limits(found)
        noteChange()
    }

    // MARK: Bins

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        if let mistake { throw mistake }
        guard let limits else {
            throw KeratinError(
                .invalidState, "has no limits yet: give binBoundaries, or call adapt before",
                at: place)
        }
        return try CategoryNumbers.encoded(
            try limits.bins(of: input), as: mode.value, depth: limits.values.count + 1)
    }

    // MARK: Files

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig().adding([
            "bin_boundaries": binBoundaries.map { .list($0.map { .number($0) }) } ?? .null,
            "num_bins": numBins.map { .integer($0) } ?? .null, "epsilon": .number(epsilon),
            "output_mode": .string(mode.value.rawValue), "sparse": false,
        ])
        // Keras's class has no such argument.
        config["trainable"] = nil
        return config
    }
}

extension Discretization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        try configuration.refuseSparse()
        let boundaries = try configuration.optionalNumbers("bin_boundaries")
        let numBins = try configuration.optionalInteger("num_bins")
        guard boundaries != nil || numBins != nil else {
            throw KeratinError(
                .invalidData, "the configuration has neither 'bin_boundaries' nor 'num_bins'",
                at: configuration.className)
        }
        self.init(
            // With a number of bins the limits are those that data gave.
            given: numBins == nil ? boundaries : nil, numBins: numBins,
            epsilon: try configuration.number("epsilon", default: 0.01),
            outputMode: try configuration.string("output_mode", default: "int"),
            name: configuration.name)
        if let mistake { throw mistake }
        if numBins != nil, let boundaries {
            try Limits.check(boundaries, at: place)
            limits = Limits(boundaries)
        }
    }
}

/// Limits in rising order, among which numbers are looked up.
private struct Limits {
    let values: [Double]
    /// The limits, and NaN behind them up to one less than a power of two.
    private let table: HostConstant
    /// How often the limits are halved until one is left.
    private let steps: [Int]

    init(_ values: [Double]) {
        self.values = values
        var (size, steps) = (1, [Int]())
        while size <= values.count {
            steps.insert(size, at: 0)
            size *= 2
        }
        self.steps = steps
        let rest = [Double](repeating: .nan, count: max(size - 1 - values.count, 0))
        table = HostConstant(values + rest)
    }

    /// - Throws: `KeratinError` for limits that do not rise, or are no numbers.
    static func check(_ values: [Double], at place: String) throws {
        if let index = values.firstIndex(where: \.isNaN) {
            throw KeratinError(
                .invalidData, "the limit \(index) between bins is not a number", at: place)
        }
        if let index = values.indices.dropFirst().first(where: { values[$0] < values[$0 - 1] }) {
            throw KeratinError(
                .invalidArgument,
                "limits between bins must rise, got \(values[index - 1]) before \(values[index])",
                at: place)
        }
        guard values.count < CategoryNumbers.largestCount else {
            throw KeratinError(
                .invalidArgument, "\(values.count) limits between bins are too many", at: place)
        }
    }

    /// How many limits are not above each number, int32: the limits are halved at each step. All are for NaN.
    func bins(of input: Tensor) throws -> Tensor {
        let x = input.cast(to: .float32)
        var bins = Tensor(repeating: 0, shape: x.shape, dtype: .int32)
        guard !steps.isEmpty else { return bins }
        let table = try table.read()
        for step in steps {
            let next = bins + step
            // The last one that would be counted; where the table ends NaN is above everything.
            let limit = table.gatherClamped(next - 1)
            bins = limit.binary(.lessEqual, x).select(next, bins)
        }
        let all = Tensor(repeating: Double(values.count), shape: x.shape, dtype: .int32)
        return x.unary(.isNaN).select(all, bins)
    }
}

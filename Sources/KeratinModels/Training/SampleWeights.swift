import KeratinCore
import KeratinTensor

/// What samples of a class count in the loss, by class number; others count 1.
enum ClassWeight {
    /// For the only output.
    case one([Int: Double])
    /// By the names of outputs.
    case named([String: [Int: Double]])

    /// Those that were given: for the only output, or by name.
    /// - Throws: `KeratinError` for both at once, and for weights that are negative, infinite or NaN.
    init?(
        _ weight: [Int: Double]?, _ weights: [String: [Int: Double]]?, at place: String
    ) throws {
        for weights in [weight ?? [:]] + (weights ?? [:]).values {
            try Self.validate(weights, at: place)
        }
        switch (weight, weights) {
        case (let weight?, nil): self = .one(weight)
        case (nil, let weights?): self = .named(weights)
        case (nil, nil): return nil
        case (_?, _?):
            throw KeratinError(
                .invalidArgument, "classWeight and classWeights cannot both be given", at: place)
        }
    }

    private static func validate(_ weights: [Int: Double], at place: String) throws {
        for (label, weight) in weights.sorted(by: { $0.key < $1.key })
        where !(weight.isFinite && weight >= 0) {
            throw KeratinError(
                .invalidArgument,
                "the weight of class \(label) must be a finite number ≥ 0, got \(weight)",
                at: place)
        }
    }

    /// For each output, in their order.
    func resolved(_ names: [String], at place: String) throws -> [[Int: Double]?] {
        switch self {
        case .one(let weight):
            guard names.count == 1 else {
                throw KeratinError(
                    .invalidArgument,
                    "classWeight is for models with one output; give classWeights by name",
                    at: place
                )
            }
            return [weight]
        case .named(let weights):
            return try PerOutput.named(weights).resolved(
                names, what: "class weight", sharesOne: false, at: place)
        }
    }
}

/// What each sample counts in the loss.
enum SampleWeights {
    /// The weights of the samples from those given for samples or for classes, of which only one may be.
    ///
    /// Labels of several columns are one-hot; others are rounded to class numbers. A class without a weight counts 1.
    static func resolve(
        _ sampleWeight: HostArray?, _ classWeight: [Int: Double]?, y: HostArray, at place: String
    ) throws -> HostArray? {
        if let sampleWeight {
            guard classWeight == nil else {
                throw KeratinError(
                    .invalidArgument, "sampleWeight and classWeight cannot both be given",
                    at: place)
            }
            guard sampleWeight.shape.rank >= 1, sampleWeight.count == y.count else {
                throw KeratinError(
                    .shapeMismatch,
                    "sampleWeight needs one entry for each of \(y.count) samples, got \(sampleWeight.shape)",
                    at: place)
            }
            // One number per sample, or more for the axes of the labels.
            let fits = sampleWeight.shape.dimensions.enumerated().dropFirst().allSatisfy {
                $1 == 1 || ($0 < y.shape.rank && $1 == y.shape[$0])
            }
            guard fits else {
                throw KeratinError(
                    .shapeMismatch,
                    "sampleWeight \(sampleWeight.shape) does not fit labels \(y.shape)", at: place)
            }
            return sampleWeight
        }
        guard let classWeight else { return nil }
        guard y.shape.rank <= 2 else {
            throw KeratinError(
                .invalidArgument, "classWeight needs one label per sample, got labels \(y.shape)",
                at: place)
        }
        let labels = y.floats
        let columns = y.sampleCount
        let weights = (0..<y.count).map { sample -> Float in
            let row = labels[(sample * columns)..<((sample + 1) * columns)]
            let label: Int
            if columns > 1 {
                let largest = row.indices.max { row[$0] < row[$1] } ?? row.startIndex
                label = (row.firstIndex { $0 == row[largest] } ?? largest) - row.startIndex
            } else {
                label = Int(exactly: (row.first ?? 0).rounded(.toNearestOrEven)) ?? -1
            }
            return Float(classWeight[label] ?? 1)
        }
        return try HostArray(weights)
    }
}

import KeratinCore
import KeratinTensor

/// What each sample counts in the loss.
enum SampleWeights {
    /// The weights of the samples from those given for samples or for classes, of which only one may be.
    ///
    /// Labels of several columns are one-hot; others are rounded to class numbers. A class without a weight counts 1.
    static func resolve(
        _ sampleWeight: NDArray?, _ classWeight: [Int: Double]?, y: NDArray, at place: String
    ) throws -> NDArray? {
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
        return try NDArray(weights)
    }
}

import KeratinCore
import KeratinTensor

/// Counts of true and false positives and negatives at thresholds (Keras's
/// `update_confusion_matrix_variables`).
struct ConfusionCounts: Sendable {
    enum Kind: Sendable { case truePositives, falsePositives, trueNegatives, falseNegatives }

    /// A prediction above the threshold is positive.
    let thresholds: [Double]
    /// Only the k largest predictions of a sample may be positive.
    let topK: Int?
    /// Only this class is looked at.
    let classID: Int?
    /// One weight for each class.
    let labelWeights: [Double]?
    /// Whether there is one count for each class.
    let isMultiLabel: Bool
    private let limits: HostConstant
    private let labelRow: HostConstant?

    init(
        thresholds: [Double], topK: Int? = nil, classID: Int? = nil, labelWeights: [Double]? = nil,
        isMultiLabel: Bool = false
    ) {
        self.thresholds = thresholds
        self.topK = topK
        self.classID = classID
        self.labelWeights = labelWeights
        self.isMultiLabel = isMultiLabel
        limits = HostConstant(thresholds, shape: [thresholds.count, 1, 1])
        labelRow = labelWeights.map { HostConstant($0) }
    }

    /// Predictions below all others, which no threshold calls positive.
    static let never = -1e10

    /// Thresholds 0, 1/(n − 1), …, 1 fall into equal buckets. The first and last may lie an ε outside.
    private var isEven: Bool {
        let count = thresholds.count
        guard count >= 3 else { return false }
        return thresholds.enumerated().allSatisfy { index, threshold in
            let even = Double(Float(index) / Float(count - 1))
            // NumPy's allclose, with ε for the absolute part.
            return abs(threshold - even) <= kerasEpsilon * 1.0001 + 1e-5 * abs(even)
        }
    }

    /// What a batch adds to the counts, each [thresholds] or, of several labels, [thresholds, labels].
    func update(
        _ kinds: [Kind], _ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?
    ) throws -> [Tensor] {
        var (predictions, labels) = try Loss.sameRank(yPred, yTrue.cast(to: .float32))
        guard predictions.shape == labels.shape, predictions.rank > 0 else {
            throw LabelFit.mismatch(yTrue, yPred)
        }
        var weights = try weight.map { weight in
            let column = weight.cast(to: .float32).expandingDimension(at: -1)
            let fits = column.rank == labels.rank + 1
            return fits ? try column.droppingLastAxis() : column
        }
        if let topK { predictions = try Self.keepingTop(topK, predictions) }
        if let classID {
            guard predictions.rank > 1, classID >= 0, classID < predictions.shape.dimensions.last!
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "class \(classID) needs predictions with so many classes, got \(predictions.samples)"
                )
            }
            predictions = try predictions.column(classID)
            labels = try labels.column(classID)
        }
        weights = try weights?.broadcast(toFit: predictions.shape)
        if let labelWeights, let labelRow {
            guard labelWeights.count == predictions.shape.dimensions.last else {
                throw KeratinError(
                    .shapeMismatch,
                    "\(labelWeights.count) label weights do not fit predictions \(predictions.shape)"
                )
            }
            let row = try labelRow.read().broadcast(toFit: predictions.shape)
            weights = weights.map { $0 * row } ?? row
        }
        // One column for all cells, or one a label.
        let columns = isMultiLabel ? predictions.shape.dimensions.last! : 1
        let shape: Shape = [predictions.count / columns, columns]
        let positive = labels.binary(.notEqual, 0).cast(to: .float32).reshaped(shape)
        let weight = weights?.reshaped(shape) ?? Tensor(repeating: 1, shape: shape)
        let table = Table(
            predictions: predictions.reshaped(shape), positive: positive * weight,
            negative: (1 - positive) * weight)
        let (truePositives, falsePositives) =
            isEven ? try inBuckets(table) : try byComparison(table)
        let counts = kinds.map { kind in
            switch kind {
            case .truePositives: return truePositives
            case .falsePositives: return falsePositives
            case .trueNegatives:
                return table.negative.sum(axes: [0], keepDimensions: true) - falsePositives
            case .falseNegatives:
                return table.positive.sum(axes: [0], keepDimensions: true) - truePositives
            }
        }
        return isMultiLabel ? counts : counts.map { $0.reshaped([thresholds.count]) }
    }

    /// Predictions, and the weights of positive and negative cells, each [cells, columns].
    private struct Table {
        var predictions: Tensor
        var positive: Tensor
        var negative: Tensor
    }

    /// Equal buckets: each cell is counted in one, and counts add up from the last bucket down.
    private func inBuckets(_ table: Table) throws -> (Tensor, Tensor) {
        let count = thresholds.count
        let position = table.predictions.clipped(0, 1) * Double(count - 1)
        let place = position.unary(.ceil) - 1
        // With an ε below 0 predictions of 0 lie in the first bucket, else in none; NaN always lies in none.
        let hasMargin = thresholds[0] < 0 || thresholds[count - 1] > 1
        let isCounted =
            hasMargin
            ? place.binary(.equal, place) : place.binary(.greaterEqual, 0)
        let counted = isCounted.cast(to: .float32)
        let index = isCounted.select(place, Tensor(0)).binary(.maximum, 0).cast(to: .int32)
        let columns = table.predictions.shape[1]
        // Row t of the triangle adds the buckets from t on.
        let triangle = Tensor(indicesAlong: 0, shape: [count, count])
            .binary(.lessEqual, Tensor(indicesAlong: 1, shape: [count, count])).cast(to: .float32)
        func total(_ weights: Tensor) throws -> Tensor {
            let weights = weights * counted
            let cells = weights.shape[0]
            let sums = try (0..<columns).map { column in
                let values = weights.slice(starts: [0, column], limits: [cells, column + 1])
                let rows = index.slice(starts: [0, column], limits: [cells, column + 1])
                return try Tensor.apply(
                    .scatterAdd(axis: 0, count: count), [values, rows.reshaped([cells])])
            }
            return triangle.matmul(Tensor.concatenate(sums, axis: 1))
        }
        return (try total(table.positive), try total(table.negative))
    }

    private func byComparison(_ table: Table) throws -> (Tensor, Tensor) {
        let (cells, columns) = (table.predictions.shape[0], table.predictions.shape[1])
        let isPositive = try table.predictions.reshaped([1, cells, columns])
            .binary(.greater, limits.read()).cast(to: .float32)
        func total(_ weights: Tensor) throws -> Tensor {
            (isPositive * weights.reshaped([1, cells, columns])).sum(axes: [1])
        }
        return (try total(table.positive), try total(table.negative))
    }

    /// Predictions that are not among the k largest of their sample become very small; of equal ones the first
    /// counts as larger. As in TensorFlow, NaN is equal to everything.
    private static func keepingTop(_ k: Int, _ predictions: Tensor) throws -> Tensor {
        let classes = predictions.shape.dimensions.last!
        let mine = predictions.expandingDimension(at: -1)
        let others = predictions.expandingDimension(at: -2)
        let square: Shape = [classes, classes]
        let isBefore = Tensor(indicesAlong: 1, shape: square)
            .binary(.less, Tensor(indicesAlong: 0, shape: square))
        let isSmaller = others.binary(.less, mine)
        let isTie = isSmaller.unary(.not).binary(.and, isBefore)
        let isLarger = others.binary(.greater, mine).binary(.or, isTie)
        let rank = isLarger.cast(to: .float32).sum(axes: [-1])
        return rank.binary(.less, Double(k)).select(predictions, Tensor(never))
    }
}

extension Tensor {
    /// One entry of the last axis, which stays with extent 1.
    fileprivate func column(_ index: Int) throws -> Tensor {
        var starts = shape.dimensions.map { _ in 0 }
        var limits = shape.dimensions
        starts[rank - 1] = index
        limits[rank - 1] = index + 1
        return slice(starts: starts, limits: limits)
    }
}

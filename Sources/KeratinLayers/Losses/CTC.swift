import KeratinCore
import KeratinTensor

extension Loss {
    /// Connectionist temporal classification: −ln of the probability that a sequence of classes, read without repetitions and
    /// then without blanks, is the label (Graves and others 2006).
    ///
    /// Labels are class numbers [samples, length], 0 after their end; class 0 is the blank. Predictions are logits [samples, steps,
    /// classes]. As many labels count as are not 0. A label that the steps cannot hold has the probability that TensorFlow gives it,
    /// 1e-307 times that of anything.
    static let ctc = Loss(FunctionIdentity("CTC"), name: "ctc", labelType: .int32) {
        labels, logits in
        guard labels.rank == 2, logits.rank == 3, labels.shape[0] == logits.shape[0] else {
            throw KeratinError(
                .shapeMismatch,
                "needs labels (samples, length) and logits (samples, steps, classes), got \(labels.samples) and \(logits.samples)",
                at: "ctc")
        }
        return try ConnectionistTemporalClassification(labels).loss(logits)
    }
}

/// The forward recursion over label and blank states, in logarithms. A label has n classes and n + 1 blanks around them.
private struct ConnectionistTemporalClassification {
    /// Of what cannot be, finite so that gradients are.
    private static let impossible = -1e30
    /// Of paths that begin or end somewhere within the label: TensorFlow's ln 1e-307. They count where no others are.
    private static let unlikely = -706.893623549172

    /// [samples, n].
    private let labels: Tensor
    /// 1 where a label is none, [samples, n].
    private let isPadding: Tensor

    init(_ labels: Tensor) throws {
        self.labels = labels
        isPadding = labels.binary(.equal, 0).cast(to: .float32)
    }

    func loss(_ logits: Tensor) throws -> Tensor {
        // The recursion's gradient with respect to the logits is that of the paths; what normalises them has its own.
        let normalizer = try logits.logSumExp()
        let constant = normalizer.stoppingGradient()
        let scores = logits - constant
        let blank = scores.slice(
            starts: [0, 0, 0], limits: [scores.shape[0], scores.shape[1], 1])
        let likelihood = try likelihood(
            blank: blank.transposed([1, 0, 2]), labelled(scores, blank).transposed([1, 0, 2]))
        return (normalizer - constant).sum(axes: [1, 2]) - likelihood
    }

    /// The scores of the labels' classes, [samples, steps, n].
    private func labelled(_ scores: Tensor, _ blank: Tensor) throws -> Tensor {
        let classes = Tensor(indicesAlong: 1, shape: [1, scores.shape[2], 1])
        let padding = isPadding.expandingDimension(at: 1)
        let isClass = classes.binary(.equal, labels.expandingDimension(at: 1))
        let choice = isClass.cast(to: .float32) * (1 - padding)
        // Blanks among the labels count in the value and, as in TensorFlow, not in the gradient.
        return scores.matmul(choice) + blank.stoppingGradient() * padding
    }

    /// - Parameters:
    ///   - blank: [steps, samples, 1].
    ///   - labelled: [steps, samples, n].
    private func likelihood(blank: Tensor, _ labelled: Tensor) throws -> Tensor {
        let (samples, n) = (labels.shape[0], labels.shape[1])
        let impossible = Self.impossible
        let place = Tensor(indicesAlong: 1, shape: [samples, n + 1])
        let start = place.binary(.equal, 0).select(Tensor(0), Tensor(Self.unlikely))
        let none = Tensor(repeating: Self.unlikely, shape: [samples, n])
        let total = Tensor(repeating: 0, shape: [samples, 1])
        // From a class to the next one without a blank, if they differ.
        let before = try labels.padded(low: [0, 1], high: [0, 0], value: -1).columns(..<n)
        let repeats = labels.binary(.equal, before).cast(to: .float32)
        let skip = repeats * impossible
        let (carries, _) = try scan(
            carries: [start, none, total], sequences: [blank, labelled]
        ) { carries, rows in
            let (blanks, classes) = (carries[0], carries[1])
            let previous = classes.padded(low: [0, 1], high: [0, 0], value: impossible)
            let newBlanks = try logAddExp([blanks, previous]) + rows[0]
            let newClasses =
                try logAddExp([classes, blanks.columns(..<n), previous.columns(..<n) + skip])
                + rows[1]
            // Small numbers keep their digits; what is taken away is added in the end.
            let peak = Tensor.concatenate([newBlanks, newClasses], axis: 1)
                .max(axes: [1], keepDimensions: true).stoppingGradient()
            return ([newBlanks - peak, newClasses - peak, carries[2] + peak], [])
        }
        let length = (1 - isPadding).sum(axes: [1], keepDimensions: true).cast(to: .int32)
        let end = place.binary(.equal, length).select(Tensor(0), Tensor(Self.unlikely))
        let states = try Tensor.concatenate(
            [carries[0] + end, carries[1] + end.columns(1..<(n + 1))], axis: 1)
        let gradual = try states.logSumExp()
        let exact = try (states + unreachable(repeats, steps: blank.shape[0])).logSumExp()
        return (gradual + (exact - gradual).stoppingGradient() + carries[2]).sum(axes: [1])
    }

    /// What keeps states out that no path from the label's start comes to in so many steps. In TensorFlow they count in the
    /// gradient, not in the value.
    private func unreachable(_ repeats: Tensor, steps: Int) throws -> Tensor {
        let n = labels.shape[1]
        let isAfter = Tensor(indicesAlong: 0, shape: [n, n]).binary(
            .greater, Tensor(indicesAlong: 1, shape: [n, n]))
        // A step for each class, and one for the blank between equal ones.
        let classes = (repeats + 1).matmul(1 - isAfter.cast(to: .float32))
        let blanks = classes.padded(low: [0, 1], high: [0, 0]) + 1
        return Tensor.concatenate([blanks, classes], axis: 1)
            .binary(.greater, Double(steps)).cast(to: .float32) * Self.impossible
    }

    /// ln Σ exp of tensors, element by element.
    private func logAddExp(_ terms: [Tensor]) throws -> Tensor {
        let peak = terms.dropFirst().reduce(terms[0]) { $0.binary(.maximum, $1) }
            .stoppingGradient()
        let powers = terms.map { ($0 - peak).exp() }
        return powers.dropFirst().reduce(powers[0]) { $0 + $1 }.log() + peak
    }
}

extension Tensor {
    /// ln Σ exp over the last axis, which stays with extent 1.
    fileprivate func logSumExp() throws -> Tensor {
        let peak = max(axes: [-1], keepDimensions: true).stoppingGradient()
        return (self - peak).exp().sum(axes: [-1], keepDimensions: true).log() + peak
    }

    /// Columns of a matrix.
    fileprivate func columns(_ range: PartialRangeUpTo<Int>) throws -> Tensor {
        try columns(0..<range.upperBound)
    }

    fileprivate func columns(_ range: Range<Int>) throws -> Tensor {
        slice(starts: [0, range.lowerBound], limits: [shape[0], range.upperBound])
    }
}

import KeratinCore
import KeratinTensor

/// Labels of a recording whose class numbers the host has looked at.
private final class CheckedLabels: TraceNotes {
    var values: Set<Value> = []
}

extension Trace {
    /// Says that the host has looked at the class numbers of labels.
    package func noteCheckedLabels(_ labels: Tensor) throws {
        notes(CheckedLabels.self).values.insert(try value(of: labels))
    }

    /// Whether the host has looked at these very labels.
    func areCheckedLabels(_ labels: Tensor) throws -> Bool {
        try notes(CheckedLabels.self).values.contains(value(of: labels))
    }

    /// Lets the device report class numbers that are not in 0..<count, unless the host has looked at them.
    /// - Parameter given: the labels that they come from.
    func check(classes: Tensor, below count: Int, given labels: Tensor) throws {
        if try areCheckedLabels(labels) { return }
        try check(indices: classes, below: count, as: .label)
    }
}

extension Loss {
    /// Looks at class numbers: at once if nothing is recorded, else see `Trace.check(classes:below:given:)`.
    /// - Throws: `KeratinError` for one that is not in 0..<count.
    static func check(classes: Tensor, below count: Int, given labels: Tensor) throws {
        if let trace = Trace.current {
            return try trace.check(classes: classes, below: count, given: labels)
        }
        guard classes.hasNumbers else { return }
        for number in try classes.int32s() where number < 0 || number >= count {
            throw DeviceStatus.outOfRange(Int(number), count, .label, at: nil)
        }
    }

    /// Where the classes lie along the predictions' axes, and the class that does not count, if the loss takes class numbers.
    private var classNumbers: (axis: Int, ignored: Int?)? {
        guard let identity, identity.className == "SparseCategoricalCrossentropy" else {
            return nil
        }
        return (
            identity.config["axis"]?.asInteger ?? -1, identity.config["ignore_class"]?.asInteger
        )
    }

    /// How many classes there are, if the loss takes class numbers and the predictions tell it.
    /// - Parameter predictions: the shape of a batch of predictions.
    package func classCount(predictions: [Int?]) -> Int? {
        guard let (axis, _) = classNumbers else { return nil }
        let place = axis < 0 ? axis + predictions.count : axis
        return predictions.indices.contains(place) ? predictions[place] : nil
    }

    /// Looks at class numbers in host memory before they are trained on.
    ///
    /// - Parameter classes: see `classCount`.
    /// - Throws: `KeratinError` for the first label that is no class, with its sample.
    package func check(labels: HostArray, below classes: Int) throws {
        let ignored = classNumbers?.ignored
        func fails(_ index: Int, _ value: String) -> KeratinError {
            let sample = index / max(labels.sampleCount, 1)
            return KeratinError(
                .invalidData,
                "the label \(value) of sample \(sample) is no class number in 0..<\(classes), which \(name) needs"
            )
        }
        func look<Number: BinaryInteger>(_ values: [Number]) throws {
            let wrong = values.firstIndex { $0 < 0 || $0 >= classes }
            guard let wrong else { return }
            // Rarely, and only then slowly.
            for (index, value) in values.enumerated().dropFirst(wrong)
            where (value < 0 || value >= classes) && ignored != Int(value) {
                throw fails(index, "\(value)")
            }
        }
        // The numbers are truncated; no comparison holds for NaN.
        let limit = Float(classes)
        switch labels.storage {
        case .int32(let values): try look(values)
        case .uint8(let values): try look(values)
        case .int64(let values): try look(values)
        case .bool(let values): try look(values.map { $0 ? 1 : 0 })
        case .float32(let values):
            for (index, value) in values.enumerated() where !(value > -1 && value < limit) {
                if let ignored, Int(exactly: value.rounded(.towardZero)) == ignored { continue }
                let whole = Int(exactly: value)
                throw fails(index, whole.map { "\($0)" } ?? "\(value)")
            }
        }
    }
}

import KeratinCore
import KeratinTensor

/// Whether labels fit a loss of Keras, and what would fit if they do not.
enum LabelFit {
    /// How a loss wants its labels.
    private enum Form {
        /// A number for each prediction; one for several is broadcast.
        case broadcast
        /// 0 or 1 for each prediction.
        case binary
        /// A row of numbers for each row of predictions.
        case categorical
        /// The loss says it itself.
        case own
    }

    private static func form(_ className: String) -> Form {
        switch className {
        case "BinaryCrossentropy", "BinaryFocalCrossentropy": .binary
        case "CategoricalCrossentropy", "CategoricalFocalCrossentropy": .categorical
        case "SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy", "CTC", "Circle",
            "crossentropy":
            .own
        default: Loss.classes[className] == nil ? .own : .broadcast
        }
    }

    /// - Parameters:
    ///   - labels, predictions: with ranks made equal.
    ///   - given: the labels as they came.
    /// - Throws: `KeratinError` that names the loss, and the loss or the form of the labels that would fit.
    static func check(
        _ className: String, _ labels: Tensor, _ predictions: Tensor, given: Tensor
    ) throws {
        let fits =
            switch form(className) {
            case .own: true
            case .broadcast: (try? labels.shape.broadcast(with: predictions.shape)) != nil
            case .binary, .categorical: labels.shape == predictions.shape
            }
        guard !fits else { return }
        throw mismatch(AutomaticName.snakeCase(className), given, predictions)
    }

    /// What is wrong, and the cure.
    static func mismatch(_ loss: String, _ labels: Tensor, _ predictions: Tensor) -> KeratinError {
        let text =
            "the loss \(loss) cannot compare labels \(labels.samples) with predictions \(predictions.samples)"
        return KeratinError(
            .shapeMismatch, text + (cure(loss, labels.shape, predictions.shape) ?? ""))
    }

    private static func cure(_ loss: String, _ labels: Shape, _ predictions: Shape) -> String? {
        let classes = predictions.dimensions.last ?? 1
        let rows = Array(predictions.dimensions.dropLast())
        let areNumbers =
            labels.dimensions == rows || labels.dimensions == rows + [1]
        if loss.hasPrefix("sparse_") {
            if labels == predictions {
                return ": it takes class numbers, and these are rows of \(classes); use "
                    + "categorical_crossentropy, or make class numbers of them with argmax(axis: -1)"
            }
            return ": it takes class numbers \(describe([nil] + rows.dropFirst().map { $0 }))"
        }
        guard areNumbers, classes > 1 else { return nil }
        if loss.hasPrefix("categorical_") {
            return ": it takes a row of \(classes) numbers for each sample; for class numbers use "
                + "sparse_categorical_crossentropy, or toCategorical(y, numClasses: \(classes))"
        }
        if loss.hasPrefix("binary_") {
            return ": it takes 0 or 1 for each prediction; for class numbers use "
                + "sparse_categorical_crossentropy (behind a softmax), or toCategorical(y, numClasses: \(classes))"
        }
        return nil
    }

    /// What a metric says that compares labels with predictions one by one.
    static func mismatch(_ labels: Tensor, _ predictions: Tensor) -> KeratinError {
        let classes = predictions.shape.dimensions.last ?? 1
        let areNumbers = labels.count * classes == predictions.count && classes > 1
        return KeratinError(
            .shapeMismatch,
            "labels and predictions must have one shape, got \(labels.samples) and \(predictions.samples)"
                + (areNumbers
                    ? "; toCategorical(y, numClasses: \(classes)) makes rows of class numbers" : "")
        )
    }

    /// What a metric of class numbers says.
    static func noClassNumbers(_ labels: Tensor, _ predictions: Tensor) -> KeratinError {
        let expected = [nil] + predictions.shape.dimensions.dropFirst().dropLast().map { $0 }
        return KeratinError(
            .shapeMismatch,
            "labels must be class numbers of shape \(describe(expected)), got \(labels.samples)"
                + (labels.shape == predictions.shape
                    ? "; argmax(axis: -1) makes them of rows" : ""))
    }
}

extension Tensor {
    /// The shape as that of samples, however many there are in the batch: `(None, 10)`.
    var samples: String {
        rank == 0 ? "()" : describe([nil] + shape.dimensions.dropFirst().map { $0 })
    }
}

extension Loss {
    /// Says once that what a binary cross-entropy gets is the result of a softmax, where each class depends on the others. Keras trains with
    /// it, on the softmax's inputs as if a sigmoid followed them.
    static func warnOfSoftmax(_ loss: String, _ predictions: Tensor) throws {
        guard try Trace.current?.isSoftmax(predictions) == true else { return }
        let classes = predictions.shape.dimensions.last ?? 1
        warnOnce(
            classes == 1
                ? "a softmax over one number is always 1, so that \(loss) learns nothing behind it: use a sigmoid"
                : "\(loss) judges each of the \(classes) results of a softmax by itself: behind a softmax use "
                    + "categorical_crossentropy (for class numbers sparse_categorical_crossentropy), or a sigmoid before this loss"
        )
    }
}

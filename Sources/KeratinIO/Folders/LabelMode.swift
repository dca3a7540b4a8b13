import KeratinCore
import KeratinTensor

/// How labels of classes are written: `.int` or `"int"`.
public enum LabelMode: Hashable, Sendable, ExpressibleByStringLiteral {
    /// int32 [samples]: class numbers.
    case int
    /// float32 [samples, classes]: 1 at the class, 0 elsewhere.
    case categorical
    /// float32 [samples, 1]: 0 or 1, of two classes.
    case binary
    /// A word that means nothing here, of which whoever uses it tells.
    case unknown(String)

    /// By Keras's name.
    public init(stringLiteral value: String) {
        switch value {
        case "int": self = .int
        case "categorical": self = .categorical
        case "binary": self = .binary
        default: self = .unknown(value)
        }
    }

    /// Labels of some samples. An unknown word was refused before.
    func tensor(_ labels: [Int], classCount: Int) -> Tensor {
        switch self {
        case .int, .unknown: return Tensor(labels.map { Int32(clamping: $0) })
        case .binary: return Tensor(labels.map { Float($0) }, shape: [labels.count, 1])
        case .categorical:
            let rows = labels.flatMap { label in
                (0..<classCount).map { $0 == label ? 1 : 0 as Float }
            }
            return Tensor(rows, shape: [labels.count, classCount])
        }
    }
}

/// A part of the files in a folder: `.training` or `"training"`.
public enum DatasetSubset: Hashable, Sendable, ExpressibleByStringLiteral {
    /// What is not held back.
    case training
    /// What is held back.
    case validation
    /// One after the other: two data sets.
    case both
    /// A word that means nothing here, of which whoever uses it tells.
    case unknown(String)

    /// By Keras's name.
    public init(stringLiteral value: String) {
        switch value {
        case "training": self = .training
        case "validation": self = .validation
        case "both": self = .both
        default: self = .unknown(value)
        }
    }
}

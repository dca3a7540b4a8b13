import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinTensor

/// What nets that were trained on ImageNet have in common: how pictures come in, and what the classes are called.
public enum ImageNet {
    /// What pictures become before a net sees them.
    public enum Preprocessing: String, Hashable, Sendable, CaseIterable {
        /// Blue, green, red, each less its mean over ImageNet (103.939, 116.779, 123.68).
        case caffe
        /// From −1 to 1: x / 127.5 − 1.
        case tf
        /// x / 255, less the mean (0.485, 0.456, 0.406) and over the deviation (0.229, 0.224, 0.225) of each colour.
        case torch
    }

    /// Pictures as a net wants them.
    /// - Parameters:
    ///   - pictures: pixels in 0…255, [rows, columns, channels] with or without a batch before: numbers, or a symbolic tensor.
    ///   - dataFormat: where the channels are.
    public static func preprocessInput(
        _ pictures: any TensorConvertible, dataFormat: any DataFormatConvertible = .channelsLast,
        mode: Preprocessing = .caffe
    ) -> Tensor {
        let x =
            pictures.tensor.dtype == .float32 ? pictures.tensor : pictures.tensor.cast(to: .float32)
        do {
            if mode == .tf { return x / 127.5 - 1.0 }
            let axis = try dataFormat.dataFormat() == .channelsFirst ? -3 : -1
            guard (3...4).contains(x.rank) else {
                throw KeratinError(
                    .shapeMismatch,
                    "pictures are [rows, columns, channels], with or without a batch, got \(x.shape)",
                    at: "preprocessInput")
            }
            /// One number for each channel.
            func perChannel(_ values: [Double]) -> Tensor {
                Tensor(values.map(Float.init), shape: axis == -1 ? [3] : [3, 1, 1])
            }
            if mode == .torch {
                return (x / 255.0 - perChannel([0.485, 0.456, 0.406]))
                    / perChannel([0.229, 0.224, 0.225])
            }
            let swapped =
                axis == -1
                ? ops.stack([x[..., 2], x[..., 1], x[..., 0]], axis: -1) : ops.flip(x, axis: -3)
            return swapped - perChannel([103.939, 116.779, 123.68])
        } catch {
            return Tensor.carrying { throw error }
        }
    }

    /// The most probable classes of each picture, the most probable one first.
    ///
    /// The names come from `~/.keratin/models/imagenet_class_index.json`, which is downloaded from Keras's authors if it is not there.
    /// - Parameters:
    ///   - predictions: probabilities [samples, 1000].
    ///   - top: how many classes.
    /// - Throws: `KeratinError` if there are not 1,000 classes, or the file of their names cannot be had.
    public static func decodePredictions(
        _ predictions: any TensorConvertible, top: Int = 5
    ) throws -> [[ImageNetPrediction]] {
        let tensor = predictions.tensor
        try tensor.check()
        guard tensor.rank == 2, tensor.shape[1] == 1000 else {
            throw KeratinError(
                .shapeMismatch,
                "expects the probabilities of ImageNet's 1000 classes, [samples, 1000], got \(tensor.shape)",
                at: "decodePredictions")
        }
        let names = try ClassNames.imagenet()
        let values = try tensor.cast(to: .float32).floats()
        return (0..<tensor.shape[0]).map { sample in
            let row = values[(sample * 1000)..<(sample * 1000 + 1000)]
            // What is no number comes last.
            let order = row.indices.sorted {
                (row[$0].isNaN ? -Float.infinity : row[$0], $1)
                    > (row[$1].isNaN ? -Float.infinity : row[$1], $0)
            }
            return order.prefix(max(0, top)).map { place in
                let (identifier, description) = names[place - sample * 1000]
                return ImageNetPrediction(
                    className: identifier, classDescription: description, score: row[place])
            }
        }
    }
}

/// A class of ImageNet that a net sees in a picture.
public struct ImageNetPrediction: Hashable, Sendable, CustomStringConvertible {
    /// WordNet's name: `n02123045`.
    public let className: String
    /// In words: `tabby`.
    public let classDescription: String
    /// The probability.
    public let score: Float

    public var description: String { "\(classDescription) (\(className)): \(score)" }
}

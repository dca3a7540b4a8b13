import KeratinCore
import KeratinTensor

/// The steps of which `RandAugment` and `AugMix` draw.
enum AugmentationSteps {
    static func layers(
        _ factor: any NumbersConvertible, _ valueRange: any NumbersConvertible,
        _ interpolation: Interpolation, withColors: Bool
    ) -> [ImageLayer] {
        let range = Factor(factor, "factor", in: 0...1)
        let both = [range.low, range.high]
        // As many bits as Keras leaves for this strength.
        let bits = Swift.max(1, Swift.min(8, (8 * range.high).rounded(.down)))
        var layers: [ImageLayer] = [
            RandomShear(both, both, interpolation: interpolation, name: "shear"),
            RandomTranslation(both, both, interpolation: interpolation, name: "translation"),
            RandomRotation(both, interpolation: interpolation, name: "rotation"),
            RandomPosterization(bits, valueRange: valueRange, name: "posterization"),
            Solarization(both, both, valueRange: valueRange, name: "solarization"),
            AutoContrast(valueRange, name: "auto_contrast"),
            Equalization(valueRange, name: "equalization"),
        ]
        if withColors {
            layers += [
                RandomBrightness(both, valueRange: valueRange, name: "brightness"),
                RandomColorDegeneration(both, valueRange: valueRange, name: "degeneration"),
                RandomContrast(both, valueRange: valueRange, name: "contrast"),
                RandomSharpness(both, valueRange: valueRange, name: "sharpness"),
            ]
        }
        return layers
    }
}

/// Counts calls.
final class CallCounter: Sendable {
    private let count = Locked<UInt64>(0)

    /// 0, 1, …
    func next() -> UInt64 {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}

extension RandomImageLayer {
    /// What a layer makes of images and labels together.
    func paired(
        _ images: any TensorConvertible, _ labels: any TensorConvertible,
        _ body: (Tensor, Tensor, ImageDraws) throws -> (Tensor, Tensor)
    ) -> (images: Tensor, labels: Tensor) {
        let results = Tensor.carrying(count: 2, [images.tensor, labels.tensor]) {
            let (images, labels) = (images.tensor, labels.tensor.cast(to: .float32))
            for tensor in [images, labels] { try tensor.check() }
            try buildIfNeeded(inputShapes: [images.shape.dimensions.map { $0 }])
            let batch = try ImageBatch(images.cast(to: .float32), dataFormat)
            guard images.rank == 4, labels.rank >= 1, labels.shape[0] == images.shape[0] else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs a batch of images and as many labels, got \(images.shape) and \(labels.shape)",
                    at: place)
            }
            let (mixed, others) = try body(batch.images, labels, makeDraws())
            return [batch.restored(mixed), others]
        }
        return (results[0], results[1])
    }
}

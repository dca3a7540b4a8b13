import KeratinCore
import KeratinTensor

/// What the global pooling layers have in common: one number per channel, over all spatial axes.
public class GlobalPoolingLayer: SpatialLayer, BuiltInLayer {
    class var kind: Pooling.Kind { .maximum }
    fileprivate let keepDimensions: Bool

    /// - Parameter keepDimensions: whether the spatial axes stay, with extent 1.
    public init(
        dataFormat: any DataFormatConvertible = .channelsLast, keepDimensions: Bool = false,
        name: String? = nil
    ) {
        self.keepDimensions = keepDimensions
        super.init(dataFormat: dataFormat, name: name)
    }

    package required convenience init(from configuration: Configuration) throws {
        self.init(
            dataFormat: try configuration.dataFormat(),
            keepDimensions: try configuration.boolean("keepdims", default: false),
            name: configuration.name)
    }

    package override var wantsFloats: Bool { true }

    package override var isBuiltFromTheStart: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "data_format": .string(dataFormat.rawValue), "keepdims": .boolean(keepDimensions),
        ])
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard input.rank == rank + 2 else {
            throw KeratinError(.shapeMismatch, "expects rank \(rank + 2), got \(input.shape)")
        }
        let axes = Array(spatialAxes)
        guard axes.allSatisfy({ input.shape[$0] > 0 }) else {
            throw KeratinError(.shapeMismatch, "an empty input has no result: \(input.shape)")
        }
        switch type(of: self).kind {
        case .maximum: return input.max(axes: axes, keepDimensions: keepDimensions)
        case .average: return try mean(input, axes)
        }
    }

    /// The mean over all cells, or over those that count.
    fileprivate func mean(_ input: Tensor, _ axes: [Int]) throws -> Tensor {
        input.mean(axes: axes, keepDimensions: keepDimensions)
    }
}

/// The maximum of each channel over all steps.
public final class GlobalMaxPooling1D: GlobalPoolingLayer { override class var rank: Int { 1 } }

/// The maximum of each channel over the whole image.
public final class GlobalMaxPooling2D: GlobalPoolingLayer {}

/// The maximum of each channel over the whole volume.
public final class GlobalMaxPooling3D: GlobalPoolingLayer { override class var rank: Int { 3 } }

/// The mean of each channel over all steps; with a mask, over the steps that count.
public final class GlobalAveragePooling1D: GlobalPoolingLayer {
    override class var rank: Int { 1 }
    override class var kind: Pooling.Kind { .average }

    public override var supportsMasking: Bool { true }
    public override func computeMask(_ input: Tensor, _ mask: Tensor?) throws -> Tensor? { nil }

    fileprivate override func mean(_ input: Tensor, _ axes: [Int]) throws -> Tensor {
        guard let mask = input.mask else { return try super.mean(input, axes) }
        let counts = mask.expandingDimension(at: dataFormat == .channelsLast ? 2 : 1)
        let total = counts.select(input, Tensor(0))
            .sum(axes: axes, keepDimensions: keepDimensions)
        return total
            / counts.cast(to: .float32).sum(axes: axes, keepDimensions: keepDimensions)
    }
}

/// The mean of each channel over the whole image.
public final class GlobalAveragePooling2D: GlobalPoolingLayer {
    override class var kind: Pooling.Kind { .average }
}

/// The mean of each channel over the whole volume.
public final class GlobalAveragePooling3D: GlobalPoolingLayer {
    override class var rank: Int { 3 }
    override class var kind: Pooling.Kind { .average }
}

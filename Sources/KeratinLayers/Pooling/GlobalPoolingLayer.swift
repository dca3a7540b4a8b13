import KeratinCore
import KeratinTensor

/// What the global pooling layers have in common: a reduction over all spatial axes.
public class GlobalPoolingLayer: Layer {
    private let kind: Pooling.Kind
    private let rank: Int
    private let dataFormat: DataFormat
    private let keepDimensions: Bool

    init(
        _ kind: Pooling.Kind, rank: Int, dataFormat: DataFormat, keepDimensions: Bool,
        name: String?
    ) {
        self.kind = kind
        self.rank = rank
        self.dataFormat = dataFormat
        self.keepDimensions = keepDimensions
        super.init(name: name)
    }

    package override var isBuiltFromTheStart: Bool { true }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard input.rank == rank + 2 else {
            throw KeratinError(.shapeMismatch, "expects rank \(rank + 2), got \(input.shape)")
        }
        let first = dataFormat == .channelsLast ? 1 : 2
        let axes = Array(first..<(first + rank))
        switch kind {
        case .maximum: return try input.max(axes: axes, keepDimensions: keepDimensions)
        case .average: return try input.mean(axes: axes, keepDimensions: keepDimensions)
        }
    }
}

/// The maximum of each channel over the whole image.
public final class GlobalMaxPooling2D: GlobalPoolingLayer {
    public init(
        dataFormat: DataFormat = .channelsLast, keepDimensions: Bool = false, name: String? = nil
    ) {
        super.init(
            .maximum, rank: 2, dataFormat: dataFormat, keepDimensions: keepDimensions, name: name)
    }
}

/// The mean of each channel over the whole image.
public final class GlobalAveragePooling2D: GlobalPoolingLayer {
    public init(
        dataFormat: DataFormat = .channelsLast, keepDimensions: Bool = false, name: String? = nil
    ) {
        super.init(
            .average, rank: 2, dataFormat: dataFormat, keepDimensions: keepDimensions, name: name)
    }
}

import KeratinCore
import KeratinTensor

/// What the adaptive pooling layers have in common: as many windows as are asked for, whose sizes follow from the input.
/// Window i of o over n cells holds the cells from ⌊i·n/o⌋ to before ⌈(i + 1)·n/o⌉.
public class AdaptivePoolingLayer: SpatialLayer, BuiltInLayer {
    class var kind: Pooling.Kind { .maximum }
    private let outputSize: Extents
    private var tables: [[Int]: HostConstant] = [:]

    /// - Parameter outputSize: the extents of the result's spatial axes.
    public init(
        _ outputSize: any AxisConvertible, dataFormat: any DataFormatConvertible = .channelsLast,
        name: String? = nil
    ) {
        self.outputSize = Extents(outputSize)
        super.init(dataFormat: dataFormat, name: name)
    }

    package required convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.extents("output_size"), dataFormat: try configuration.dataFormat(),
            name: configuration.name)
    }

    package override var wantsFloats: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "output_size": ConfigValue(try outputSize.resolved(rank: rank, "outputSize")),
            "data_format": .string(dataFormat.rawValue),
        ])
    }

    public override func build(inputShape: [Int?]) throws {
        try super.build(inputShape: inputShape)
        _ = try outputSize.resolved(rank: rank, "outputSize")
    }

    public override func outputTypes(
        for inputs: [SymbolicType], _ context: CallContext
    ) throws -> [SymbolicType] {
        guard inputs.count == 1 else { return try super.outputTypes(for: inputs, context) }
        var shape = inputs[0].extents
        for (axis, size) in zip(spatialAxes, try outputSize.resolved(rank: rank, "outputSize")) {
            shape[axis] = size
        }
        return [SymbolicType(shape)]
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        var y = try channelsLast(input)
        // Windows of several axes are products of those of each, so the axes can be pooled one after another; the last
        // one first, so that of equal maxima the first in memory counts.
        for (index, size) in try outputSize.resolved(rank: rank, "outputSize").enumerated()
            .reversed()
        {
            guard y.shape[index + 1] > 0 else {
                throw KeratinError(.shapeMismatch, "axis \(index + 1) of \(input.shape) is empty")
            }
            y = try pooled(y, index + 1, size)
        }
        return try dataFormat.outgoing(y)
    }

    private func pooled(_ x: Tensor, _ axis: Int, _ size: Int) throws -> Tensor {
        let plan = AdaptiveWindows(type(of: self).kind, cells: x.shape[axis], count: size)
        let key = [x.shape[axis], size]
        let picks = tables[key] ?? HostConstant(plan.picks, shape: [size])
        tables[key] = picks
        return try plan.pooled(x, axis: axis, picks: picks.read())
    }
}

/// Means over as many windows of steps as are asked for.
public final class AdaptiveAveragePooling1D: AdaptivePoolingLayer {
    override class var rank: Int { 1 }
    override class var kind: Pooling.Kind { .average }
}

/// Means over as many windows of an image as are asked for.
public final class AdaptiveAveragePooling2D: AdaptivePoolingLayer {
    override class var kind: Pooling.Kind { .average }
}

/// Means over as many windows of a volume as are asked for.
public final class AdaptiveAveragePooling3D: AdaptivePoolingLayer {
    override class var rank: Int { 3 }
    override class var kind: Pooling.Kind { .average }
}

/// Maxima over as many windows of steps as are asked for.
public final class AdaptiveMaxPooling1D: AdaptivePoolingLayer {
    override class var rank: Int { 1 }
}

/// Maxima over as many windows of an image as are asked for.
public final class AdaptiveMaxPooling2D: AdaptivePoolingLayer {}

/// Maxima over as many windows of a volume as are asked for.
public final class AdaptiveMaxPooling3D: AdaptivePoolingLayer {
    override class var rank: Int { 3 }
}

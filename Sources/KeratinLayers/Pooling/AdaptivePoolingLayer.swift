import KeratinCore
import KeratinTensor

/// What the adaptive pooling layers have in common: as many windows as are asked for, whose sizes follow from the input.
/// Window i of o over n cells holds the cells from ⌊i·n/o⌋ to before ⌈(i + 1)·n/o⌉.
public class AdaptivePoolingLayer: SpatialLayer, ConfigurableLayer {
    class var kind: Pooling.Kind { .maximum }
    private let outputSize: Extents
    private var tables: [[Int]: HostConstant] = [:]

    /// - Parameter outputSize: the extents of the result's spatial axes.
    public init(
        _ outputSize: Extents, dataFormat: DataFormat = .channelsLast, name: String? = nil
    ) {
        self.outputSize = outputSize
        super.init(dataFormat: dataFormat, name: name)
    }

    public required convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.extents("output_size"), dataFormat: try configuration.dataFormat(),
            name: configuration.name)
    }

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

    public override func outputShape(for inputShape: [Int?]) throws -> [Int?] {
        var shape = inputShape
        for (axis, size) in zip(spatialAxes, try outputSize.resolved(rank: rank, "outputSize")) {
            shape[axis] = size
        }
        return shape
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        var y = try channelsLast(input)
        for (axis, size) in zip(1..., try outputSize.resolved(rank: rank, "outputSize")) {
            guard y.shape[axis] > 0 else {
                throw KeratinError(.shapeMismatch, "axis \(axis) of \(input.shape) is empty")
            }
            // Windows of several axes are products of those of each, so the axes can be pooled one after another.
            switch type(of: self).kind {
            case .average: y = try averaged(y, axis, size)
            case .maximum: y = try maximum(y, axis, size)
            }
        }
        return try dataFormat.outgoing(y)
    }

    private func windows(_ count: Int, _ size: Int) -> [Range<Int>] {
        (0..<size).map { ($0 * count / size)..<((($0 + 1) * count + size - 1) / size) }
    }

    /// A product with the matrix of the windows' weights.
    private func averaged(_ x: Tensor, _ axis: Int, _ size: Int) throws -> Tensor {
        let extents = x.shape.dimensions
        let count = extents[axis]
        let constant: HostConstant
        if let known = tables[[count, size]] {
            constant = known
        } else {
            let matrix = windows(count, size).flatMap { window in
                (0..<count).map { window.contains($0) ? 1 / Double(window.count) : 0 }
            }
            constant = HostConstant(matrix, shape: [size, count])
            tables[[count, size]] = constant
        }
        var shape = x.shape
        shape[axis] = size
        let columns = Shape([
            extents[..<axis].reduce(1, *), count, extents[(axis + 1)...].reduce(1, *),
        ])
        return try constant.read().matmul(x.reshaped(columns)).reshaped(shape)
    }

    /// Windows of one length, the shorter ones by repeating their last cell, which changes no maximum.
    private func maximum(_ x: Tensor, _ axis: Int, _ size: Int) throws -> Tensor {
        let windows = windows(x.shape[axis], size)
        let longest = windows.map(\.count).max() ?? 1
        let constant: HostConstant
        if let known = tables[[x.shape[axis], size]] {
            constant = known
        } else {
            let cells = windows.flatMap { window in
                (0..<longest).map { Double(min(window.lowerBound + $0, window.upperBound - 1)) }
            }
            constant = HostConstant(cells, shape: [size, longest])
            tables[[x.shape[axis], size]] = constant
        }
        return try x.gather(constant.read().cast(to: .int32), axis: axis).max(axes: [axis + 1])
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

import KeratinCore
import KeratinTensor

// Tensors read at places of their own.

extension ops.image {
    /// A tensor read at places between its elements.
    ///
    /// - Parameters:
    ///   - inputs: a tensor of any rank; whole numbers are rounded in the end.
    ///   - coordinates: [rank, …]: for each axis of the inputs the place of each element of the result, which has the shape that
    ///     follows.
    ///   - order: 0: the nearest element; 1: linear between the neighbours.
    ///   - fillMode: what lies beyond the ends of an axis.
    ///   - fillValue: what that is in the mode `constant`.
    public static func mapCoordinates(
        _ inputs: Tensor, _ coordinates: Tensor, order: Int,
        fillMode: any FillModeConvertible = .constant, fillValue: Double = 0
    ) -> Tensor {
        Tensor.carrying([inputs, coordinates]) {
            let mode = try fillMode.fillMode()
            let config: Config = [
                ("order", .integer(order)), ("fill_mode", .text(mode.rawValue)),
                ("fill_value", .init(fillValue)),
            ]
            return ops.one("MapCoordinates", module: "image", config, [inputs, coordinates]) {
                try read($0[0], $0[1], order, mode, fillValue)
            }
        }
    }

    private static func read(
        _ inputs: Tensor, _ coordinates: Tensor, _ order: Int, _ mode: FillMode, _ fill: Double
    ) throws -> Tensor {
        guard order == 0 || order == 1 else {
            throw KeratinError(.invalidArgument, "order must be 0 or 1, got \(order)")
        }
        guard coordinates.rank >= 2, coordinates.shape[0] == inputs.rank,
            (1...8).contains(inputs.rank), inputs.count > 0, inputs.count < 1 << 31
        else {
            throw KeratinError(
                .shapeMismatch,
                "needs places for each axis of \(inputs.shape), [\(inputs.rank), …], got \(coordinates.shape)"
            )
        }
        /// A neighbour along an axis: its place, whether it is there, and what it counts for.
        typealias Neighbour = (place: Tensor, isThere: Tensor?, weight: Tensor?)
        let flat = inputs.reshaped([inputs.count])
        let neighbours = (0..<inputs.rank).map { axis -> [Neighbour] in
            let x = coordinates.cast(to: .float32).images(axis..<(axis + 1), axis: 0).squeezed([0])
            func neighbour(_ place: Tensor, _ weight: Tensor?) -> Neighbour {
                let (place, isThere) = wrapped(place, inputs.shape[axis], mode)
                return (place, isThere, weight)
            }
            if order == 0 { return [neighbour(x.unary(.round), nil)] }
            let lower = x.unary(.floor)
            let part = x - lower
            return [neighbour(lower, 1 - part), neighbour(lower + 1, part)]
        }
        // One for each corner of the cell that a place lies in.
        var corners: [Neighbour] = [
            (Tensor(repeating: 0, shape: .scalar, dtype: .int32), nil, nil)
        ]
        for (axis, own) in neighbours.enumerated() {
            corners = corners.flatMap { corner in
                own.map { next in
                    (
                        corner.place * inputs.shape[axis] + next.place.cast(to: .int32),
                        joined(corner.isThere, next.isThere) { $0.binary(.and, $1) },
                        joined(corner.weight, next.weight) { $0 * $1 }
                    )
                }
            }
        }
        let terms = corners.map { corner in
            var value = flat.gatherClamped(corner.place).cast(to: .float32)
            if let isThere = corner.isThere { value = isThere.select(value, Tensor(fill)) }
            return corner.weight.map { $0 * value } ?? value
        }
        let sum = terms.dropFirst().reduce(terms[0]) { $0 + $1 }
        return inputs.dtype == .float32 ? sum : sum.unary(.round).cast(to: inputs.dtype)
    }

    private static func joined(
        _ a: Tensor?, _ b: Tensor?, _ join: (Tensor, Tensor) -> Tensor
    ) -> Tensor? {
        guard let a, let b else { return a ?? b }
        return join(a, b)
    }

    /// Where a whole place lies in an axis, and whether there is an element; the rules are TensorFlow's in Keras, which in the modes
    /// `reflect` and `mirror` takes a place before the axis for that as far behind its start.
    private static func wrapped(
        _ place: Tensor, _ extent: Int, _ mode: FillMode
    ) -> (Tensor, Tensor?) {
        let n = Double(extent)
        switch mode {
        case .constant:
            let isThere = place.binary(.greaterEqual, 0).binary(.and, place.binary(.less, n))
            return (place.clipped(0, n - 1), isThere)
        case .nearest: return (place.clipped(0, n - 1), nil)
        case .wrap:
            let turns = (place * (1 / n)).unary(.floor)
            return ((place - turns * n).clipped(0, n - 1), nil)
        case .reflect, .mirror:
            let distance = place.unary(.abs)
            let turned = distance - (distance * (0.5 / n)).unary(.floor) * (2 * n)
            let back = turned * -1 + (mode == .reflect ? 2 * n - 1 : 2 * n)
            return (turned.binary(.less, n).select(turned, back).clipped(0, n - 1), nil)
        }
    }

    /// Images whose pixels are moved about a little, neighbours alike, as on a sheet of rubber (Simard et al., 2003).
    ///
    /// - Parameters:
    ///   - images: one image, or a batch.
    ///   - alpha: how far pixels are moved.
    ///   - sigma: over how many pixels the movement changes.
    ///   - interpolation: nearest or bilinear.
    ///   - fillMode: what lies beyond the edges.
    ///   - fillValue: what that is in the mode `constant`.
    ///   - seed: nil: other movements each time.
    public static func elasticTransform(
        _ images: Tensor, alpha: Double = 20, sigma: Double = 5,
        interpolation: any InterpolationConvertible = .bilinear,
        fillMode: any FillModeConvertible = .reflect, fillValue: Double = 0, seed: Int? = nil,
        dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        Tensor.carrying([images]) {
            let (interpolation, mode) = (try interpolation.interpolation(), try fillMode.fillMode())
            let elastic = try ElasticTransform(interpolation, mode, fillValue, largestSigma: sigma)
            let config: Config = [
                ("alpha", .init(alpha)), ("sigma", .init(sigma)),
                ("interpolation", .text(interpolation.rawValue)),
                ("fill_mode", .text(mode.rawValue)), ("fill_value", .init(fillValue)),
                ("seed", seed.map { .integer($0) } ?? .null),
            ]
            return one("ElasticTransform", config, [images], dataFormat: dataFormat) { images, _ in
                let shape: Shape = [images.shape[0], images.shape[1], images.shape[2]]
                let noise = (0..<2).map { axis in
                    Tensor.randomNormal(
                        shape, seed: seed.map { UInt64(bitPattern: Int64($0 &+ axis)) })
                }
                return try elastic.transformed(
                    images, noise[0], noise[1], alpha: Tensor(alpha), sigma: Tensor(sigma)
                ).cast(to: images.dtype)
            }
        }
    }
}

/// What `ops.image.elasticTransform` and `RandomElasticTransform` do.
struct ElasticTransform {
    private let sampler: ImageSampler
    private let fillMode: FillMode
    /// How many pixels the blur of the movements covers.
    private let width: Int

    /// - Throws: `KeratinError` for ways that Keras does not have.
    init(
        _ interpolation: Interpolation, _ fillMode: FillMode, _ fillValue: Double,
        largestSigma: Double
    ) throws {
        guard largestSigma >= 0, largestSigma < 4096 else {
            throw KeratinError(
                .invalidArgument, "sigma must lie in 0..<4096, got \(largestSigma)")
        }
        sampler = try ImageSampler(
            interpolation, fillMode == .mirror ? .reflect : fillMode, fillValue)
        self.fillMode = fillMode
        width = 6 * Int(largestSigma) | 1
    }

    /// Images [batch, rows, columns, channels] as float32, whose pixels are moved by blurred noise [batch, rows, columns].
    func transformed(
        _ images: Tensor, _ noiseX: Tensor, _ noiseY: Tensor, alpha: Tensor, sigma: Tensor
    ) throws -> Tensor {
        let kernel = GaussianKernel.weights(width, sigma: sigma)
        func movement(_ noise: Tensor) throws -> Tensor {
            try GaussianKernel.blurred(
                (noise * sigma).expandingDimension(at: 3), rows: kernel, columns: kernel
            ).squeezed([3]) * alpha
        }
        let x = Tensor(indicesAlong: 2, shape: [1, 1, images.shape[2]], dtype: .float32)
        let y = Tensor(indicesAlong: 1, shape: [1, images.shape[1], 1], dtype: .float32)
        return try sampler.read(images, x: x + movement(noiseX), y: y + movement(noiseY))
    }
}

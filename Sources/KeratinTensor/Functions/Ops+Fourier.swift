import KeratinCore

// Fourier's transforms. Complex numbers are pairs of tensors, their real and their imaginary parts, as in Keras.

extension ops {
    /// A complex tensor: real and imaginary parts, of one shape.
    public typealias ComplexPair = (real: Tensor, imaginary: Tensor)

    /// The discrete Fourier transform along the last axis.
    public static func fft(_ x: ComplexPair) -> ComplexPair {
        transform("FFT", x) { try transformed($0, $0.real.rank - 1, -1) }
    }

    /// The discrete Fourier transform over the last two axes.
    public static func fft2(_ x: ComplexPair) -> ComplexPair {
        transform("FFT2", x) { try planes($0, -1) }
    }

    /// The inverse of `fft2`.
    public static func ifft2(_ x: ComplexPair) -> ComplexPair {
        transform("IFFT2", x) { x in
            let y = try planes(x, 1)
            let rank = x.real.rank
            let scale = 1 / Double(x.real.shape[rank - 1] * x.real.shape[rank - 2])
            return (y.real * scale, y.imaginary * scale)
        }
    }

    /// The discrete Fourier transform of real numbers along the last axis: its first fftLength/2 + 1 numbers, from which the others follow.
    /// - Parameter fftLength: how many numbers of the axis are transformed, zeros behind them if there are fewer; nil: all.
    public static func rfft(_ x: Tensor, fftLength: Int? = nil) -> ComplexPair {
        let config: [(name: String, value: Argument)] = [
            ("fft_length", fftLength.map { .integer($0) } ?? .null)
        ]
        return pair(
            several(2, "RFFT", module: "math", config, [x]) { x in
                let x = try resized(x[0].cast(to: .float32), fftLength)
                return parts(half(x))
            })
    }

    /// The inverse of `rfft`: real numbers of which these are the first of the transform.
    /// - Parameter fftLength: how many there are; nil: 2·(n − 1) for n numbers of the transform.
    public static func irfft(_ x: ComplexPair, fftLength: Int? = nil) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("fft_length", fftLength.map { .integer($0) } ?? .null)
        ]
        return one(
            "IRFFT", module: "math", config, arguments: listed, [x.real, x.imaginary]
        ) { inputs in
            let pair = try complex(inputs)
            return try whole(pair, fftLength ?? 2 * (pair.real.shape[pair.real.rank - 1] - 1))
        }
    }

    /// Fourier's transform of windows of a signal along the last axis: […, N] → […, windows, fftLength/2 + 1].
    /// - Parameters:
    ///   - sequenceLength: how long each window is, at most `fftLength`; it stands in the middle of as many numbers.
    ///   - sequenceStride: how far each begins behind the one before.
    ///   - window: `hann`, `hamming`, or nil for none.
    ///   - center: whether the signal is mirrored at both ends, so that the windows' middles begin at its first number.
    public static func stft(
        _ x: Tensor, _ sequenceLength: Int, _ sequenceStride: Int, _ fftLength: Int,
        window: String? = "hann", center: Bool = true
    ) -> ComplexPair {
        let config = shortTime(sequenceLength, sequenceStride, fftLength, window, center)
        return pair(
            several(2, "STFT", module: "math", config, [x]) { x in
                parts(
                    try spectra(
                        x[0].cast(to: .float32), sequenceStride,
                        try weights(sequenceLength, fftLength, window), center: center))
            })
    }

    /// Transforms of windows of a signal, each weighed with numbers, as many as a transform takes.
    package static func spectra(
        _ signal: Tensor, _ stride: Int, _ weights: Tensor, center: Bool
    ) throws -> ComplexPair {
        var x = signal
        let fftLength = weights.count
        guard x.rank > 0 else {
            throw KeratinError(.shapeMismatch, "needs a signal, got a scalar")
        }
        if center {
            let widths = (0..<x.rank).map {
                $0 == x.rank - 1 ? [fftLength / 2, fftLength / 2] : [0, 0]
            }
            x = pad(x, widths, mode: "reflect")
            try x.check()
        }
        return half(try windows(x, fftLength, stride) * weights)
    }

    /// The signal of which these are the transforms of windows: the inverse of `stft` with the same numbers.
    /// - Parameter length: how many numbers of it; nil: all that there are.
    public static func istft(
        _ x: ComplexPair, _ sequenceLength: Int, _ sequenceStride: Int, _ fftLength: Int,
        length: Int? = nil, window: String? = "hann", center: Bool = true
    ) -> Tensor {
        var config = shortTime(sequenceLength, sequenceStride, fftLength, window, center)
        config.append(("length", length.map { .integer($0) } ?? .null))
        return one(
            "ISTFT", module: "math", config, arguments: listed, [x.real, x.imaginary]
        ) { inputs in
            let pair = try complex(inputs)
            let weights = try weights(sequenceLength, fftLength, window)
            guard pair.real.rank >= 2, sequenceStride > 0 else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs […, windows, numbers] and a positive stride, got \(pair.real.shape)")
            }
            let count = pair.real.shape[pair.real.rank - 2]
            // What windows that lie over each other weigh in all: each is divided by the sum of squares.
            let squares = try weights.array(of: Double.self).map { $0 * $0 }
            let shares = (0..<fftLength).map { index in
                stride(from: index % sequenceStride, to: fftLength, by: sequenceStride)
                    .reduce(0.0) { $0 + squares[$1] }
            }
            let own = try weights.array(of: Double.self)
            let dual = Tensor(
                zip(own, shares).map { window == nil ? 1.0 : $1 == 0 ? 0 : $0 / $1 })
            let frames = try whole(pair, fftLength) * dual
            let signal = overlapped(frames, sequenceStride)
            let total = fftLength + sequenceStride * (count - 1)
            let start = center ? fftLength / 2 : 0
            let end =
                length.map { start + Swift.min($0, total) }
                ?? (center ? total - fftLength / 2 : total)
            let limit = Swift.min(Swift.max(end, start), total)
            return signal.part(Swift.min(start, limit)..<limit, axis: signal.rank - 1)
        }
    }

    // MARK: How it is done

    private static let listed: [Argument] = [.list([.tensor(0), .tensor(1)])]

    private static func parts(_ x: ComplexPair) -> [Tensor] { [x.real, x.imaginary] }
    private static func pair(_ x: [Tensor]) -> ComplexPair { (x[0], x[1]) }

    private static func complex(_ inputs: [Tensor]) throws -> ComplexPair {
        let (real, imaginary) = (inputs[0].cast(to: .float32), inputs[1].cast(to: .float32))
        guard real.shape == imaginary.shape, real.rank > 0, real.count > 0 else {
            throw KeratinError(
                .shapeMismatch,
                "needs real and imaginary parts of one shape, got \(real.shape) and \(imaginary.shape)"
            )
        }
        return (real, imaginary)
    }

    private static func transform(
        _ className: String, _ x: ComplexPair, _ body: @escaping (ComplexPair) throws -> ComplexPair
    ) -> ComplexPair {
        pair(
            several(2, className, module: "math", [], arguments: listed, [x.real, x.imaginary]) {
                parts(try body(try complex($0)))
            })
    }

    private static func transformed(
        _ x: ComplexPair, _ axis: Int, _ sign: Double
    ) throws -> ComplexPair {
        let rank = x.real.rank
        if axis == rank - 1 { return Fourier(sign: sign)(x) }
        var order = Array(0..<rank)
        order.swapAt(axis, rank - 1)
        let y = Fourier(sign: sign)((x.real.transposed(order), x.imaginary.transposed(order)))
        return (y.real.transposed(order), y.imaginary.transposed(order))
    }

    private static func planes(_ x: ComplexPair, _ sign: Double) throws -> ComplexPair {
        let rank = x.real.rank
        guard rank >= 2 else {
            throw KeratinError(.shapeMismatch, "needs two axes or more, got \(x.real.shape)")
        }
        return try transformed(transformed(x, rank - 1, sign), rank - 2, sign)
    }

    /// So many numbers of the last axis, zeros behind them if there are fewer.
    private static func resized(_ x: Tensor, _ length: Int?) throws -> Tensor {
        guard x.rank > 0, x.count > 0, length ?? 1 > 0, length ?? 1 < 1 << 31 else {
            throw KeratinError(
                .shapeMismatch,
                "cannot transform \(length ?? 0) numbers of the last axis of \(x.shape)")
        }
        let (last, extent) = (x.rank - 1, x.shape[x.rank - 1])
        guard let length, length != extent else { return x }
        if length < extent { return x.part(0..<length, axis: last) }
        var high = [Int](repeating: 0, count: x.rank)
        high[last] = length - extent
        return x.padded(low: high.map { _ in 0 }, high: high)
    }

    /// The first half of the transform of real numbers.
    private static func half(_ x: Tensor) -> ComplexPair {
        let last = x.rank - 1
        let zero = Tensor(repeating: 0, shape: x.shape)
        let y = Fourier(sign: -1)((x, zero))
        let count = x.shape[last] / 2 + 1
        return (y.real.part(0..<count, axis: last), y.imaginary.part(0..<count, axis: last))
    }

    /// Real numbers whose transform begins with these.
    private static func whole(_ x: ComplexPair, _ length: Int) throws -> Tensor {
        guard length > 0 else {
            throw KeratinError(.invalidArgument, "fftLength must be positive, got \(length)")
        }
        let count = length / 2 + 1
        let real = try resized(x.real, count)
        let imaginary = try resized(x.imaginary, count)
        let last = real.rank - 1
        // Numbers that belong to two places are mirrored; the imaginary part of those that do not is nothing.
        let mirrored = 1..<Swift.max((length + 1) / 2, 1)
        let tail = real.part(mirrored, axis: last).reversed(axes: [last])
        let imaginaryTail = -imaginary.part(mirrored, axis: last).reversed(axes: [last])
        let weights = Tensor(
            (0..<count).map { $0 == 0 || 2 * $0 == length ? Float(0) : 1 })
        let y = Fourier(sign: 1)(
            (
                Tensor.concatenate([real, tail], axis: last),
                Tensor.concatenate([imaginary * weights, imaginaryTail], axis: last)
            ))
        return y.real * (1 / Double(length))
    }

    private static func shortTime(
        _ length: Int, _ stride: Int, _ fftLength: Int, _ window: String?, _ center: Bool
    ) -> [(name: String, value: Argument)] {
        [
            ("sequence_length", .integer(length)), ("sequence_stride", .integer(stride)),
            ("fft_length", .integer(fftLength)),
            ("window", window.map { .text($0) } ?? .null), ("center", .boolean(center)),
        ]
    }

    /// A window in the middle of zeros.
    private static func weights(
        _ length: Int, _ fftLength: Int, _ window: String?
    ) throws -> Tensor {
        guard length > 0, fftLength >= length, fftLength < 1 << 31 else {
            throw KeratinError(
                .invalidArgument,
                "fftLength must be at least sequenceLength and positive, got \(fftLength) and \(length)"
            )
        }
        let value: (Double) -> Double
        switch window {
        case nil: return Tensor([Float](repeating: 1, count: fftLength))
        case "hann": value = { 0.5 - 0.5 * HostMath.cosine($0) }
        case "hamming": value = { 0.54 - 0.46 * HostMath.cosine($0) }
        case let word?:
            throw KeratinError(
                .unknownName, "window must be hann, hamming or nil, got '\(word)'")
        }
        let low = (fftLength - length) / 2
        return Tensor(
            (0..<fftLength).map { index -> Float in
                (low..<(low + length)).contains(index)
                    ? Float(value(Double(index - low) / Double(length))) : 0
            })
    }

    /// The sum of windows that begin each a stride behind the one before: […, windows, length] → […, N].
    private static func overlapped(_ frames: Tensor, _ stride: Int) -> Tensor {
        let (rank, length) = (frames.rank, frames.shape[frames.rank - 1])
        let count = frames.shape[rank - 2]
        let leading = Array(frames.shape.dimensions.dropLast(2))
        let total = length + stride * (count - 1)
        let flat = frames.reshaped(Shape(leading + [count * length]))
        return Tensor.apply(
            .scatterAdd(axis: leading.count, count: total),
            [flat, places(count, length, stride).reshaped([count * length])])
    }
}

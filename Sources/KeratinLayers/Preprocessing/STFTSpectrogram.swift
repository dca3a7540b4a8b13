import KeratinCore
import KeratinTensor

/// The short-time Fourier transform of signals: frames, each weighed with a window, as a convolution whose kernels are trained unless
/// `trainable` is false.
///
/// Inputs [batch, steps, channels] (channels last) or [batch, channels, steps]; each channel is transformed by itself. Results, of
/// F = fftLength/2 + 1 frequencies (mode `stft`: twice as many) and as many frames as a convolution with this padding gives:
///
/// | | channels last | channels first |
/// |---|---|---|
/// | | [batch, frames, channels·F] | [batch, channels·F, frames] |
/// | `expandDims` | [batch, frames, F, channels] | [batch, channels, frames, F] |
///
/// Weights: real_kernel and imag_kernel (frameLength, 1, F); modes `real` and `imag` have one of them.
public final class STFTSpectrogram: Layer {
    /// What is made of the real part re and the imaginary part im.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// ln max(magnitude, 10⁻⁷).
        case log
        /// √max(re² + im², 10⁻⁷).
        case magnitude
        /// re² + im², doubled but for the first and the last frequency: the power spectral density.
        case psd
        case real
        case imag
        /// The angle of (re, im), from −π to π.
        case angle
        /// All re, then all im, along the frequencies.
        case stft
    }

    private struct Arguments {
        var mode: Mode
        var frameLength: Int
        /// nil: half a frame.
        var frameStep: Int?
        /// nil: the next power of two.
        var fftLength: Int?
        var window: SpectralWindow?
        var periodic: Bool
        var scaling: Initializer.FourierScaling?
        var padding: Window.Padding
        var expandDims: Bool
        var dataFormat: DataFormat
    }

    private let arguments: Arguments
    private var realKernel: Variable?
    private var imagKernel: Variable?

    /// - Parameters:
    ///   - mode: what is made of the transform: `log`, `magnitude`, `psd`, `real`, `imag`, `angle` or `stft`.
    ///   - frameLength: numbers in a frame; at least 2.
    ///   - frameStep: how far each frame begins behind the one before, at most `frameLength`; nil: half a frame.
    ///   - fftLength: how long the transform is, at least `frameLength`; nil: the next power of two.
    ///   - window: what a frame is weighed with, by SciPy's names or as numbers; nil: nothing.
    ///   - periodic: whether a named window is one period, or symmetric.
    ///   - scaling: what the window is divided by, `density` or `spectrum`; nil: nothing.
    ///   - padding: `valid` or `same`.
    ///   - expandDims: whether frequencies have an axis of their own, as images have.
    public convenience init(
        mode: any SpectrogramModeConvertible = .log, frameLength: Int = 256,
        frameStep: Int? = nil, fftLength: Int? = nil, window: SpectralWindow? = "hann",
        periodic: Bool = false, scaling: Initializer.FourierScaling? = .density,
        padding: any PaddingConvertible = .valid, expandDims: Bool = false,
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil
    ) {
        let mode = Chosen(mode.spectrogramMode, else: .log)
        let padding = Chosen(padding.padding, else: .valid)
        let dataFormat = Chosen(dataFormat.dataFormat, else: .channelsLast)
        self.init(
            Arguments(
                mode: mode.value, frameLength: frameLength, frameStep: frameStep,
                fftLength: fftLength, window: window, periodic: periodic, scaling: scaling,
                padding: padding.value, expandDims: expandDims, dataFormat: dataFormat.value),
            name: name)
        note(mode.mistake, padding.mistake, dataFormat.mistake)
    }

    private init(_ arguments: Arguments, name: String?) {
        self.arguments = arguments
        super.init(name: name)
        note(mistakeOf(checkArguments))
        inputSpec = InputSpec(ndim: 3)
    }

    private func checkArguments() throws {
        func refuse(_ message: String) -> KeratinError {
            KeratinError(.invalidArgument, message, at: place)
        }
        let length = arguments.frameLength
        guard (2...(1 << 24)).contains(length) else {
            throw refuse("frameLength must be at least 2 and at most \(1 << 24), got \(length)")
        }
        if let step = arguments.frameStep, !(1...length).contains(step) {
            throw refuse(
                "frameStep must be positive and at most frameLength, got \(step) and \(length)")
        }
        if let fftLength = arguments.fftLength, !(length...(1 << 24)).contains(fftLength) {
            throw refuse(
                "fftLength must be at least frameLength and at most \(1 << 24), got \(fftLength) and \(length)"
            )
        }
        guard arguments.padding != .causal else {
            throw refuse("padding must be valid or same, got causal")
        }
        if let window = arguments.window {
            if case .values = window {
                _ = try window.values(length, periodic: false)
            } else {
                try window.validate()
            }
        }
    }

    package override var wantsFloats: Bool { true }

    private var frameStep: Int { arguments.frameStep ?? arguments.frameLength / 2 }

    private var frequencies: Int {
        if let length = arguments.fftLength { return length / 2 + 1 }
        var length = 1
        while length < arguments.frameLength { length *= 2 }
        return length / 2 + 1
    }

    // MARK: Forward

    public override func build(inputShape: [Int?]) throws {
        if let mistake { throw mistake }
        let shape: Shape = [arguments.frameLength, 1, frequencies]
        func kernel(_ name: String, _ side: Initializer.FourierSide) throws -> Variable {
            try addWeight(
                name: name, shape: shape,
                initializer: Initializer.stft(
                    side: side, window: arguments.window, scaling: arguments.scaling,
                    periodic: arguments.periodic))
        }
        if arguments.mode != .imag { realKernel = try kernel("real_kernel", .real) }
        if arguments.mode != .real { imagKernel = try kernel("imag_kernel", .imaginary) }
    }

    /// Told, and not found by recording: frames may be longer than the sizes that stand for unknown lengths there.
    public override func outputTypes(
        for inputs: [SymbolicType], _ context: CallContext
    ) throws -> [SymbolicType] {
        if let mistake { throw mistake }
        guard inputs.count == 1, inputs[0].extents.count == 3 else {
            throw KeratinError(
                .shapeMismatch,
                "needs signals of three axes, got \(inputs.map { describe($0.extents) })", at: place
            )
        }
        let isLast = arguments.dataFormat == .channelsLast
        let extents = inputs[0].extents
        let frames = try extents[isLast ? 1 : 2].map { try self.frames($0) }
        let channels = extents[isLast ? 2 : 1]
        let own = arguments.mode == .stft ? 2 * frequencies : frequencies
        let joined = try channels.map { count in
            let (product, overflow) = count.multipliedReportingOverflow(by: own)
            guard !overflow else {
                throw KeratinError(
                    .shapeMismatch, "\(count) channels of \(own) frequencies are too many",
                    at: place)
            }
            return product
        }
        let shape: [Int?] =
            switch (isLast, arguments.expandDims) {
            case (true, true): [extents[0], frames, own, channels]
            case (true, false): [extents[0], frames, joined]
            case (false, true): [extents[0], channels, frames, own]
            case (false, false): [extents[0], joined, frames]
            }
        return [SymbolicType(shape)]
    }

    /// How many frames a signal has.
    private func frames(_ steps: Int) throws -> Int {
        if arguments.padding == .same { return steps > 0 ? (steps - 1) / frameStep + 1 : 0 }
        guard steps >= arguments.frameLength else {
            throw KeratinError(
                .shapeMismatch,
                "needs signals of at least frameLength \(arguments.frameLength) numbers, got \(steps)",
                at: place)
        }
        return (steps - arguments.frameLength) / frameStep + 1
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        _ = try frames(input.shape[arguments.dataFormat == .channelsLast ? 1 : 2])
        let x = arguments.dataFormat == .channelsLast ? input.transposed([0, 2, 1]) : input
        switch arguments.mode {
        case .real: return arranged(try part(x, realKernel))
        case .imag: return arranged(try part(x, imagKernel))
        default: break
        }
        let (real, imag) = (try part(x, realKernel), try part(x, imagKernel))
        switch arguments.mode {
        case .angle: return arranged(ops.arctan2(imag, real))
        case .stft: return arranged(Tensor.concatenate([real, imag], axis: 3))
        default: break
        }
        let power = real.square() + imag.square()
        if arguments.mode == .psd {
            let inner = power.slice(
                starts: [0, 0, 0, 1],
                limits: power.shape.dimensions.dropLast() + [frequencies - 1])
            return arranged(power + inner.padded(low: [0, 0, 0, 1], high: [0, 0, 0, 1]))
        }
        let epsilon = 1e-7
        let magnitude = power.binary(.maximum, epsilon).sqrt()
        return arranged(
            arguments.mode == .magnitude ? magnitude : magnitude.binary(.maximum, epsilon).log())
    }

    /// One part of the transform: [batch, channels, steps] → [batch, channels, frames, F].
    private func part(_ x: Tensor, _ kernel: Variable?) throws -> Tensor {
        let (batch, channels, steps) = (x.shape[0], x.shape[1], x.shape[2])
        let y = ops.conv(
            x.reshaped([batch * channels, steps, 1]), try built(kernel).read(),
            strides: frameStep, padding: arguments.padding)
        try y.check()
        return y.reshaped([batch, channels, y.shape[1], y.shape[2]])
    }

    /// [batch, channels, frames, F] in the order that the layer's arguments ask for.
    private func arranged(_ y: Tensor) -> Tensor {
        let (batch, frames, width) = (y.shape[0], y.shape[2], y.shape[1] * y.shape[3])
        switch (arguments.dataFormat, arguments.expandDims) {
        case (.channelsLast, true): return y.transposed([0, 2, 3, 1])
        case (.channelsLast, false):
            return y.transposed([0, 2, 1, 3]).reshaped([batch, frames, width])
        case (.channelsFirst, true): return y
        case (.channelsFirst, false):
            return y.transposed([0, 1, 3, 2]).reshaped([batch, width, frames])
        }
    }

    // MARK: Files

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "mode": .string(arguments.mode.rawValue),
            "frame_length": .integer(arguments.frameLength),
            "frame_step": arguments.frameStep.map { .integer($0) } ?? .null,
            "fft_length": arguments.fftLength.map { .integer($0) } ?? .null,
            "window": arguments.window?.config ?? .null,
            "periodic": .boolean(arguments.periodic),
            "scaling": arguments.scaling.map { .string($0.rawValue) } ?? .null,
            "padding": .string(arguments.padding.rawValue),
            "expand_dims": .boolean(arguments.expandDims),
            "data_format": .string(arguments.dataFormat.rawValue),
        ])
    }
}

extension STFTSpectrogram: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            Arguments(
                mode: try configuration.choice("mode", default: .log),
                frameLength: try configuration.integer("frame_length", default: 256),
                frameStep: try configuration.optionalInteger("frame_step"),
                fftLength: try configuration.optionalInteger("fft_length"),
                window: try configuration.spectralWindow(),
                periodic: try configuration.boolean("periodic", default: false),
                scaling: try configuration.spectralScaling(),
                padding: try configuration.padding(),
                expandDims: try configuration.boolean("expand_dims", default: false),
                dataFormat: try configuration.dataFormat()),
            name: configuration.name)
        if let mistake { throw mistake }
    }
}

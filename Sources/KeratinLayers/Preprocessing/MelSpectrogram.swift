import KeratinCore
import KeratinTensor

/// Spectra of signals over time, their frequencies gathered into bands as ears hear them: [batch, steps] → [batch, numMelBins, frames];
/// a signal alone, [steps], gives [numMelBins, frames].
///
/// The signal is mirrored at both ends, so that the middle of the first frame is its first number; it must have more than
/// fftLength/2 numbers. A named window is one period, as with Keras on JAX and PyTorch; on TensorFlow those of odd lengths are symmetric.
public final class MelSpectrogram: Layer {
    private let fftLength: Int
    private let sequenceStride: Int
    private let sequenceLength: Int
    private let window: SpectralWindow?
    private let samplingRate: Double
    private let numMelBins: Int
    private let minFreq: Double
    private let maxFreq: Double
    private let powerToDb: Bool
    private let topDb: Double
    private let magExp: Double
    private let minPower: Double
    private let refPower: Double
    /// The window as frames are weighed with it, and what each band takes of each frequency; made where they are needed.
    private var constants: (window: HostConstant, bands: HostConstant)?

    /// - Parameters:
    ///   - fftLength: how long the transform of a frame is.
    ///   - sequenceStride: how far each frame begins behind the one before.
    ///   - sequenceLength: numbers in a frame, at most `fftLength`; nil: as many.
    ///   - window: what a frame is weighed with: `"hann"`, `"hamming"`, or `sequenceLength` numbers; nil: nothing.
    ///   - samplingRate: numbers of the signal a second.
    ///   - numMelBins: how many bands there are.
    ///   - minFreq: where the lowest band begins, in hertz.
    ///   - maxFreq: where the highest band ends, in hertz; nil: half the sampling rate.
    ///   - powerToDb: whether results are in decibels, relative to `refPower`.
    ///   - topDb: how far below the largest number of the batch decibels may lie.
    ///   - magExp: the power that magnitudes are raised to: 1 for energy, 2 for power.
    ///   - minPower: the least that decibels are taken of.
    ///   - refPower: what has 0 decibels.
    public init(
        fftLength: Int = 2048, sequenceStride: Int = 512, sequenceLength: Int? = nil,
        window: SpectralWindow? = "hann", samplingRate: Double = 16000, numMelBins: Int = 128,
        minFreq: Double = 20, maxFreq: Double? = nil, powerToDb: Bool = true,
        topDb: Double = 80, magExp: Double = 2, minPower: Double = 1e-10, refPower: Double = 1,
        name: String? = nil
    ) {
        self.fftLength = fftLength
        self.sequenceStride = sequenceStride
        self.sequenceLength = sequenceLength ?? fftLength
        self.window = window
        self.samplingRate = samplingRate
        self.numMelBins = numMelBins
        self.minFreq = minFreq
        // As in Keras 0 means the same as nothing, and the limit is whole.
        self.maxFreq =
            maxFreq.flatMap { $0 == 0 ? nil : $0 } ?? (samplingRate / 2).rounded(.towardZero)
        self.powerToDb = powerToDb
        self.topDb = topDb
        self.magExp = magExp
        self.minPower = minPower
        self.refPower = refPower
        super.init(name: name)
        note(mistakeOf(checkArguments))
        inputSpec = InputSpec(minNdim: 1)
    }

    private func checkArguments() throws {
        func require(_ isRight: Bool, _ message: @autoclosure () -> String) throws {
            guard isRight else { throw KeratinError(.invalidArgument, message(), at: place) }
        }
        let largest = 1 << 24
        try require(
            sequenceLength > 0
                && (sequenceLength...max(largest, sequenceLength)).contains(fftLength)
                && fftLength <= largest,
            "fftLength must be at least sequenceLength, positive and at most \(largest), got \(fftLength) and \(sequenceLength)"
        )
        try require(
            (1...largest).contains(sequenceStride),
            "sequenceStride must be positive, got \(sequenceStride)")
        try require(
            (1...largest).contains(numMelBins) && numMelBins * (fftLength / 2 + 1) <= 1 << 26,
            "numMelBins must be positive and not too large, got \(numMelBins)")
        try require(
            samplingRate > 0 && samplingRate.isFinite,
            "samplingRate must be positive, got \(samplingRate)")
        try require(
            minFreq > -700 && minFreq < maxFreq && maxFreq.isFinite,
            "minFreq must be below maxFreq, got \(minFreq) and \(maxFreq)")
        try require(minPower > 0, "minPower must be positive, got \(minPower)")
        switch window {
        case .named(let name)?:
            guard ["hann", "hamming"].contains(name) else {
                throw unknownName(name, among: ["hann", "hamming"], what: "window")
            }
        case .values(let values)?:
            try require(
                values.count == sequenceLength,
                "the window needs sequenceLength \(sequenceLength) numbers, got \(values.count)")
        case nil: break
        }
    }

    package override var isBuiltFromTheStart: Bool { true }

    package override var wantsFloats: Bool { true }

    // MARK: Forward

    /// Told, and not found by recording: transforms are longer than the sizes that stand for unknown lengths there.
    public override func outputTypes(
        for inputs: [SymbolicType], _ context: CallContext
    ) throws -> [SymbolicType] {
        if let mistake { throw mistake }
        guard inputs.count == 1, let length = inputs[0].extents.last else {
            throw KeratinError(
                .shapeMismatch, "needs a signal, got \(inputs.map { describe($0.extents) })",
                at: place)
        }
        let frames = try length.map { try self.frames($0) }
        return [SymbolicType(inputs[0].extents.dropLast() + [numMelBins, frames])]
    }

    /// How many frames a signal has.
    private func frames(_ length: Int) throws -> Int {
        let half = fftLength / 2
        guard length > half else {
            throw KeratinError(
                .shapeMismatch,
                "needs a signal of more than fftLength/2 = \(half) numbers, got \(length)",
                at: place
            )
        }
        // One number fewer is mirrored than an odd transform needs.
        return (length - fftLength % 2) / sequenceStride + 1
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        if let mistake { throw mistake }
        guard let length = input.shape.dimensions.last else {
            throw KeratinError(.shapeMismatch, "needs a signal, got a number alone", at: place)
        }
        _ = try frames(length)
        let (window, bands) = try readConstants()
        let spectrum = try ops.spectra(input, sequenceStride, window, center: true)
        let power = spectrum.real.square() + spectrum.imaginary.square()
        // The root's gradient at 0 is endless; a square needs none.
        let raised = magExp == 2 ? power : power.sqrt() ** magExp
        var result = raised.matmul(bands)
        if powerToDb { result = decibels(result) }
        var order = Array(0..<result.rank)
        order.swapAt(result.rank - 1, result.rank - 2)
        return result.transposed(order)
    }

    private func decibels(_ power: Tensor) -> Tensor {
        let reference = 10 * logarithm(max(abs(refPower), minPower)) / logarithm(10)
        let values = power.binary(.maximum, minPower).log10() * 10 - reference
        return ops.maximum(values, values.max() - topDb)
    }

    private func readConstants() throws -> (window: Tensor, bands: Tensor) {
        if constants == nil {
            let weights =
                try window?.values(sequenceLength, periodic: true)
                ?? [Double](repeating: 1, count: fftLength)
            let low = (fftLength - weights.count) / 2
            let padded =
                [Double](repeating: 0, count: low) + weights
                + [Double](repeating: 0, count: fftLength - weights.count - low)
            let frequencies = fftLength / 2 + 1
            let bands = MelScale.weights(
                frequencies: frequencies, bands: numMelBins, samplingRate: samplingRate,
                low: minFreq, high: maxFreq)
            constants = (
                HostConstant(padded),
                HostConstant(bands.map { Double($0) }, shape: [frequencies, numMelBins])
            )
        }
        let constants = try built(constants)
        return (try constants.window.read(), try constants.bands.read())
    }

    // MARK: Files

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "fft_length": .integer(fftLength), "sequence_stride": .integer(sequenceStride),
            "sequence_length": .integer(sequenceLength), "window": window?.config ?? .null,
            "sampling_rate": .number(samplingRate), "num_mel_bins": .integer(numMelBins),
            "min_freq": .number(minFreq), "max_freq": .number(maxFreq),
            "power_to_db": .boolean(powerToDb), "top_db": .number(topDb),
            "mag_exp": .number(magExp), "min_power": .number(minPower),
            "ref_power": .number(refPower),
        ])
    }
}

extension MelSpectrogram: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            fftLength: try configuration.integer("fft_length", default: 2048),
            sequenceStride: try configuration.integer("sequence_stride", default: 512),
            sequenceLength: try configuration.optionalInteger("sequence_length"),
            window: try configuration.spectralWindow(),
            samplingRate: try configuration.number("sampling_rate", default: 16000),
            numMelBins: try configuration.integer("num_mel_bins", default: 128),
            minFreq: try configuration.number("min_freq", default: 20),
            maxFreq: try configuration.optionalNumber("max_freq"),
            powerToDb: try configuration.boolean("power_to_db", default: true),
            topDb: try configuration.number("top_db", default: 80),
            magExp: try configuration.number("mag_exp", default: 2),
            minPower: try configuration.number("min_power", default: 1e-10),
            refPower: try configuration.number("ref_power", default: 1), name: configuration.name)
        if let mistake { throw mistake }
    }
}

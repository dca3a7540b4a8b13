import KeratinCore

/// What stands for the mode of a spectrogram: `.magnitude`, `"magnitude"`.
public protocol SpectrogramModeConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func spectrogramMode() throws -> STFTSpectrogram.Mode
}

extension STFTSpectrogram.Mode: SpectrogramModeConvertible {
    public func spectrogramMode() throws -> STFTSpectrogram.Mode { self }
}

extension String: SpectrogramModeConvertible {
    public func spectrogramMode() throws -> STFTSpectrogram.Mode {
        guard let mode = STFTSpectrogram.Mode(rawValue: lowercased()) else {
            throw unknownName(
                self, among: STFTSpectrogram.Mode.allCases.map(\.rawValue), what: "mode")
        }
        return mode
    }
}

extension SpectrogramModeConvertible where Self == STFTSpectrogram.Mode {
    /// See `STFTSpectrogram.Mode.log`.
    @_disfavoredOverload
    public static var log: STFTSpectrogram.Mode { STFTSpectrogram.Mode.log }
    /// See `STFTSpectrogram.Mode.magnitude`.
    @_disfavoredOverload
    public static var magnitude: STFTSpectrogram.Mode { STFTSpectrogram.Mode.magnitude }
    /// See `STFTSpectrogram.Mode.psd`.
    @_disfavoredOverload
    public static var psd: STFTSpectrogram.Mode { STFTSpectrogram.Mode.psd }
    /// The real part alone.
    @_disfavoredOverload
    public static var real: STFTSpectrogram.Mode { STFTSpectrogram.Mode.real }
    /// The imaginary part alone.
    @_disfavoredOverload
    public static var imag: STFTSpectrogram.Mode { STFTSpectrogram.Mode.imag }
    /// See `STFTSpectrogram.Mode.angle`.
    @_disfavoredOverload
    public static var angle: STFTSpectrogram.Mode { STFTSpectrogram.Mode.angle }
    /// See `STFTSpectrogram.Mode.stft`.
    @_disfavoredOverload
    public static var stft: STFTSpectrogram.Mode { STFTSpectrogram.Mode.stft }
}

import KeratinCore
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Initializer {
    /// Which part of the complex spectrum a kernel computes.
    public enum FourierSide: String, Hashable, Sendable, CaseIterable {
        case real
        case imaginary = "imag"
    }

    /// What the window is divided by.
    public enum FourierScaling: String, Hashable, Sendable, CaseIterable {
        /// √Σw²
        case density
        /// Σ|w|
        case spectrum
    }

    /// Kernels of a convolution that is a short-time Fourier transform: w(t)·cos(−2πtk/n) or w(t)·sin(−2πtk/n) in the shape
    /// (frame length, 1, n/2 + 1).
    /// - Parameters:
    ///   - window: what a frame is weighed with; nil: nothing, and nothing is scaled then.
    ///   - scaling: what the window is divided by; nil: nothing.
    ///   - periodic: whether a named window is one period, or symmetric.
    static func stft(
        side: FourierSide = .real, window: SpectralWindow? = "hann",
        scaling: FourierScaling? = .density, periodic: Bool = false
    ) -> Initializer {
        let config: [String: ConfigValue] = [
            "side": .string(side.rawValue), "window": window?.config ?? .null,
            "scaling": scaling.map { .string($0.rawValue) } ?? .null,
            "periodic": .boolean(periodic),
        ]
        return Initializer(FunctionIdentity("STFT", config), nil) { shape, _ in
            guard shape.rank == 3, shape[1] == 1 else {
                throw KeratinError(
                    .shapeMismatch,
                    "the initializer STFT is for kernels (frame length, 1, frequencies), got \(shape)"
                )
            }
            let weights = try window?.values(shape[0], periodic: periodic).map { Float($0) }
            let factors = scaled(weights, by: scaling, count: shape[0])
            return kernel(shape, side, factors)
        }
    }

    /// The window as it is multiplied with.
    private static func scaled(
        _ window: [Float]?, by scaling: FourierScaling?, count: Int
    ) -> [Float] {
        guard let window else { return [Float](repeating: 1, count: count) }
        switch scaling {
        case nil: return window
        case .density:
            let length = window.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return window.map { $0 / length }
        case .spectrum:
            let sum = window.reduce(0) { $0 + abs($1) }
            return window.map { $0 / sum }
        }
    }

    /// The angles are computed in float32 as Keras does: those of long frames are large, so that rounding shows.
    private static func kernel(_ shape: Shape, _ side: FourierSide, _ window: [Float]) -> [Float] {
        let frequencies = shape[2]
        let period = Float((frequencies - 1) * 2)
        var values: [Float] = []
        values.reserveCapacity(shape.count)
        for time in 0..<shape[0] {
            for frequency in 0..<frequencies {
                let angle = Double(-2 * Float(time) * (Float(frequency) / period) * Float.pi32)
                values.append(Float(side == .real ? cos(angle) : sin(angle)) * window[time])
            }
        }
        return values
    }

    static func stft(_ configuration: Configuration) throws -> Initializer {
        let side = try configuration.string("side", default: "real")
        guard let side = FourierSide(rawValue: side) else {
            throw configuration.mismatch("side", expected: "real or imag")
        }
        return .stft(
            side: side, window: try configuration.spectralWindow(),
            scaling: try configuration.spectralScaling(),
            periodic: try configuration.boolean("periodic", default: false))
    }
}

/// Arguments of spectra.
extension Configuration {
    /// The window; nil: frames are not weighed.
    func spectralWindow() throws -> SpectralWindow? {
        if isNull("window") { return nil }
        switch value("window") {
        case nil: return "hann"
        case .string(let name)?:
            let window = SpectralWindow.named(name)
            try window.validate()
            return window
        default:
            let numbers = try optionalNumbersArray("window")
            guard let numbers, numbers.shape.rank == 1 else {
                throw mismatch("window", expected: "a name or a list of numbers")
            }
            return .values(numbers.values)
        }
    }

    /// What the window is divided by; nil: nothing.
    func spectralScaling() throws -> Initializer.FourierScaling? {
        if isNull("scaling") { return nil }
        let name = try string("scaling", default: "density")
        guard let scaling = Initializer.FourierScaling(rawValue: name) else {
            throw mismatch("scaling", expected: "density, spectrum or null")
        }
        return scaling
    }
}

extension SpectralWindow {
    /// As files hold it.
    var config: ConfigValue {
        switch self {
        case .named(let name): .string(name)
        case .values(let values): .list(values.map { .number($0) })
        }
    }
}

extension Float {
    /// π rounded to the nearest float32: `Float.pi` is rounded towards zero.
    fileprivate static let pi32 = Float(Double.pi)
}

import KeratinCore
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a piece of a signal is weighed with before its spectrum is taken: `"hann"`, `"blackman"`, or numbers.
///
/// Names, formulas and default arguments are those of SciPy's `scipy.signal.windows`, which Keras uses; the windows that
/// need arguments there (`kaiser`, `gaussian`, …) are given as numbers. A name may end in `_periodic` or `_symmetric`.
public enum SpectralWindow: Hashable, Sendable, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral
{
    case named(String)
    case values([Double])

    public init(stringLiteral value: String) { self = .named(value) }
    public init(arrayLiteral elements: Double...) { self = .values(elements) }

    /// The window's numbers.
    /// - Parameters:
    ///   - count: how many.
    ///   - periodic: whether the window is one period, of which the next begins like this one, or symmetric.
    /// - Throws: `KeratinError` for an unknown name and for numbers that are not `count`.
    package func values(_ count: Int, periodic: Bool) throws -> [Double] {
        switch self {
        case .values(let values):
            guard values.count == count else {
                throw KeratinError(
                    .shapeMismatch, "the window needs \(count) numbers, got \(values.count)")
            }
            return values
        case .named(let name):
            var (name, periodic) = (name, periodic)
            if name.hasSuffix("_symmetric") {
                (name, periodic) = (String(name.dropLast(10)), false)
            }
            if name.hasSuffix("_periodic") { (name, periodic) = (String(name.dropLast(9)), true) }
            guard let window = Self.functions[Self.aliases[name] ?? name] else {
                throw Self.unknown(name)
            }
            guard count > 1 else { return [Double](repeating: 1, count: count) }
            // A period is a symmetric window without its last number.
            let length = periodic ? count + 1 : count
            return (0..<count).map { window($0, length) }
        }
    }

    /// - Throws: `KeratinError` for an unknown name.
    func validate() throws {
        if case .named = self { _ = try values(1, periodic: false) }
    }

    private static func unknown(_ name: String) -> KeratinError {
        let withArguments = [
            "chebwin", "dpss", "gaussian", "general_cosine", "general_gaussian", "general_hamming",
            "kaiser", "kaiser_bessel_derived",
        ]
        guard withArguments.contains(name) else {
            return unknownName(name, among: functions.keys.sorted(), what: "window")
        }
        return KeratinError(
            .unavailable, "the window '\(name)' needs arguments: give the window's numbers")
    }
}

/// A number of a symmetric window.
private typealias WindowFunction = @Sendable (_ index: Int, _ length: Int) -> Double

extension SpectralWindow {
    fileprivate static let functions: [String: WindowFunction] = [
        "boxcar": { _, _ in 1 },
        "hann": cosines([0.5, 0.5]),
        "hamming": cosines([0.54, 0.46]),
        "blackman": cosines([0.42, 0.5, 0.08]),
        "blackmanharris": cosines([0.35875, 0.48829, 0.14128, 0.01168]),
        "nuttall": cosines([0.3635819, 0.4891775, 0.1365995, 0.0106411]),
        "flattop": cosines([0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368]),
        "barthann": { index, length in
            let x = abs(Double(index) / Double(length - 1) - 0.5)
            return 0.62 - 0.48 * x + 0.38 * cos(2 * .pi * x)
        },
        "bartlett": { index, length in 1 - distance(index, length) },
        "bohman": { index, length in
            guard index > 0, index < length - 1 else { return 0 }
            let x = distance(index, length)
            return (1 - x) * cos(.pi * x) + sin(.pi * x) / .pi
        },
        "cosine": { index, length in sin(.pi / Double(length) * (Double(index) + 0.5)) },
        "exponential": { index, length in
            exp(-distance(index, length) * Double(length - 1) / 2)
        },
        "lanczos": { index, length in
            let x = .pi * distance(index, length)
            return x == 0 ? 1 : sin(x) / x
        },
        "parzen": { index, length in
            let steps = distance(index, length) * Double(length - 1) / 2
            let x = steps / (Double(length) / 2)
            return steps <= Double(length - 1) / 4
                ? 1 - 6 * x * x + 6 * x * x * x : 2 * (1 - x) * (1 - x) * (1 - x)
        },
        "taylor": taylor,
        "triang": { index, length in
            let step = Double(Swift.min(index, length - 1 - index) + 1)
            return length % 2 == 0
                ? (2 * step - 1) / Double(length) : 2 * step / Double(length + 1)
        },
        // A quarter of the length rises, a quarter falls.
        "tukey": { index, length in
            let steps = Swift.min(index, length - 1 - index)
            guard steps <= (length - 1) / 4 else { return 1 }
            return 0.5 * (1 + cos(.pi * (-1 + 4 * Double(steps) / Double(length - 1))))
        },
    ]

    fileprivate static let aliases: [String: String] = {
        let names = [
            "barthann": ["brthan", "bth"], "bartlett": ["bart", "brt"],
            "blackman": ["black", "blk"], "blackmanharris": ["blackharr", "bkh"],
            "bohman": ["bman", "bmn"], "boxcar": ["box", "ones", "rect", "rectangular"],
            "cosine": ["halfcosine"], "exponential": ["poisson"], "flattop": ["flat", "flt"],
            "hamming": ["hamm", "ham"], "hann": ["han"], "lanczos": ["sinc"],
            "nuttall": ["nutl", "nut"], "parzen": ["parz", "par"], "taylor": ["taylorwin"],
            "triang": ["triangle", "tri"], "tukey": ["tuk"],
        ]
        return Dictionary(
            uniqueKeysWithValues: names.flatMap { name, others in others.map { ($0, name) } })
    }()

    /// How far a place is from the middle: 0 there, 1 at the ends.
    private static func distance(_ index: Int, _ length: Int) -> Double {
        abs(2 * Double(index) / Double(length - 1) - 1)
    }

    /// Σ ±aₖ·cos(2πkx), x from 0 to 1.
    private static func cosines(_ coefficients: [Double]) -> WindowFunction {
        { index, length in
            let x = 2 * .pi * Double(index) / Double(length - 1)
            return coefficients.enumerated().reduce(0) { sum, term in
                sum + (term.offset % 2 == 0 ? 1 : -1) * term.element * cos(Double(term.offset) * x)
            }
        }
    }

    /// Taylor's window of four side lobes at −30 dB (Carrara, Goodman and Majewski, *Spotlight Synthetic Aperture Radar*),
    /// 1 in the middle.
    private static let taylor: WindowFunction = { index, length in
        let lobes = 4.0
        let a = acosh(pow(10.0, 1.5)) / Double.pi
        let spread = lobes * lobes / (a * a + (lobes - 0.5) * (lobes - 0.5))
        let orders = [1.0, 2, 3]
        let factors = orders.map { m in
            let sign: Double = Int(m) % 2 == 0 ? -1 : 1
            return orders.reduce(sign / 2) { product, n in
                let share = 1 - m * m / spread / (a * a + (n - 0.5) * (n - 0.5))
                return product * share / (n == m ? 1 : 1 - m * m / (n * n))
            }
        }
        func value(_ place: Double) -> Double {
            let x = 2 * .pi * (place - Double(length) / 2 + 0.5) / Double(length)
            return 1 + 2 * zip(orders, factors).reduce(0) { $0 + $1.1 * cos($1.0 * x) }
        }
        return value(Double(index)) / value(Double(length - 1) / 2)
    }
}

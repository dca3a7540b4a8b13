import KeratinCore

/// The channels that a picture is read with: `.rgb` or `"rgb"`.
public enum ColorMode: Hashable, Sendable, ExpressibleByStringLiteral {
    /// One channel, the brightness.
    case grayscale
    /// Red, green, blue.
    case rgb
    /// Red, green, blue, alpha; 255 is opaque.
    case rgba
    /// A word that means nothing here, of which whoever uses it tells.
    case unknown(String)

    /// By Keras's name.
    public init(stringLiteral value: String) { self.init(value) }

    /// By Keras's name.
    public init(_ name: String) {
        switch name {
        case "grayscale": self = .grayscale
        case "rgb": self = .rgb
        case "rgba": self = .rgba
        default: self = .unknown(name)
        }
    }

    /// - Throws: `KeratinError` for an unknown word.
    var channelCount: Int {
        get throws {
            switch self {
            case .grayscale: return 1
            case .rgb: return 3
            case .rgba: return 4
            case .unknown(let word):
                throw KeratinError(
                    .invalidArgument, "colorMode is grayscale, rgb or rgba, got '\(word)'")
            }
        }
    }
}

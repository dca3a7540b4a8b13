import KeratinCore

/// How pictures get another size: `.bilinear` or `"bilinear"`.
public enum ImageInterpolation: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The pixel that lies nearest.
    case nearest
    /// A line between neighbours.
    case bilinear
    /// Keys's cubic through four neighbours.
    case bicubic
    /// The mean of the pixels that an output covers (Pillow's name).
    case box
    /// A sinc under Hamming's window.
    case hamming
    /// A sinc under Lanczos's window of three pixels, Pillow's way.
    case lanczos
    /// The mean of the pixels that an output covers, parts of them too (TensorFlow's name).
    case area
    /// A sinc under Lanczos's window of three pixels, TensorFlow's way.
    case lanczos3
    /// The same of five pixels.
    case lanczos5
    /// A bell of half a pixel.
    case gaussian
    /// Mitchell's and Netravali's cubic.
    case mitchellcubic
    /// A word that means nothing here, of which whoever uses it tells.
    case unknown(String)

    private static let named: [String: ImageInterpolation] = [
        "nearest": .nearest, "bilinear": .bilinear, "bicubic": .bicubic, "box": .box,
        "hamming": .hamming, "lanczos": .lanczos, "area": .area, "lanczos3": .lanczos3,
        "lanczos5": .lanczos5, "gaussian": .gaussian, "mitchellcubic": .mitchellcubic,
    ]

    /// By Keras's name, in small letters or large ones.
    public init(stringLiteral value: String) { self.init(value) }

    /// By Keras's name, in small letters or large ones.
    public init(_ name: String) { self = Self.named[name.lowercased()] ?? .unknown(name) }

    /// The word that messages use.
    var word: String {
        if case .unknown(let word) = self { return word }
        return Self.named.first { $0.value == self }?.key ?? "\(self)"
    }
}

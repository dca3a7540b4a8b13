import KeratinCore
import KeratinIO

/// The weights that a net begins with.
public enum PretrainedWeights: Hashable, Sendable {
    /// Those that Keras's authors offer, trained on ImageNet. They are downloaded once and kept in `~/.keratin/models`.
    case imagenet
    /// A file: `.weights.h5`, `.h5`, `.keras`.
    case file(String)
}

/// What stands for the weights that a net begins with: `.imagenet`, `"imagenet"`, `"my.weights.h5"`.
public protocol PretrainedWeightsConvertible: Sendable {
    /// The weights that this stands for.
    var pretrainedWeights: PretrainedWeights { get }
}

extension PretrainedWeights: PretrainedWeightsConvertible {
    /// Itself.
    public var pretrainedWeights: PretrainedWeights { self }
}

extension PretrainedWeightsConvertible where Self == PretrainedWeights {
    /// See `PretrainedWeights.imagenet`.
    @_disfavoredOverload
    public static var imagenet: PretrainedWeights { PretrainedWeights.imagenet }
    /// The path of a file.
    @_disfavoredOverload
    public static func file(_ path: String) -> PretrainedWeights { PretrainedWeights.file(path) }
}

extension String: PretrainedWeightsConvertible {
    /// `imagenet`, or the path of a file.
    public var pretrainedWeights: PretrainedWeights { self == "imagenet" ? .imagenet : .file(self) }
}

import KeratinCore
import KeratinTensor

/// Attention whose scores are Σ scale·tanh(q + k) (Bahdanau et al., 2015), with a weight `scale` [dim] unless there is none.
///
/// Inputs and masks as those of `Attention`. All T·S·dim sums exist at once.
public final class AdditiveAttention: Attention {
    /// - Parameters:
    ///   - useScale: whether the terms of a score are multiplied by weights that are trained.
    ///   - dropout: the part of the weights that is dropped in training.
    public init(useScale: Bool = true, dropout: Double = 0, seed: Int? = nil, name: String? = nil) {
        super.init(useScale: useScale, dropout: dropout, seed: seed, name: name)
    }

    package required init(from configuration: Configuration) throws {
        try super.init(from: configuration)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig()
        config["score_mode"] = nil
        return config
    }

    override func scaleWeight(_ width: Int?) throws -> (Shape, Initializer) {
        guard let width else {
            throw KeratinError(.shapeMismatch, "the query's last extent must be known")
        }
        return ([width], .glorotUniform)
    }

    override func scores(_ query: Tensor, _ key: Tensor) throws -> Tensor? {
        var terms = try pairs(query, key).unary(.tanh)
        if let scale { terms = try terms * scale.read() }
        return terms.reduce(.sum, axes: [-1])
    }
}

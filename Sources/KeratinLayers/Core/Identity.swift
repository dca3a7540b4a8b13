import KeratinTensor

/// Gives its input back.
public final class Identity: Layer {
    package override var isBuiltFromTheStart: Bool { true }
    public override var supportsMasking: Bool { true }
}

extension Identity: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(name: configuration.name)
    }
}

import KeratinTensor

/// Gives its input back, and adds l1·Σ|x| + l2·Σx², divided by the batch's size, to the loss.
public final class ActivityRegularization: Layer {
    private let l1: Double
    private let l2: Double

    /// - Parameters:
    ///   - l1: the factor of Σ|x|.
    ///   - l2: the factor of Σx².
    public init(l1: Double = 0, l2: Double = 0, name: String? = nil) {
        self.l1 = l1
        self.l2 = l2
        super.init(name: name)
        activityRegularizer = .l1l2(l1: l1, l2: l2)
    }

    package override var wantsFloats: Bool { true }

    package override var isBuiltFromTheStart: Bool { true }
    public override var supportsMasking: Bool { true }

    public override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig().adding(["l1": .number(l1), "l2": .number(l2)])
        // The two factors say it all, and Keras takes nothing besides them.
        config["activity_regularizer"] = nil
        return config
    }
}

extension ActivityRegularization: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            l1: try configuration.number("l1", default: 0),
            l2: try configuration.number("l2", default: 0), name: configuration.name)
    }
}

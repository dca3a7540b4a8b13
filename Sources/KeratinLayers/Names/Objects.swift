import KeratinTensor

// By a name in a variable. Unknown names throw where the object is used.

extension Optimizer {
    /// By Keras's name, with its defaults; an unknown one throws at `compile`.
    public convenience init(_ name: String) { self.init(stringLiteral: name) }

    /// Itself, under another name if one is given.
    func renamed(_ name: String?) -> Optimizer {
        if let name { self.name = name }
        return self
    }
}

extension Loss {
    /// By Keras's name or short form; an unknown one throws at `compile`.
    public init(_ name: String) { self.init(stringLiteral: name) }

    /// With a reduction, and a name if one is given.
    func configured(_ reduction: Reduction, _ name: String?) -> Loss {
        var loss = self
        loss.reduction = reduction
        if let name { loss.name = name }
        return loss
    }
}

extension ActivationFunction {
    /// By Keras's name; an unknown one throws when the layer is built.
    public init(_ name: String) { self.init(stringLiteral: name) }

}

extension Initializer {
    /// By Keras's name; an unknown one throws when the layer is built.
    public init(_ name: String) { self.init(stringLiteral: name) }
}

extension Regularizer {
    /// By Keras's name; an unknown one throws when the layer is built.
    public init(_ name: String) { self.init(stringLiteral: name) }
}

extension Constraint {
    /// By Keras's name; an unknown one throws when the layer is built.
    public init(_ name: String) { self.init(stringLiteral: name) }
}

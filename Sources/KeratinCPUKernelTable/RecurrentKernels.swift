/// Activations of recurrent cells; derivatives are functions of the results. `RecurrentActivation` as kernels know it, since the
/// table of kernels sees nothing of KeratinCore.
public enum RecurrentFunction: Int32, Sendable {
    case none, relu, sigmoid, tanh, hardSigmoid, legacyHardSigmoid
}

/// One step of one sample, forward. Pointers that a cell has no use for may point anywhere.
public struct RecurrentStep {
    public var units: Int
    public var activation: RecurrentFunction
    public var recurrentActivation: RecurrentFunction
    /// gates·units floats: what the products gave, replaced by what the activations make of it.
    public var gates: UnsafeMutablePointer<Float>
    /// GRU: what the hidden state gave, 3·units floats.
    public var inner: UnsafePointer<Float>
    public var hidden: UnsafePointer<Float>
    public var cell: UnsafePointer<Float>
    /// May be the same memory as `hidden` and `cell`.
    public var newHidden: UnsafeMutablePointer<Float>
    public var newCell: UnsafeMutablePointer<Float>

    public init(
        units: Int, activation: RecurrentFunction, recurrentActivation: RecurrentFunction,
        gates: UnsafeMutablePointer<Float>, inner: UnsafePointer<Float>,
        hidden: UnsafePointer<Float>, cell: UnsafePointer<Float>,
        newHidden: UnsafeMutablePointer<Float>, newCell: UnsafeMutablePointer<Float>
    ) {
        self.units = units
        self.activation = activation
        self.recurrentActivation = recurrentActivation
        self.gates = gates
        self.inner = inner
        self.hidden = hidden
        self.cell = cell
        self.newHidden = newHidden
        self.newCell = newCell
    }
}

/// One step of one sample, backward. Pointers that a cell has no use for may point anywhere.
public struct RecurrentStepGradient {
    public var units: Int
    public var activation: RecurrentFunction
    public var recurrentActivation: RecurrentFunction
    /// The gates after their activations.
    public var gates: UnsafePointer<Float>
    /// The hidden state before the step.
    public var hidden: UnsafePointer<Float>
    /// LSTM: the cell state before the step; GRU: h·U_h + b_h.
    public var extra: UnsafePointer<Float>
    /// The cotangents of the states: of the new ones on entry; on exit of the old ones, but for what comes through the
    /// recurrent product.
    public var dHidden: UnsafeMutablePointer<Float>
    public var dCell: UnsafeMutablePointer<Float>
    /// The cotangents of the gates before their activations, and of what the hidden state gave them.
    public var dGates: UnsafeMutablePointer<Float>
    public var dInner: UnsafeMutablePointer<Float>

    public init(
        units: Int, activation: RecurrentFunction, recurrentActivation: RecurrentFunction,
        gates: UnsafePointer<Float>, hidden: UnsafePointer<Float>, extra: UnsafePointer<Float>,
        dHidden: UnsafeMutablePointer<Float>, dCell: UnsafeMutablePointer<Float>,
        dGates: UnsafeMutablePointer<Float>, dInner: UnsafeMutablePointer<Float>
    ) {
        self.units = units
        self.activation = activation
        self.recurrentActivation = recurrentActivation
        self.gates = gates
        self.hidden = hidden
        self.extra = extra
        self.dHidden = dHidden
        self.dCell = dCell
        self.dGates = dGates
        self.dInner = dInner
    }
}

/// The cells' arithmetic, one sample a call.
public struct RecurrentKernels: Sendable {
    public typealias Step = @Sendable (UnsafePointer<RecurrentStep>) -> Void
    public typealias Gradient = @Sendable (UnsafePointer<RecurrentStepGradient>) -> Void

    public let simple: Step
    public let lstm: Step
    /// z and r from the projected gates and `inner`.
    public let gruGates: Step
    /// The candidate and the new state: r scales what the hidden state gave.
    public let gruMix: Step
    /// The same with a candidate whose product has seen r·h.
    public let gruMixResetBefore: Step
    public let simpleGradient: Gradient
    public let lstmGradient: Gradient
    public let gruGradient: Gradient
    /// z and the candidate alone; r follows when the candidate's cotangent has gone through its product.
    public let gruGradientResetBefore: Gradient
    /// r, and the way through r·h: `extra` is the cotangent of r·h.
    public let gruResetGradient: Gradient

    public init(
        simple: @escaping Step, lstm: @escaping Step, gruGates: @escaping Step,
        gruMix: @escaping Step, gruMixResetBefore: @escaping Step,
        simpleGradient: @escaping Gradient, lstmGradient: @escaping Gradient,
        gruGradient: @escaping Gradient, gruGradientResetBefore: @escaping Gradient,
        gruResetGradient: @escaping Gradient
    ) {
        self.simple = simple
        self.lstm = lstm
        self.gruGates = gruGates
        self.gruMix = gruMix
        self.gruMixResetBefore = gruMixResetBefore
        self.simpleGradient = simpleGradient
        self.lstmGradient = lstmGradient
        self.gruGradient = gruGradient
        self.gruGradientResetBefore = gruGradientResetBefore
        self.gruResetGradient = gruResetGradient
    }
}

/// Activations of recurrent cells; derivatives are functions of the results. `RecurrentActivation` as kernels know it, since the
/// table of kernels sees nothing of KeratinCore.
@usableFromInline
package enum RecurrentFunction: Int32, Sendable {
    case none, relu, sigmoid, tanh, hardSigmoid, legacyHardSigmoid
}

/// One step of one sample, forward. Pointers that a cell has no use for may point anywhere.
@usableFromInline
package struct RecurrentStep {
    @usableFromInline package var units: Int
    @usableFromInline package var activation: RecurrentFunction
    @usableFromInline package var recurrentActivation: RecurrentFunction
    /// gates·units floats: what the products gave, replaced by what the activations make of it.
    @usableFromInline package var gates: UnsafeMutablePointer<Float>
    /// GRU: what the hidden state gave, 3·units floats.
    @usableFromInline package var inner: UnsafePointer<Float>
    @usableFromInline package var hidden: UnsafePointer<Float>
    @usableFromInline package var cell: UnsafePointer<Float>
    /// May be the same memory as `hidden` and `cell`.
    @usableFromInline package var newHidden: UnsafeMutablePointer<Float>
    @usableFromInline package var newCell: UnsafeMutablePointer<Float>

    @inlinable package init(
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
@usableFromInline
package struct RecurrentStepGradient {
    @usableFromInline package var units: Int
    @usableFromInline package var activation: RecurrentFunction
    @usableFromInline package var recurrentActivation: RecurrentFunction
    /// The gates after their activations.
    @usableFromInline package var gates: UnsafePointer<Float>
    /// The hidden state before the step.
    @usableFromInline package var hidden: UnsafePointer<Float>
    /// LSTM: the cell state before the step; GRU: h·U_h + b_h.
    @usableFromInline package var extra: UnsafePointer<Float>
    /// The cotangents of the states: of the new ones on entry; on exit of the old ones, but for what comes through the
    /// recurrent product.
    @usableFromInline package var dHidden: UnsafeMutablePointer<Float>
    @usableFromInline package var dCell: UnsafeMutablePointer<Float>
    /// The cotangents of the gates before their activations, and of what the hidden state gave them.
    @usableFromInline package var dGates: UnsafeMutablePointer<Float>
    @usableFromInline package var dInner: UnsafeMutablePointer<Float>

    @inlinable package init(
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
package struct RecurrentKernels: Sendable {
    package typealias Step = @Sendable (UnsafePointer<RecurrentStep>) -> Void
    package typealias Gradient = @Sendable (UnsafePointer<RecurrentStepGradient>) -> Void

    package let simple: Step
    package let lstm: Step
    /// z and r from the projected gates and `inner`.
    package let gruGates: Step
    /// The candidate and the new state: r scales what the hidden state gave.
    package let gruMix: Step
    /// The same with a candidate whose product has seen r·h.
    package let gruMixResetBefore: Step
    package let simpleGradient: Gradient
    package let lstmGradient: Gradient
    package let gruGradient: Gradient
    /// z and the candidate alone; r follows when the candidate's cotangent has gone through its product.
    package let gruGradientResetBefore: Gradient
    /// r, and the way through r·h: `extra` is the cotangent of r·h.
    package let gruResetGradient: Gradient

    package init(
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

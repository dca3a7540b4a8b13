import KeratinTensor

// Changes of a weight, or of a metric's variable: `hits += matches.sum()`. They do not throw: if one cannot be done the variable stays as it
// was, and whoever reads it next, or the end of the recording, throws the error.

extension Variable {
    /// Gives the variable a new value of its shape, inside and outside of recorded functions.
    public func assign(_ value: some TensorConvertible) { change { value.tensor } }

    /// Adds to the value, under Keras's name.
    public func assignAdd(_ change: some TensorConvertible) { self += change }

    /// Subtracts from the value, under Keras's name.
    public func assignSub(_ change: some TensorConvertible) { self -= change }

    /// Adds to the value.
    public static func += (variable: Variable, change: some TensorConvertible) {
        variable.change { variable.tensor + change.tensor }
    }

    /// Subtracts from the value.
    public static func -= (variable: Variable, change: some TensorConvertible) {
        variable.change { variable.tensor - change.tensor }
    }

    /// Multiplies the value.
    public static func *= (variable: Variable, factor: some TensorConvertible) {
        variable.change { variable.tensor * factor.tensor }
    }

    /// Divides the value.
    public static func /= (variable: Variable, divisor: some TensorConvertible) {
        variable.change { variable.tensor / divisor.tensor }
    }

    private func change(_ value: () -> Tensor) {
        State.changing([state]) { try store(value()) }
    }
}

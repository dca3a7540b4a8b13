import KeratinTensor

// Changes of a weight, or of a metric's variable, by its value: `hits += matches.sum()`. Like `assign`, but they do not throw: if one cannot
// be done the variable stays as it was, and whoever reads it next, or the end of the recording, throws the error.

extension Variable {
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
        State.changing([state]) { try assign(value()) }
    }
}

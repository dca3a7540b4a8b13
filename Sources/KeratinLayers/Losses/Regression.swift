import KeratinCore
import KeratinTensor

extension Loss {
    /// mean (t − p)² over the last axis.
    public static let meanSquaredError = Loss("mean_squared_error") { yTrue, yPred in
        try (yTrue.cast(to: .float32) - yPred).square().mean(axes: [-1])
    }
}

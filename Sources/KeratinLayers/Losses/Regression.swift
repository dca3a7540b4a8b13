import KeratinCore
import KeratinTensor

extension Loss {
    /// mean (t − p)² over the last axis.
    public static let meanSquaredError = Loss(
        FunctionIdentity("MeanSquaredError"), name: "mean_squared_error"
    ) { yTrue, yPred in
        try (yTrue - yPred).square().mean(axes: [-1])
    }
}

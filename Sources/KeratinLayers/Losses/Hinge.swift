import KeratinCore
import KeratinTensor

extension Loss {
    /// mean max(1 − t·p, 0) over the last axis. Labels are −1 and 1; if all are 0 or 1 they are made so.
    static let hinge = Loss(FunctionIdentity("Hinge"), name: "hinge") { yTrue, yPred in
        try margin(yTrue, yPred).mean(axes: [-1])
    }

    /// mean max(1 − t·p, 0)² over the last axis. Labels as for `hinge`.
    static let squaredHinge = Loss(FunctionIdentity("SquaredHinge"), name: "squared_hinge") {
        yTrue, yPred in
        try margin(yTrue, yPred).square().mean(axes: [-1])
    }

    /// max(0, 1 + max (1 − t)·p − Σ t·p) over the last axis; labels are 0 and 1.
    static let categoricalHinge = Loss(
        FunctionIdentity("CategoricalHinge"), name: "categorical_hinge"
    ) { yTrue, yPred in
        let right = (yTrue * yPred).sum(axes: [-1])
        let wrong = ((1 - yTrue) * yPred).max(axes: [-1])
        return (wrong - right + 1).binary(.maximum, 0)
    }

    private static func margin(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        let isBinary = yTrue.binary(.equal, 0).binary(.or, yTrue.binary(.equal, 1))
        let allBinary = isBinary.cast(to: .float32).min().binary(.greater, 0)
        let labels = allBinary.select(yTrue * 2 - 1, yTrue)
        return (1 - labels * yPred).binary(.maximum, 0)
    }
}

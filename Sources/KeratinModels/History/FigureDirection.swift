/// Which way a figure of `fit` becomes better.
package enum FigureDirection {
    case grows, shrinks

    /// By the words in a figure's name; nil for those that do not tell, such as the learning rate.
    package init?(of key: String) {
        let name = ArrayFigure.split(key)?.name ?? key
        let words = Set(name.lowercased().split(separator: "_").map(String.init))
        // Losses and errors of whatever.
        if !words.isDisjoint(with: Self.shrinking) {
            self = .shrinks
        } else if !words.isDisjoint(with: Self.growing) || name.hasSuffix("io_u") {
            self = .grows
        } else {
            return nil
        }
    }

    private static let shrinking: Set<String> = [
        "loss", "error", "crossentropy", "mse", "mae", "mape", "msle", "rmse", "hinge", "poisson",
        "divergence", "false", "perplexity",
    ]
    private static let growing: Set<String> = [
        "accuracy", "acc", "auc", "precision", "recall", "sensitivity", "specificity", "f1",
        "fbeta", "iou", "r2", "score", "true", "similarity",
    ]
}

// swift-format-ignore-file: AlwaysUseLowerCamelCase

import KeratinCore
import KeratinTensor

/// Keras's regularizers, wherever one is asked for: `.l2`, `.l2()`, `.l2(0.001)`.
extension RegularizerConvertible where Self == Regularizer {
    /// factor·Σ|x|
    public static func l1(_ factor: Double = 0.01) -> Regularizer {
        Regularizer.l1(factor)
    }

    /// `l1(_:)` with its defaults.
    public static var l1: Regularizer { Regularizer.l1() }

    /// factor·Σx²
    public static func l2(_ factor: Double = 0.01) -> Regularizer {
        Regularizer.l2(factor)
    }

    /// `l2(_:)` with its defaults.
    public static var l2: Regularizer { Regularizer.l2() }

    /// l1·Σ|x| + l2·Σx²
    public static func l1l2(l1: Double = 0, l2: Double = 0) -> Regularizer {
        Regularizer.l1l2(l1: l1, l2: l2)
    }

    /// `l1l2(l1:l2:)` with its defaults.
    public static var l1l2: Regularizer { Regularizer.l1l2() }

    /// factor·½·Σ|cosine| over all ordered pairs of different rows (or columns) of a matrix, divided by the number of
    /// unordered pairs.
    public static func orthogonal(
        factor: Double = 0.01, mode: Regularizer.OrthogonalVectors = .rows
    ) -> Regularizer {
        Regularizer.orthogonal(factor: factor, mode: mode)
    }

    /// `orthogonal(factor:mode:)` with its defaults.
    public static var orthogonal: Regularizer { Regularizer.orthogonal() }
}

// Keras's classes of regularizers.

/// factor·Σ|x|
public func L1(_ factor: Double = 0.01) -> Regularizer {
    Regularizer.l1(factor)
}

/// factor·Σx²
public func L2(_ factor: Double = 0.01) -> Regularizer {
    Regularizer.l2(factor)
}

/// l1·Σ|x| + l2·Σx²
public func L1L2(l1: Double = 0, l2: Double = 0) -> Regularizer {
    Regularizer.l1l2(l1: l1, l2: l2)
}

/// factor·½·Σ|cosine| over all ordered pairs of different rows (or columns) of a matrix, divided by the number of
/// unordered pairs.
public func OrthogonalRegularizer(
    factor: Double = 0.01, mode: Regularizer.OrthogonalVectors = .rows
) -> Regularizer {
    Regularizer.orthogonal(factor: factor, mode: mode)
}

// swift-format-ignore-file: AlwaysUseLowerCamelCase

import KeratinCore
import KeratinTensor

/// Keras's constraints, wherever one is asked for: `.unitNorm`, `.maxNorm(2)`.
extension ConstraintConvertible where Self == Constraint {
    /// Negative numbers become 0.
    public static var nonNegative: Constraint { Constraint.nonNegative }

    /// Vectors along the axes are at most so long. Axis 0 of a dense kernel holds the weights of one unit, axes 0, 1
    /// and 2 of a two-dimensional convolution those of one filter.
    public static func maxNorm(_ maxValue: Double = 2, axes: [Int] = [0]) -> Constraint {
        Constraint.maxNorm(maxValue, axes: axes)
    }

    /// `maxNorm(_:axes:)` with its defaults.
    public static var maxNorm: Constraint { Constraint.maxNorm() }

    /// Vectors along the axes have length 1.
    public static func unitNorm(axes: [Int] = [0]) -> Constraint {
        Constraint.unitNorm(axes: axes)
    }

    /// `unitNorm(axes:)` with its defaults.
    public static var unitNorm: Constraint { Constraint.unitNorm() }

    /// The lengths of vectors along the axes are brought between two bounds, by the part `rate` of the way.
    public static func minMaxNorm(
        minValue: Double = 0, maxValue: Double = 1, rate: Double = 1, axes: [Int] = [0]
    ) -> Constraint {
        Constraint.minMaxNorm(minValue: minValue, maxValue: maxValue, rate: rate, axes: axes)
    }

    /// `minMaxNorm(minValue:maxValue:rate:axes:)` with its defaults.
    public static var minMaxNorm: Constraint { Constraint.minMaxNorm() }
}

// Keras's classes of constraints.

/// Negative numbers become 0.
public func NonNeg() -> Constraint {
    Constraint.nonNegative
}

/// Vectors along the axes are at most so long. Axis 0 of a dense kernel holds the weights of one unit, axes 0, 1
/// and 2 of a two-dimensional convolution those of one filter.
public func MaxNorm(_ maxValue: Double = 2, axes: [Int] = [0]) -> Constraint {
    Constraint.maxNorm(maxValue, axes: axes)
}

/// Vectors along the axes have length 1.
public func UnitNorm(axes: [Int] = [0]) -> Constraint {
    Constraint.unitNorm(axes: axes)
}

/// The lengths of vectors along the axes are brought between two bounds, by the part `rate` of the way.
public func MinMaxNorm(
    minValue: Double = 0, maxValue: Double = 1, rate: Double = 1, axes: [Int] = [0]
) -> Constraint {
    Constraint.minMaxNorm(minValue: minValue, maxValue: maxValue, rate: rate, axes: axes)
}

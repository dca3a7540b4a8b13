import KeratinCore
import KeratinTensor

/// What weights are brought back to after each step of an optimizer: `.nonNegative`, `.maxNorm(2)`,
/// `"unit_norm"`, or a closure over the weight. Formulas are Keras 3's.
public struct Constraint: Sendable, ExpressibleByStringLiteral, SerializableFunction {
    private let source: FunctionSource<@Sendable (Tensor) throws -> Tensor>

    /// A constraint of your own. It can be saved under its name once it is registered with `CustomObjects`.
    public init(_ name: String? = nil, _ body: @escaping @Sendable (Tensor) throws -> Tensor) {
        source = .function(name.map { FunctionIdentity($0) }, body)
    }

    /// By Keras's name; an unknown one throws when the layer is built.
    public init(stringLiteral value: String) { source = .name(value) }

    private init(
        _ identity: FunctionIdentity, _ body: @escaping @Sendable (Tensor) throws -> Tensor
    ) {
        source = .function(identity, body)
    }

    package var identity: FunctionIdentity? {
        switch source {
        case .function(let identity, _): identity
        case .name(let name): (try? Constraint.named(name))?.identity ?? FunctionIdentity(name)
        }
    }

    /// The weight that the constraint allows.
    /// - Throws: `KeratinError` for an unknown name.
    public func callAsFunction(_ weight: Tensor) throws -> Tensor {
        switch source {
        case .function(_, let body): try body(weight)
        case .name(let name): try Constraint.named(name)(weight)
        }
    }

    /// - Throws: `KeratinError` for an unknown name.
    package func validate() throws {
        if case .name(let name) = source { _ = try Constraint.named(name) }
    }

    package static let kind = "constraint"
    package static let module = "keras.constraints"
    package static let aliases = [
        "non_neg": "NonNeg", "nonneg": "NonNeg", "max_norm": "MaxNorm", "maxnorm": "MaxNorm",
        "unit_norm": "UnitNorm", "unitnorm": "UnitNorm", "min_max_norm": "MinMaxNorm",
    ]
    package static let classes: [String: @Sendable (Configuration) throws -> Constraint] = [
        "NonNeg": { _ in .nonNegative },
        "MaxNorm": {
            .maxNorm(
                try $0.number("max_value", default: 2),
                axes: try $0.integers("axis", default: [0]))
        },
        "UnitNorm": { .unitNorm(axes: try $0.integers("axis", default: [0])) },
        "MinMaxNorm": {
            .minMaxNorm(
                minValue: try $0.number("min_value", default: 0),
                maxValue: try $0.number("max_value", default: 1),
                rate: try $0.number("rate", default: 1),
                axes: try $0.integers("axis", default: [0]))
        },
    ]

    // MARK: The constraints

    /// Negative numbers become 0.
    static let nonNegative = Constraint(FunctionIdentity("NonNeg")) {
        $0.binary(.maximum, 0)
    }

    /// Vectors along the axes are at most so long. Axis 0 of a dense kernel holds the weights of one unit, axes 0, 1
    /// and 2 of a two-dimensional convolution those of one filter.
    static func maxNorm(_ maxValue: Double = 2, axes: [Int] = [0]) -> Constraint {
        let config: [String: ConfigValue] = [
            "max_value": .number(maxValue), "axis": axisValue(axes),
        ]
        return Constraint(FunctionIdentity("MaxNorm", config)) { weight in
            try scaled(weight, axes) { $0.clipped(0, maxValue) }
        }
    }

    /// Vectors along the axes have length 1.
    static func unitNorm(axes: [Int] = [0]) -> Constraint {
        Constraint(FunctionIdentity("UnitNorm", ["axis": axisValue(axes)])) { weight in
            try weight / (length(weight, axes) + kerasEpsilon)
        }
    }

    /// The lengths of vectors along the axes are brought between two bounds, by the part `rate` of the way.
    static func minMaxNorm(
        minValue: Double = 0, maxValue: Double = 1, rate: Double = 1, axes: [Int] = [0]
    ) -> Constraint {
        let config: [String: ConfigValue] = [
            "min_value": .number(minValue), "max_value": .number(maxValue), "rate": .number(rate),
            "axis": axisValue(axes),
        ]
        return Constraint(FunctionIdentity("MinMaxNorm", config)) { weight in
            try scaled(weight, axes) { length in
                length.clipped(minValue, maxValue) * rate + length * (1 - rate)
            }
        }
    }

    private static func axisValue(_ axes: [Int]) -> ConfigValue {
        axes.count == 1 ? .integer(axes[0]) : ConfigValue(axes)
    }

    private static func length(_ weight: Tensor, _ axes: [Int]) throws -> Tensor {
        weight.square().sum(axes: axes, keepDimensions: true).sqrt()
    }

    /// Vectors with the lengths that are wanted.
    private static func scaled(
        _ weight: Tensor, _ axes: [Int], _ wanted: (Tensor) throws -> Tensor
    ) throws -> Tensor {
        let length = try length(weight, axes)
        return try weight * (wanted(length) / (length + kerasEpsilon))
    }
}

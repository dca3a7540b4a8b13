import KeratinCore
import KeratinTensor

/// What a loss grows by for the size of weights or results: `.l2(0.01)`, `"l1"`, or a closure that gives one
/// number. Formulas are Keras 3's.
public struct Regularizer: Sendable, ExpressibleByStringLiteral, SerializableFunction {
    private let source: FunctionSource<@Sendable (Tensor) throws -> Tensor>

    /// A regularizer of your own. It can be saved under its name once it is registered with `CustomObjects`.
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
        case .name(let name): (try? Regularizer.named(name))?.identity ?? FunctionIdentity(name)
        }
    }

    /// The penalty, one number.
    /// - Throws: `KeratinError` for an unknown name.
    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        switch source {
        case .function(_, let body): try body(x)
        case .name(let name): try Regularizer.named(name)(x)
        }
    }

    /// - Throws: `KeratinError` for an unknown name.
    package func validate() throws {
        if case .name(let name) = source { _ = try Regularizer.named(name) }
    }

    package static let kind = "regularizer"
    package static let module = "keras.regularizers"
    package static let aliases = [
        "l1": "L1", "l2": "L2", "l1_l2": "L1L2", "l1l2": "L1L2",
        "orthogonal_regularizer": "OrthogonalRegularizer",
    ]
    package static let classes: [String: @Sendable (Configuration) throws -> Regularizer] = [
        "OrthogonalRegularizer": {
            let mode = try $0.string("mode", default: "rows")
            guard let vectors = OrthogonalVectors(rawValue: mode) else {
                throw $0.mismatch("mode", expected: "rows or columns")
            }
            return .orthogonal(factor: try $0.number("factor", default: 0.01), mode: vectors)
        },
        "L1": { .l1(try $0.number("l1", default: 0.01)) },
        "L2": { .l2(try $0.number("l2", default: 0.01)) },
        "L1L2": {
            .l1l2(l1: try $0.number("l1", default: 0), l2: try $0.number("l2", default: 0))
        },
    ]

    // MARK: The regularizers

    /// factor·Σ|x|
    static func l1(_ factor: Double = 0.01) -> Regularizer {
        Regularizer(FunctionIdentity("L1", ["l1": .number(factor)])) {
            $0.abs().sum() * factor
        }
    }

    /// factor·Σx²
    static func l2(_ factor: Double = 0.01) -> Regularizer {
        Regularizer(FunctionIdentity("L2", ["l2": .number(factor)])) {
            $0.square().sum() * factor
        }
    }

    /// l1·Σ|x| + l2·Σx²
    static func l1l2(l1: Double = 0, l2: Double = 0) -> Regularizer {
        Regularizer(FunctionIdentity("L1L2", ["l1": .number(l1), "l2": .number(l2)])) { x in
            var penalty = Tensor(0.0)
            if l1 != 0 { penalty = penalty + x.abs().sum() * l1 }
            if l2 != 0 { penalty = penalty + x.square().sum() * l2 }
            return penalty
        }
    }

    /// Which vectors of a matrix should be at right angles.
    public enum OrthogonalVectors: String, Hashable, Sendable, CaseIterable {
        case rows, columns
    }

    /// factor·½·Σ|cosine| over all ordered pairs of different rows (or columns) of a matrix, divided by the number of
    /// unordered pairs.
    static func orthogonal(
        factor: Double = 0.01, mode: OrthogonalVectors = .rows
    ) -> Regularizer {
        let config: [String: ConfigValue] = [
            // Keras keeps the factor in float32 and writes what that holds.
            "factor": .number(Double(Float(factor))), "mode": .string(mode.rawValue),
        ]
        return Regularizer(FunctionIdentity("OrthogonalRegularizer", config)) { x in
            guard x.rank == 2 else {
                throw KeratinError(
                    .shapeMismatch, "the regularizer is for matrices, got \(x.shape)",
                    at: "OrthogonalRegularizer")
            }
            let axis = mode == .rows ? 1 : 0
            let unit = try x.unitVectors(axes: [axis], shortest: kerasEpsilon)
            let cosines = unit.matmul(
                unit, transposeLeft: mode == .columns, transposeRight: mode == .rows)
            let count = cosines.shape[0]
            let isPair = Tensor(indicesAlong: 0, shape: cosines.shape)
                .binary(.notEqual, Tensor(indicesAlong: 1, shape: cosines.shape))
            let sum = (cosines * isPair.cast(to: .float32)).abs().sum()
            let pairs = Double(count) * (Double(count) - 1) / 2
            return sum * 0.5 * factor / pairs
        }
    }
}

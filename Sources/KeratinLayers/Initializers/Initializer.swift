import KeratinCore
import KeratinTensor

/// How a weight gets its first values: `.glorotUniform`, `"he_normal"`, …
///
/// Drawn on the host, so every backend starts from the same numbers. Fans follow Keras: for a stored
/// shape (…, in, out) fan-in is in times the product of the leading axes, fan-out out times it.
public struct Initializer: Sendable, ExpressibleByStringLiteral {
    package typealias Body = @Sendable (_ shape: Shape, _ seed: UInt64) throws -> [Float]
    private let source: FunctionSource<Body>
    let seed: UInt64?
    /// How fans decide the variance, if they do.
    let scaling: VarianceScaling?

    /// An initialiser of your own: values for a shape, row-major. It can be saved under its name once it is registered
    /// with `CustomObjects`.
    public init(
        _ name: String, seed: UInt64? = nil,
        _ make: @escaping @Sendable (_ shape: Shape, _ seed: UInt64) throws -> [Float]
    ) {
        self.init(FunctionIdentity(name), seed, make)
    }

    /// By Keras's name; an unknown one throws when the layer is built.
    public init(stringLiteral value: String) {
        source = .name(value)
        seed = nil
        scaling = nil
    }

    init(_ identity: FunctionIdentity, _ seed: UInt64?, _ make: @escaping Body) {
        source = .function(identity, make)
        self.seed = seed
        scaling = nil
    }

    init(_ identity: FunctionIdentity, _ seed: UInt64?, scaling: VarianceScaling) {
        source = .function(identity) { try scaling.values($0, $1) }
        self.seed = seed
        self.scaling = scaling
    }

    /// What a name stands for.
    /// - Throws: `KeratinError` for an unknown name.
    func resolved() throws -> Initializer {
        if case .name(let name) = source { try Initializer.named(name) } else { self }
    }

    package var identity: FunctionIdentity? {
        switch source {
        case .name(let name):
            return (try? Initializer.named(name))?.identity ?? FunctionIdentity(name)
        case .function(var identity, _):
            if let className = identity?.className, Initializer.seeded.contains(className) {
                identity?.config["seed"] =
                    seed.map { .integer(Int(truncatingIfNeeded: $0)) } ?? .null
            }
            return identity
        }
    }

    /// Values for a weight.
    /// - Throws: `KeratinError` for an unknown name and for shapes that the initialiser is not for.
    package func values(_ shape: Shape) throws -> [Float] {
        switch source {
        case .function(_, let make): try make(shape, seed ?? RandomSeed.next())
        case .name(let name): try Initializer.named(name).values(shape)
        }
    }

    /// An initialiser of this kind that draws the same values each time.
    public func seeded(_ seed: UInt64) -> Initializer {
        switch source {
        case .function(let identity, let make):
            if let scaling {
                Initializer(identity ?? FunctionIdentity("custom"), seed, scaling: scaling)
            } else {
                Initializer(identity ?? FunctionIdentity("custom"), seed, make)
            }
        case .name(let name): (try? Initializer.named(name))?.seeded(seed) ?? self
        }
    }

    // MARK: Without chance

    /// 0 everywhere.
    static let zeros = constant(FunctionIdentity("Zeros"), 0)
    /// 1 everywhere.
    static let ones = constant(FunctionIdentity("Ones"), 1)

    /// One number everywhere.
    static func constant(_ value: Double) -> Initializer {
        constant(FunctionIdentity("Constant", ["value": .number(value)]), value)
    }

    /// Numbers that are broadcast to a weight's shape: `.constant([0.5, 1])` for the rows of a matrix of two columns.
    @_disfavoredOverload
    static func constant(_ values: any NumbersConvertible) -> Initializer {
        let values = Numbers(values)
        if values.shape.rank == 0, let value = values.values.first { return constant(value) }
        let identity = FunctionIdentity("Constant", ["value": values.config])
        return Initializer(identity, nil) { shape, _ in
            guard values.shape.broadcasts(to: shape) else {
                throw KeratinError(
                    .shapeMismatch,
                    "the initializer Constant has values of shape \(values.shape), which do not fit a weight \(shape)"
                )
            }
            let floats = values.values.map { Float($0) }
            return values.shape.offsets(in: shape).map { floats[$0] }
        }
    }

    private static func constant(_ identity: FunctionIdentity, _ value: Double) -> Initializer {
        Initializer(identity, nil) { shape, _ in
            [Float](repeating: Float(value), count: shape.count)
        }
    }

    /// A matrix with `gain` where the row is the column, else 0.
    static func identity(gain: Double = 1) -> Initializer {
        // Keras does not write the gain; it reads it.
        let config: [String: ConfigValue] = gain == 1 ? [:] : ["gain": .number(gain)]
        return Initializer(FunctionIdentity("Identity", config), nil) { shape, _ in
            guard shape.rank == 2 else {
                throw KeratinError(
                    .shapeMismatch, "the initializer Identity is for matrices, got \(shape)")
            }
            var values = [Float](repeating: 0, count: shape.count)
            for row in 0..<Swift.min(shape[0], shape[1]) {
                values[row * shape[1] + row] = Float(gain)
            }
            return values
        }
    }
}

extension Shape {
    /// For each element of a shape that this one broadcasts to, the position of the element here; row-major.
    fileprivate func offsets(in target: Shape) -> [Int] {
        zip(target.dimensions, broadcastStrides(to: target)).reduce([0]) { offsets, axis in
            offsets.flatMap { offset in (0..<axis.0).map { offset + $0 * axis.1 } }
        }
    }
}

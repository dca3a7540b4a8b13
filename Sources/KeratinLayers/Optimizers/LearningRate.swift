import KeratinCore

/// The size of an optimizer's steps: a number, or a schedule over the steps: `.exponentialDecay(0.1, …)`.
public struct LearningRate: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    private enum Source: Sendable {
        case constant(Double)
        case schedule(FunctionSource<@Sendable (Int) -> Double>, name: String)
    }

    private let source: Source
    /// Why Keras would refuse the schedule; nil: it would not.
    private var refusal: String?

    /// The same rate in every step.
    public init(_ value: Double) { source = .constant(value) }
    public init(floatLiteral value: Double) { source = .constant(value) }
    public init(integerLiteral value: Int) { source = .constant(Double(value)) }

    /// A schedule of your own: the rate at a step; steps count from 0. It can be saved under its name once it is
    /// registered with `CustomObjects`.
    public init(
        schedule name: String, _ body: @escaping @Sendable (_ step: Int) -> Double
    ) {
        self.init(FunctionIdentity(name), name: name, body)
    }

    /// One of Keras's schedules.
    init(
        _ identity: FunctionIdentity, name: String? = nil,
        _ body: @escaping @Sendable (_ step: Int) -> Double
    ) {
        source = .schedule(.function(identity, body), name: name ?? identity.className)
    }

    /// The same, refused by optimizers unless a condition holds.
    func requiring(_ isRight: Bool, _ message: @autoclosure () -> String) -> LearningRate {
        var rate = self
        if !isRight { rate.refusal = message() }
        return rate
    }

    private init(_ rate: LearningRate, name: String) {
        refusal = rate.refusal
        if case .schedule(let function, _) = rate.source {
            source = .schedule(function, name: name)
        } else {
            source = rate.source
        }
    }

    /// The rate at a step; steps count from 0.
    public func callAsFunction(_ step: Int) -> Double {
        switch source {
        case .constant(let value): value
        case .schedule(.function(_, let body), _): body(step)
        case .schedule(.name, _): 0
        }
    }

    /// The number; nil for a schedule.
    public var constant: Double? {
        if case .constant(let value) = source { value } else { nil }
    }

    /// Warns of a number that is no rate; Keras trains with it.
    /// - Throws: `KeratinError` for a schedule that Keras refuses.
    package func validate() throws {
        if let refusal { throw KeratinError(.invalidArgument, refusal) }
        let rate = self(0)
        if rate.isFinite, rate >= 0 { return }
        warn(
            "learningRate should be a number ≥ 0, got \(rate); as in Keras, training goes on with it"
        )
    }
}

/// Files hold a number, or a schedule's class with its arguments.
extension LearningRate: SerializableFunction {
    package static let kind = "learning-rate schedule"
    package static let module = "keras.optimizers.schedules"
    package static let aliases: [String: String] = [:]

    package var identity: FunctionIdentity? {
        guard case .schedule(let function, let name) = source else { return nil }
        guard var identity = function.identity else { return nil }
        if LearningRate.classes[identity.className] != nil {
            identity.config["name"] = .string(name)
        }
        return identity
    }

    public func serialized() throws -> ConfigValue {
        // Keras keeps the rate in float32 and writes what that holds.
        if let constant { return .number(Double(Float(constant))) }
        return try serializedObject()
    }

    public static func deserialize(_ value: ConfigValue) throws -> LearningRate {
        if let number = value.asNumber { return LearningRate(number) }
        return try deserializedObject(value)
    }

    package static let classes: [String: @Sendable (Configuration) throws -> LearningRate] =
        makers.mapValues { make in
            { configuration in
                let rate = try make(configuration)
                return configuration.name.map { LearningRate(rate, name: $0) } ?? rate
            }
        }
}

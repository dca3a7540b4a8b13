import KeratinTensor

extension SerializableFunction {
    /// A line that would make the same; see `PrintedArguments`.
    package var printed: String { printed(always: []) }

    fileprivate func printed(always: Set<String>) -> String {
        guard let identity else { return "\(Self.self)(a closure)" }
        guard let make = Self.classes[identity.className] else {
            return PrintedArguments.call(Self.self, named: identity.className)
        }
        let arguments = PrintedArguments.differing(identity.config, always: always) { config in
            let configuration = Configuration(config, of: identity.className)
            let made = try make(configuration)
            return (made.identity?.config ?? [:], configuration.readOrder)
        }
        return PrintedArguments.call(
            identity.className,
            arguments ?? identity.config.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}

extension Loss: CustomStringConvertible {
    /// A line that would make the loss, without arguments that are the defaults: `Huber(delta: 2.0)`.
    public var description: String { printed }
}

extension Initializer: CustomStringConvertible {
    /// A line that would make the initializer, without arguments that are the defaults: `HeNormal(seed: 3)`.
    public var description: String { printed }
}

extension Regularizer: CustomStringConvertible {
    /// A line that would make the regularizer, without arguments that are the defaults: `L2(l2: 0.001)`.
    public var description: String { printed }
}

extension Constraint: CustomStringConvertible {
    /// A line that would make the constraint, without arguments that are the defaults: `MaxNorm(maxValue: 3.0)`.
    public var description: String { printed }
}

extension LearningRate: CustomStringConvertible {
    /// The number, or a line that would make the schedule, without arguments that are the defaults.
    public var description: String { constant.map { PrintedArguments.text($0) } ?? printed }
}

extension Optimizer: CustomStringConvertible {
    /// A line that would make the optimizer as it is set now, without arguments that are the defaults: `Adam(learningRate: 0.01)`. The
    /// learning rate always is among them, because it may have been changed since.
    public var description: String {
        guard identity != nil else { return PrintedArguments.call(Optimizer.self, named: name) }
        return printed(always: ["learning_rate"])
    }
}

extension ActivationFunction: CustomStringConvertible {
    /// The function's name, or a line that would make the layer in its place: `relu`, `LeakyReLU(negativeSlope: 0.1)`.
    public var description: String { layer.map { PrintedArguments.text($0) } ?? name }
}

extension Metric: CustomStringConvertible {
    /// A line that would make the metric, without arguments that are the defaults: `AUC(numThresholds: 50, name: "auc")`.
    public var description: String {
        if isOwnClass { return PrintedArguments.call(type(of: self), named: name) }
        if case .loss(let loss) = form { return loss.description }
        guard let identity, Metric.classes[identity.className] != nil else {
            return PrintedArguments.call(Metric.self, named: name)
        }
        return PrintedArguments.call(identity.className, arguments(identity))
    }

    private func arguments(_ identity: FunctionIdentity) -> [(key: String, value: ConfigValue)] {
        let config = identity.config.adding(["name": .string(name)])
        let differing = PrintedArguments.differing(config) { config in
            let configuration = Configuration(config, of: identity.className)
            guard let made = try Metric.classes[identity.className]?(configuration) else {
                return ([:], [])
            }
            let name = configuration.name ?? made.name
            return (
                (made.identity?.config ?? [:]).adding(["name": .string(name)]),
                configuration.readOrder
            )
        }
        return differing ?? config.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

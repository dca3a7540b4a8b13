import KeratinCore
import KeratinTensor

/// A variable of a metric of a user, and what it starts from.
struct OwnVariable: @unchecked Sendable {
    // Unchecked: a variable is a name and a state, which has a lock of its own.
    let variable: Variable
    let initial: [Float]
    var startsAtZero: Bool { initial.allSatisfy { $0 == 0 } }
}

/// What metrics of users are made of.
extension Metric {
    /// Adds a variable in which a metric of your own collects what its figure is made from; `lazy var hits = addVariable("hits")`.
    /// - Parameters:
    ///   - shape: a scalar by default.
    ///   - initializer: what it starts from, and is reset to.
    public func addVariable(
        _ name: String, shape: Shape = .scalar, initializer: any InitializerConvertible = .zeros
    ) -> Variable {
        do {
            return try makeVariable(name, shape, initializer.initializer, on: Context.backend)
        } catch {
            return standIn(name, for: error)
        }
    }

    /// The same with Keras's order of arguments.
    public func addVariable(
        shape: Shape, initializer: any InitializerConvertible = .zeros, name: String
    ) -> Variable {
        addVariable(name, shape: shape, initializer: initializer)
    }

    private func makeVariable(
        _ name: String, _ shape: Shape, _ initializer: Initializer, on backend: any Backend
    ) throws -> Variable {
        let variable = try Variable(
            name: name, shape: shape, initializer: initializer, trainable: false, backend: backend)
        variable.path = "\(self.name)/\(name)"
        let initial = try variable.state.values()
        own.withLock { $0.append(OwnVariable(variable: variable, initial: initial)) }
        return variable
    }

    /// A variable in the place of one that cannot be made: reading it tells why.
    private func standIn(_ name: String, for error: any Error) -> Variable {
        for backend in BackendCatalog.names {
            guard let backend = try? BackendCatalog.backend(named: backend),
                let variable = try? makeVariable(name, .scalar, .zeros, on: backend)
            else { continue }
            State.changing([variable.state]) { throw error }
            return variable
        }
        preconditionFailure("no backend can be opened: \(error)")
    }

    /// The variables of a metric of your own, in the order in which they were added.
    public var variables: [Variable] { own.withLock { $0 }.map(\.variable) }

    /// Whether this is of a class of a user, which collects what it likes.
    var isOwnClass: Bool { type(of: self) != Metric.self }

    /// Sets the variables of a metric of your own to what they start from. If the device fails, the next reading says so.
    func resetOwnVariables() {
        for own in own.withLock({ $0 }) {
            State.changing([own.variable.state]) { try own.variable.state.setValues(own.initial) }
        }
    }
}

/// A metric of a user in training: its variables' changes are totals like those of other metrics, so that validation and
/// several models do not disturb each other.
struct OwnMetricDefinition: MetricDefinition {
    let metric: Metric

    init(_ metric: Metric) { self.metric = metric }

    /// How many variables there are, and their shapes, is known after the first update. What they add comes later.
    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        let before = metric.variables.count
        var known = metric.own.withLock { $0 }
        _ = try changed(MetricArguments(yTrue, yPred, weight), known, known.map { _ in nil })
        if before != metric.variables.count { known = metric.own.withLock { $0 } }
        guard !known.isEmpty else {
            throw KeratinError(
                .invalidState,
                "collects nothing: override update(_:_:sampleWeight:), and keep numbers in addVariable"
            )
        }
        return known.map { Tensor.zeros($0.variable.shape) }
    }

    func additions(
        of batch: [Tensor], from arguments: MetricArguments, to totals: () throws -> [Tensor]
    ) throws -> [Tensor] {
        let variables = metric.own.withLock { $0 }
        let totals = try totals()
        guard variables.count == totals.count else {
            throw KeratinError(
                .invalidState, "added a variable after its first update: add all of them there")
        }
        let values = try changed(arguments, variables, totals)
        return zip(values, zip(variables, totals)).map { value, start in
            value - OwnMetricDefinition.value(start.0, start.1)
        }
    }

    func result(_ totals: [[Double]]) throws -> [Double] {
        let variables = metric.own.withLock { $0 }
        let function = try TracedFunction.record([], status: DeviceStatus()) { trace, _ in
            let values = zip(variables, totals).map { own, total in
                let numbers = zip(own.initial, total).map { $0 + Float($1) }
                return (own.variable.state, Tensor(numbers, shape: own.variable.shape))
            }
            return try trace.withSubstitution(StateSubstitution(values)) {
                let figure = metric.result()
                try figure.check()
                return [figure.cast(to: .float32)]
            }
        }
        let figures = try ImmediateExecution.run(function, on: Context.backend)
        return try figures[0].floats().map { Double($0) }
    }

    /// The variables' values after the update of a batch.
    /// - Parameter totals: what was added to each before; nil: nothing.
    private func changed(
        _ batch: MetricArguments, _ variables: [OwnVariable], _ totals: [Tensor?]
    ) throws -> [Tensor] {
        guard let trace = Trace.current else {
            throw KeratinError(.invalidState, "is updated here as a part of a recorded step only")
        }
        let substitution = StateSubstitution(
            zip(variables, totals).map {
                ($0.variable.state, OwnMetricDefinition.value($0, $1))
            },
            // Variables that are added meanwhile.
            adopting: { state in
                metric.own.withLock { $0 }.first { $0.variable.state === state }
                    .map { OwnMetricDefinition.value($0, nil) }
            })
        return trace.withSubstitution(substitution) {
            metric.updateState(batch.yTrue, batch.yPred, sampleWeight: batch.weight)
            return variables.compactMap { substitution[$0.variable.state] }
        }
    }

    private static func value(_ own: OwnVariable, _ total: Tensor?) -> Tensor {
        guard let total else { return Tensor(own.initial, shape: own.variable.shape) }
        return own.startsAtZero ? total : total + Tensor(own.initial, shape: own.variable.shape)
    }
}

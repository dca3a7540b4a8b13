import KeratinCore
import KeratinTensor

/// A variable of a metric of a user, and what it starts from.
struct OwnVariable: @unchecked Sendable {
    // Unchecked: a variable is a name and a state, which has a lock of its own.
    let variable: Variable
    let initial: [Float]
    /// The same as a tensor.
    var start: Tensor { Tensor(initial, shape: variable.shape) }
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

/// A metric of a user in training: its variables' values are totals of their own, so that validation and several models do not
/// disturb each other.
///
/// The first total is 0 before the first batch, where the variables are what they start from, and 1 afterwards. The values
/// themselves are kept, not what was added to them: a maximum that starts from −∞ has no such thing.
struct OwnMetricDefinition: MetricDefinition {
    let metric: Metric

    init(_ metric: Metric) { self.metric = metric }

    var replacesTotals: Bool { true }

    /// How many variables there are, and their shapes, is known after the first update.
    func update(_ yTrue: Tensor, _ yPred: Tensor, weight: Tensor?) throws -> [Tensor] {
        let known = metric.own.withLock { $0 }
        _ = try changed(MetricArguments(yTrue, yPred, weight), known.map { ($0, $0.start) })
        let variables = metric.variables
        guard !variables.isEmpty else {
            throw KeratinError(
                .invalidState,
                "collects nothing: override update(_:_:sampleWeight:), and keep numbers in addVariable"
            )
        }
        return [Tensor(0.0)] + variables.map { Tensor.zeros($0.shape) }
    }

    func additions(
        of batch: [Tensor], from arguments: MetricArguments, to totals: () throws -> [Tensor]
    ) throws -> [Tensor] {
        let variables = metric.own.withLock { $0 }
        let totals = try totals()
        guard variables.count == totals.count - 1 else {
            throw KeratinError(
                .invalidState, "added a variable after its first update: add all of them there")
        }
        let isFirst = totals[0].binary(.equal, 0)
        let values = zip(variables, totals.dropFirst()).map { own, total in
            (own, isFirst.broadcast(to: own.variable.shape).select(own.start, total))
        }
        return [Tensor(repeating: 1, shape: .scalar)] + (try changed(arguments, values))
    }

    func result(_ totals: [[Double]]) throws -> [Double] {
        let variables = metric.own.withLock { $0 }
        let isFirst = totals.first?.first != 1
        let values = zip(variables, totals.dropFirst()).map { own, total in
            let value =
                isFirst ? own.start : Tensor(total.map { Float($0) }, shape: own.variable.shape)
            return (own.variable.state, value)
        }
        let function = try TracedFunction.record([], status: DeviceStatus()) { trace, _ in
            try trace.withSubstitution(StateSubstitution(values)) {
                let figure = metric.result()
                try figure.check()
                return [figure.cast(to: .float32)]
            }
        }
        let figures = try ImmediateExecution.run(function, on: Context.backend)
        return try figures[0].floats().map { Double($0) }
    }

    /// The variables' values after the update of a batch.
    private func changed(
        _ batch: MetricArguments, _ values: [(own: OwnVariable, value: Tensor)]
    ) throws -> [Tensor] {
        guard let trace = Trace.current else {
            throw KeratinError(.invalidState, "is updated here as a part of a recorded step only")
        }
        let substitution = StateSubstitution(
            values.map { ($0.own.variable.state, $0.value) },
            // Variables that are added meanwhile.
            adopting: { state in
                metric.own.withLock { $0 }.first { $0.variable.state === state }?.start
            })
        return trace.withSubstitution(substitution) {
            metric.updateState(batch.yTrue, batch.yPred, sampleWeight: batch.weight)
            return values.compactMap { substitution[$0.own.variable.state] }
        }
    }
}

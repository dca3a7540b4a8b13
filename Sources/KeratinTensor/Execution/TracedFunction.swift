import KeratinCore

/// A recorded function: its program, what the program's inputs stand for, which of its outputs are
/// results and which are new values of states.
package struct TracedFunction {
    package let program: Program
    package let roles: [Trace.InputRole]
    package let resultCount: Int
    /// States that get a new value, in the order of the program's outputs after the results.
    package let updates: [StateStorage]
    package let hostScalars: [HostScalar]
    /// What the host does after each run.
    package var afterRun: [() -> Void] = []
    /// Where its runs report indices out of range; nil if it uses none that may be.
    package var status: DeviceStatus?

    package var argumentTypes: [TensorType] {
        var types: [Int: TensorType] = [:]
        for (role, input) in zip(roles, program.inputs) {
            if case .argument(let index) = role { types[index] = program.type(of: input) }
        }
        return types.sorted { $0.key < $1.key }.map(\.value)
    }

    /// What makes a plan of the function reusable for another recording of it.
    package var identity: Identity { Identity(self) }

    package struct Identity: Hashable {
        private let program: Program
        private let inputs: [ObjectIdentifier?]
        private let updates: [ObjectIdentifier]

        init(_ function: TracedFunction) {
            program = function.program
            inputs = function.roles.map { role in
                switch role {
                case .state(let storage): ObjectIdentifier(storage)
                case .captured(let reference): ObjectIdentifier(reference.device)
                case .argument, .randomState, .hostScalars, .outer: nil
                }
            }
            updates = function.updates.map { ObjectIdentifier($0) }
        }
    }

    /// Records `body` on arguments of the given types.
    /// - Parameters:
    ///   - frozen: what is read instead of states.
    ///   - status: where runs report indices out of range.
    ///   - reader: what reads numbers of the recording; nil: it has none.
    package static func record(
        _ argumentTypes: [TensorType], frozen: FrozenStates? = nil,
        status: DeviceStatus? = nil, reader: EagerReader? = nil,
        _ body: (Trace, [Tensor]) throws -> [Tensor]
    ) throws -> TracedFunction {
        for type in argumentTypes { try type.shape.validate() }
        let trace = Trace(reader: reader)
        trace.frozen = frozen
        trace.status = status
        let results = try Trace.$current.withValue(trace) {
            let arguments = argumentTypes.enumerated().map { trace.argument($0.offset, $0.element) }
            let results = try body(trace, arguments)
            if let failure = trace.failure { throw failure }
            try trace.finishChecks()
            return results
        }
        let outputs = try results.map { try trace.value(of: $0) } + trace.updates.map(\.value)
        return TracedFunction(
            program: trace.builder.program(outputs: outputs), roles: trace.roles,
            resultCount: results.count, updates: trace.updates.map(\.storage),
            hostScalars: trace.hostScalars, afterRun: trace.afterRun,
            status: trace.indexChecks.isEmpty ? nil : status)
    }

    /// A recording in which no state moved: code that lays out states for the first time, such as that of an optimizer, may have
    /// read them before from where they no longer are.
    package static func settled(
        _ record: () throws -> TracedFunction
    ) throws -> (function: TracedFunction, moves: Int) {
        var attempts = 0
        while true {
            let moves = State.moves
            let function = try record()
            attempts += 1
            // States of other models may move at any time; who uses the recording looks again.
            if State.moves == moves || attempts == 8 { return (function, moves) }
        }
    }
}

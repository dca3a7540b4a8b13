import KeratinCore

/// Lets numbers be read while a function is recorded: what is recorded so far is run for them. For looking into a step that goes
/// wrong; every reading makes a plan of its own.
package final class EagerReader: Sendable {
    /// Runs a function on the arguments that the recording stands for.
    private let run: @Sendable (TracedFunction) throws -> Plan

    package init(_ run: @escaping @Sendable (TracedFunction) throws -> Plan) { self.run = run }

    func numbers(_ function: TracedFunction) throws -> Tensor {
        try Trace.$current.withValue(nil) {
            let plan = try run(function)
            return try plan.tensor(result: 0)
        }
    }
}

extension Trace {
    /// What a value of the recording holds; nil where that is not known before the recording ends: without a reader, and in the bodies
    /// of loops.
    func numbers(of value: Value) throws -> Tensor? {
        try reader?.numbers(
            TracedFunction(
                program: builder.program(outputs: [value]), roles: roles, resultCount: 1,
                updates: [], hostScalars: hostScalars))
    }
}

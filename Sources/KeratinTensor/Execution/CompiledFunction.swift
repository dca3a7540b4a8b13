import KeratinCore

/// A function of tensors that is recorded once per signature of its arguments and replayed afterwards, one call at a time.
///
/// Arguments and results stay on the device. What the function draws at random differs from call to call, and an optimizer in it
/// counts its steps; everything else that it reads from the host is what it was when the function was recorded.
public final class CompiledFunction {
    private struct Entry {
        var plan: Plan
        /// How often states had moved when it was recorded.
        var moves: Int
    }

    private struct Signature: Hashable {
        var types: [TensorType]
        var backend: ObjectIdentifier
    }

    private let lock = ReentrantLock()
    private let body: ([Tensor]) throws -> [Tensor]
    private var entries: [Signature: Entry] = [:]
    private lazy var seed = RandomSeed.next()
    private var calls = 0
    private let status = DeviceStatus()

    init(_ body: @escaping ([Tensor]) throws -> [Tensor]) { self.body = body }

    /// Runs the function.
    /// - Throws: what the function throws while it is recorded; `BackendError` from the device.
    public func callAsFunction(_ arguments: Tensor...) throws -> [Tensor] { try call(arguments) }

    /// Runs it on an array of tensors, as `callAsFunction` does on several arguments.
    public func call(_ arguments: [Tensor]) throws -> [Tensor] {
        // Within a recording it is a part of that.
        if Trace.current != nil { return try body(arguments) }
        return try lock.withLock { try replay(arguments) }
    }

    private func replay(_ arguments: [Tensor]) throws -> [Tensor] {
        let plan = try plan(arguments)
        for (index, argument) in arguments.enumerated() {
            try plan.write(argument, toArgument: index)
        }
        calls += 1
        try plan.run(seed: plan.drawsRandomNumbers ? seed : 0, step: calls)
        let results = try (0..<plan.function.resultCount).map { try plan.tensor(result: $0) }
        // Waits for the device, in functions that pick by number alone.
        try plan.function.status?.check()
        return results
    }

    private func plan(_ arguments: [Tensor]) throws -> Plan {
        let backend = try ImmediateExecution.backend(of: arguments)
        let signature = Signature(
            types: arguments.map(\.type), backend: ObjectIdentifier(backend))
        let known = entries[signature]
        if let known, known.moves == State.moves { return known.plan }
        let (function, moves) = try withBackend(backend) {
            try TracedFunction.settled {
                try TracedFunction.record(signature.types, status: status) { _, tensors in
                    var tensors = tensors
                    for (index, argument) in arguments.enumerated() {
                        tensors[index].mask = argument.mask
                    }
                    return try self.body(tensors)
                }
            }
        }
        // Weights of other models may have moved, too.
        if let known, known.plan.function.identity == function.identity {
            entries[signature]?.moves = moves
            return known.plan
        }
        let plan = try Plan(function, on: backend)
        entries[signature] = Entry(plan: plan, moves: moves)
        return plan
    }
}

/// Makes a function that is recorded once per signature of its arguments and replayed afterwards.
public func compiled(_ body: @escaping ([Tensor]) throws -> [Tensor]) -> CompiledFunction {
    CompiledFunction(body)
}

/// The same for a function of one tensor.
@_disfavoredOverload
public func compiled(
    _ body: @escaping (Tensor) throws -> Tensor
) -> (Tensor) throws -> Tensor {
    let function = CompiledFunction { [try body($0[0])] }
    return { try function.call([$0])[0] }
}

/// The same for a function of two tensors.
@_disfavoredOverload
public func compiled(
    _ body: @escaping (Tensor, Tensor) throws -> Tensor
) -> (Tensor, Tensor) throws -> Tensor {
    let function = CompiledFunction { [try body($0[0], $0[1])] }
    return { try function.call([$0, $1])[0] }
}

/// The same for a function of one tensor with two to four results, which may have names: `(critic: Tensor, generator: Tensor)`.
///
/// The function throws a `KeratinError` if its result is anything but tensors.
@_disfavoredOverload
public func compiled<Results>(
    _ body: @escaping (Tensor) throws -> Results
) -> (Tensor) throws -> Results {
    let function = CompiledFunction { try NamedResults.tensors(of: try body($0[0])) }
    return { try NamedResults.named(try function.call([$0])) }
}

/// The same for a function of two tensors with two to four results.
///
/// The function throws a `KeratinError` if its result is anything but tensors.
@_disfavoredOverload
public func compiled<Results>(
    _ body: @escaping (Tensor, Tensor) throws -> Results
) -> (Tensor, Tensor) throws -> Results {
    let function = CompiledFunction { try NamedResults.tensors(of: try body($0[0], $0[1])) }
    return { try NamedResults.named(try function.call([$0, $1])) }
}

/// Tuples of tensors, with names or without.
private enum NamedResults {
    static func tensors<Results>(of results: Results) throws -> [Tensor] {
        let parts = Mirror(reflecting: results).children.map(\.value)
        let tensors = parts.compactMap { $0 as? Tensor }
        guard tensors.count == parts.count, (2...4).contains(tensors.count) else {
            throw KeratinError(
                .invalidArgument,
                "a compiled function gives a tensor, two to four tensors, or a list of tensors, not \(Results.self)"
            )
        }
        return tensors
    }

    static func named<Results>(_ tensors: [Tensor]) throws -> Results {
        let tuple: Any
        switch tensors.count {
        case 2: tuple = (tensors[0], tensors[1])
        case 3: tuple = (tensors[0], tensors[1], tensors[2])
        default: tuple = (tensors[0], tensors[1], tensors[2], tensors[3])
        }
        guard let results = tuple as? Results else {
            throw KeratinError(.invalidArgument, "cannot give its results as \(Results.self)")
        }
        return results
    }
}

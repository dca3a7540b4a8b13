import KeratinCore

/// Computes at once: single operations on concrete tensors, and functions that are recorded to be run once.
///
/// What is to be decided about an operation or a function (passes, order, places) is decided once and kept in
/// `ImmediatePlans`; a call only binds it to its memory.
package enum ImmediateExecution {
    private static let plans = ImmediatePlans()
    /// Constants up to this size are written by the host: a plan for each number would fill the cache.
    private static let smallFill = 256

    /// The results of an operation.
    static func run(_ operation: Operation, _ inputs: [Tensor]) throws -> [Tensor] {
        let backend = try backend(of: inputs)
        if case .primitive(.fill(let value, let type)) = operation, type.byteCount <= smallFill,
            type.dtype == .float32 || type.dtype == .int32
        {
            return [try filled(value, type, on: backend)]
        }
        let devices = try inputs.map { try device($0, on: backend) }
        if case .primitive(.reshape) = operation {
            // Another view of numbers that never change.
            let type = try operation.resultTypes([inputs[0].type])[0]
            return [Tensor(DeviceTensor(backend: backend, slice: devices[0].slice, type: type))]
        }
        let plan = try plans.plan(.operation(operation, inputs.map(\.type)), on: backend) {
            try TracedFunction.record(inputs.map(\.type)) { trace, arguments in
                let values = try trace.builder.append(
                    operation, arguments.map { try trace.value(of: $0) })
                return values.map { Tensor(trace, $0) }
            }
        }
        return try plan.run(devices.map(\.slice))
    }

    /// Runs a recorded function once. Random numbers start from a fresh seed.
    package static func run(
        _ function: TracedFunction, on backend: any Backend
    ) throws -> [Tensor] {
        let plan = try plans.plan(.function(ImmediatePlans.Form(function)), on: backend) {
            function
        }
        // The memory of what the host provides lives as long as the run is being issued.
        let inputs = try zip(function.roles, function.program.inputs).map { role, input in
            let type = function.program.type(of: input)
            switch role {
            case .state(let storage):
                guard storage.backend === backend else {
                    throw Plan.foreign(storage.backend, backend)
                }
                return storage.device.slice
            case .captured(let reference):
                return try device(Tensor(reference.device), on: backend).slice
            case .randomState:
                let state = try DeviceTensor(allocating: type, on: backend)
                try state.write(randomStateOf: RandomSeed.next(), step: 1)
                return state.slice
            case .hostScalars:
                let scalars = try DeviceTensor(allocating: type, on: backend)
                var values = function.hostScalars.map { Float($0.value(1)) }
                values += [Float](repeating: 0, count: type.count - values.count)
                try values.withUnsafeBytes { try scalars.write($0) }
                return scalars.slice
            case .argument, .outer:
                throw KeratinError(.invalidState, "a function with arguments cannot run by itself")
            }
        }
        let results = try plan.run(inputs)
        for action in function.afterRun { action() }
        try function.status?.check()
        return results
    }

    /// Runs code that assigns states: as a part of the recording that is open, else at once.
    package static func recordOrRun(
        on backend: @autoclosure () throws -> any Backend, _ body: (Trace) throws -> Void
    ) throws {
        if let trace = Trace.current { return try body(trace) }
        let backend = try backend()
        let function = try withBackend(backend) {
            try TracedFunction.settled {
                try TracedFunction.record([], status: DeviceStatus()) { trace, _ in
                    try body(trace)
                    return []
                }
            }.function
        }
        _ = try run(function, on: backend)
    }

    /// The backend that an operation on tensors runs on: where they are.
    package static func backend(of inputs: [Tensor]) throws -> any Backend {
        for input in inputs {
            if case .device(let device) = input.storage { return device.backend }
        }
        return try Context.backend
    }

    private static func device(_ tensor: Tensor, on backend: any Backend) throws -> DeviceTensor {
        let device: DeviceTensor
        switch tensor.storage {
        case .device(let own): device = own
        case .host(let host): return try host.device(on: backend)
        case .number(let number):
            return try self.device(
                filled(number.value, TensorType(.scalar, number.dtype), on: backend), on: backend)
        case .failed(let failure): throw failure.error
        case .traced, .symbolic:
            throw KeratinError(.invalidState, "a recorded tensor has no numbers yet")
        }
        guard device.backend === backend else { throw Plan.foreign(device.backend, backend) }
        return device
    }

    private static func filled(
        _ value: Double, _ type: TensorType, on backend: any Backend
    ) throws -> Tensor {
        let device = try DeviceTensor(allocating: type, on: backend)
        if type.dtype == .float32 {
            try [Float](repeating: Float(value), count: type.count).withUnsafeBytes {
                try device.write($0)
            }
        } else {
            let number = Int32(exactly: value.rounded(.towardZero)) ?? 0
            try [Int32](repeating: number, count: type.count).withUnsafeBytes {
                try device.write($0)
            }
        }
        return Tensor(device)
    }
}

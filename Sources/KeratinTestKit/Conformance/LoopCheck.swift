import KeratinCore

/// Memory of a check that builds its own plan.
private struct Cell {
    let argument: Argument
    let backend: any Backend

    init(_ tensor: ReferenceTensor, on backend: any Backend) throws {
        self.backend = backend
        // One element of lead, so that the offset is odd.
        let lead = tensor.type.dtype.byteCount
        let buffer = try backend.allocate(byteCount: tensor.type.byteCount + lead)
        argument = Argument(tensor.type, BufferSlice(buffer, byteOffset: lead))
        try write(tensor)
    }

    func write(_ tensor: ReferenceTensor) throws {
        try tensor.bytes.withUnsafeBytes { try backend.write($0, to: argument.slice) }
    }

    func read() throws -> [Double] {
        var bytes = [UInt8](repeating: 0, count: argument.type.byteCount)
        try bytes.withUnsafeMutableBytes { try backend.read(argument.slice, into: $0) }
        return bytes.withUnsafeBytes { ReferenceTensor(argument.type, bytes: $0).values }
    }
}

extension ConformanceRunner {
    private func launch(_ operation: Operation, _ inputs: [Argument], _ results: [Argument]) throws
        -> PlanStep
    {
        let bytes = backend.workspaceBytes(
            operation, inputs: inputs.map(\.type), results: results.map(\.type))
        return .launch(
            LaunchRequest(
                operation: operation, inputs: inputs, results: results,
                workspace: bytes == 0 ? nil : BufferSlice(try backend.allocate(byteCount: bytes))))
    }

    /// The result over the first input: f(a, b).
    private func update(_ function: BinaryFunction, _ a: Argument, _ b: Argument) throws -> PlanStep
    {
        let dtype = a.type.dtype
        let expression = PointwiseExpression(
            nodes: [.input(0), .input(1), .binary(function, 0, 1)], dtypes: [dtype, dtype, dtype],
            results: [2])
        let operation = Operation.fused(Pointwise(expression, shape: a.type.shape))
        guard backend.supports(operation, inputs: [a.type, b.type], results: [a.type]) else {
            throw BackendError.unsupported("loops need pointwise operations in place")
        }
        return try launch(operation, [a, b], [a])
    }

    /// Running sums through a loop, a loop of no turns, a loop in a loop, and the order of copies.
    func checkLoops() {
        for (turns, width) in [(5, 3), (0, 3), (1, 33), (7, 1)] {
            let name = "running sums over \(turns) rows of \(width)"
            do { try checkRunningSums(turns, width, name) } catch { fail(.loop, name, "\(error)") }
        }
        do { try checkNestedLoop() } catch { fail(.loop, "a loop in a loop", "\(error)") }
        do { try checkOrder() } catch { fail(.loop, "copies between runs", "\(error)") }
    }

    private func checkRunningSums(_ turns: Int, _ width: Int, _ name: String) throws {
        var draw = Draw(name)
        let x = draw.quarters([max(turns, 1), width])
        let scalar = TensorType(.scalar, .int32)
        let source = try Cell(x, on: backend)
        let stack = try Cell(ReferenceTensor(x.type, repeating: -9), on: backend)
        let row = try Cell(ReferenceTensor(TensorType([width]), repeating: -9), on: backend)
        let sum = try Cell(ReferenceTensor(TensorType([width]), repeating: -9), on: backend)
        let counter = try Cell(ReferenceTensor(scalar, repeating: 77), on: backend)
        let one = try Cell(ReferenceTensor(scalar, repeating: 1), on: backend)
        let plan = try backend.makePlan([
            try launch(.primitive(.fill(value: 0, type: scalar)), [], [counter.argument]),
            try launch(.primitive(.fill(value: 0, type: row.argument.type)), [], [sum.argument]),
            .loop(
                count: turns,
                body: [
                    try launch(
                        .primitive(.dynamicSlice), [source.argument, counter.argument],
                        [row.argument]),
                    try update(.add, sum.argument, row.argument),
                    try launch(
                        .primitive(.dynamicUpdate),
                        [stack.argument, counter.argument, sum.argument], [stack.argument]),
                    try update(.add, counter.argument, one.argument),
                ]),
        ])
        let issued = backend.counters.launches
        // The second run must find nothing of the first.
        for _ in 0..<2 { try plan.run() }
        if backend.counters.launches - issued != 2 * plan.launchCount {
            fail(
                .counters, name,
                "two runs counted \(backend.counters.launches - issued) launches, "
                    + "launchCount is \(plan.launchCount)")
        }
        var expected = [Double](repeating: -9, count: x.type.count)
        for place in 0..<(turns * width) {
            expected[place] = x.values[place] + (place >= width ? expected[place - width] : 0)
        }
        if try stack.read() != expected {
            fail(.loop, name, "got \(try stack.read()), expected \(expected)")
        }
        if try counter.read() != [Double(turns)] {
            fail(.loop, name, "the counter ends at \(try counter.read())")
        }
    }

    private func checkNestedLoop() throws {
        let type = TensorType([3])
        let total = try Cell(ReferenceTensor(type), on: backend)
        let step = try Cell(ReferenceTensor(type, repeating: 1), on: backend)
        let inner = PlanStep.loop(count: 4, body: [try update(.add, total.argument, step.argument)])
        let plan = try backend.makePlan([
            .loop(count: 3, body: [inner, try update(.add, step.argument, step.argument)])
        ])
        try plan.run()
        // Steps of 1, 2 and 4, four of each.
        if try total.read() != [28, 28, 28] {
            fail(.loop, "a loop in a loop", "got \(try total.read())")
        }
    }

    /// Writes, runs and reads happen in the order of the calls.
    private func checkOrder() throws {
        let type = TensorType([1000])
        let x = try Cell(ReferenceTensor(type), on: backend)
        let y = try Cell(ReferenceTensor(type), on: backend)
        let plan = try backend.makePlan([
            try launch(.primitive(.unary(.negate)), [x.argument], [y.argument])
        ])
        for value in 1...5 {
            try x.write(ReferenceTensor(type, repeating: Double(value)))
            try plan.run()
            try x.write(ReferenceTensor(type, repeating: -1000))
            if try y.read() != [Double](repeating: -Double(value), count: 1000) {
                fail(.loop, "copies between runs", "run \(value) saw other values")
            }
        }
        try backend.synchronize()
    }

    // MARK: Memory

    /// Copies of odd sizes at odd offsets, empty buffers, and bytes given back.
    func checkMemory() {
        do {
            let before = backend.counters.liveBytes
            try copyRoundTrips()
            try copiesOnTheDevice()
            if backend.counters.liveBytes != before {
                fail(
                    .memory, "buffers without references",
                    "\(backend.counters.liveBytes - before) bytes are still counted as live")
            }
        } catch {
            fail(.memory, "copies", "\(error)")
        }
        do {
            _ = try backend.allocate(byteCount: 1 << 60)
            fail(.memory, "an allocation of 2^60 bytes", "was accepted")
        } catch is BackendError {
        } catch {
            fail(
                .memory, "an allocation of 2^60 bytes", "threw \(type(of: error)), not BackendError"
            )
        }
    }

    /// What `fill` puts into memory and `copy` takes elsewhere, and what is left alone around it.
    private func copiesOnTheDevice() throws {
        for (from, to, count) in [(0, 0, 1), (1, 3, 33), (256, 4, 4096), (5, 7, 0)] {
            let source = try backend.allocate(byteCount: 8192)
            let target = try backend.allocate(byteCount: 8192)
            var image = [UInt8](repeating: 0xEE, count: 8192)
            try image.withUnsafeBytes { try backend.write($0, to: BufferSlice(target)) }
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 53 &+ from) }
            try backend.fill(BufferSlice(source, byteOffset: from), byteCount: count) {
                $0.copyBytes(from: bytes)
            }
            try backend.copy(
                BufferSlice(source, byteOffset: from), to: BufferSlice(target, byteOffset: to),
                byteCount: count)
            image.replaceSubrange(to..<(to + count), with: bytes)
            var all = [UInt8](repeating: 0, count: 8192)
            try all.withUnsafeMutableBytes { try backend.read(BufferSlice(target), into: $0) }
            if all != image {
                fail(
                    .memory, "a copy of \(count) bytes from \(from) to \(to) on the device",
                    "gives other bytes")
            }
        }
    }

    private func copyRoundTrips() throws {
        let empty = try backend.allocate(byteCount: 0)
        try backend.write(UnsafeRawBufferPointer(start: nil, count: 0), to: BufferSlice(empty))
        for (offset, count) in [(0, 1), (1, 1), (3, 33), (255, 257), (4, 4096), (7, 0)] {
            let buffer = try backend.allocate(byteCount: 8192)
            var image = [UInt8](repeating: 0xEE, count: 8192)
            try image.withUnsafeBytes { try backend.write($0, to: BufferSlice(buffer)) }
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ offset) }
            try bytes.withUnsafeBytes {
                try backend.write($0, to: BufferSlice(buffer, byteOffset: offset))
            }
            image.replaceSubrange(offset..<(offset + count), with: bytes)
            var all = [UInt8](repeating: 0, count: 8192)
            try all.withUnsafeMutableBytes { try backend.read(BufferSlice(buffer), into: $0) }
            var part = [UInt8](repeating: 0, count: count)
            try part.withUnsafeMutableBytes {
                try backend.read(BufferSlice(buffer, byteOffset: offset), into: $0)
            }
            if all != image || part != bytes {
                fail(
                    .memory, "a copy of \(count) bytes at offset \(offset)", "other bytes came back"
                )
            }
        }
    }
}

import KeratinCore

/// Times of one piece of work.
struct Samples {
    /// Seconds of a run, sorted.
    let seconds: [Double]

    var median: Double { seconds[seconds.count / 2] }
    var least: Double { seconds[0] }
    var most: Double { seconds[seconds.count - 1] }

    /// Runs the work twice to warm up, then measures it.
    /// - Parameters:
    ///   - repeats: measurements that are wanted.
    ///   - seconds: runs the work so often that one measurement takes about this long.
    ///   - budget: seconds after which no further measurement begins; there is one at least. What making a plan took counts as half of it
    ///     at most.
    init(
        repeats: Int, seconds: Double, budget: Double = .infinity, _ work: () throws -> Void
    ) rethrows {
        var start = MonotonicClock.seconds()
        let begin = start
        try work()
        var warm = MonotonicClock.seconds() - start
        // Work that uses the budget up by itself is warm after one run.
        if warm < budget {
            start = MonotonicClock.seconds()
            try work()
            warm = max(MonotonicClock.seconds() - start, 1e-7)
        }
        let begun = budget < .infinity ? max(begin, MonotonicClock.seconds() - budget / 2) : begin
        let count = warm < seconds ? max(1, Int(min(seconds / warm, 1e7))) : 1
        var times = [Double]()
        repeat {
            start = MonotonicClock.seconds()
            for _ in 0..<count { try work() }
            times.append((MonotonicClock.seconds() - start) / Double(count))
        } while times.count < repeats && MonotonicClock.seconds() - begun < budget
        self.seconds = times.sorted()
    }
}

/// The median time of several runs.
/// - Parameter seconds: runs the work so often that one measurement takes about this long.
func medianSeconds(
    repeats: Int, seconds: Double = 0.1, _ work: () throws -> Void
) rethrows -> Double {
    try Samples(repeats: repeats, seconds: seconds, work).median
}

extension Backend {
    /// A tensor's memory, filled with small numbers.
    func filled(_ type: TensorType) throws -> Argument {
        let argument = Argument(type, BufferSlice(try allocate(byteCount: type.byteCount)))
        try type.smallNumbers().withUnsafeBytes { try write($0, to: argument.slice) }
        return argument
    }

    /// The launch of one operation on such memory.
    func request(_ operation: Operation, _ inputs: [TensorType]) throws -> LaunchRequest {
        let results = try operation.resultTypes(inputs)
        let bytes = workspaceBytes(operation, inputs: inputs, results: results)
        return LaunchRequest(
            operation: operation, inputs: try inputs.map { try filled($0) },
            results: try results.map {
                Argument($0, BufferSlice(try allocate(byteCount: $0.byteCount)))
            },
            workspace: bytes > 0 ? BufferSlice(try allocate(byteCount: bytes)) : nil)
    }
}

extension TensorType {
    /// Numbers from −1 to 1 for memory that only its size matters of; whole numbers are 0 or 1.
    func smallNumbers() -> [UInt8] {
        switch dtype {
        case .float32:
            (0..<count).map { Float($0 % 17) * 0.125 - 1 }.withUnsafeBytes { Array($0) }
        case .int32: (0..<count).map { Int32($0 % 2) }.withUnsafeBytes { Array($0) }
        default: [UInt8](repeating: 0, count: byteCount)
        }
    }
}

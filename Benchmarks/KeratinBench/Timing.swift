import KeratinCore
import KeratinModels

/// The median time of several runs.
/// - Parameter seconds: runs the work so often that one measurement takes about this long.
func medianSeconds(
    repeats: Int, seconds: Double = 0.1, _ work: () throws -> Void
) rethrows -> Double {
    try work()
    var start = MonotonicClock.seconds()
    try work()
    let count = max(1, Int(seconds / max(MonotonicClock.seconds() - start, 1e-7)))
    var times = [Double]()
    for _ in 0..<max(repeats, 1) {
        start = MonotonicClock.seconds()
        for _ in 0..<count { try work() }
        times.append((MonotonicClock.seconds() - start) / Double(count))
    }
    return times.sorted()[times.count / 2]
}

extension Backend {
    /// A tensor's memory, filled with small numbers.
    func filled(_ type: TensorType) throws -> Argument {
        let argument = Argument(type, BufferSlice(try allocate(byteCount: type.byteCount)))
        let values = (0..<type.count).map { Float($0 % 17) * 0.125 - 1 }
        try values.withUnsafeBytes { try write($0, to: argument.slice) }
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

import KeratinCore

/// Prepared launches and loops of them, flattened.
final class CPUPlan: ExecutablePlan {
    /// One entry of the flat list.
    private enum Entry {
        /// Phases `range` of one launch.
        case phases(Range<Int>)
        /// A loop over the entries up to `end`.
        case loop(count: Int, end: Int)
    }

    private struct Timing {
        var kernel: String
        var geometry: String
        var cost: OperationCost
    }

    let launchCount: Int
    private let backend: CPUBackend
    private var phases: [Phase] = []
    private var entries: [Entry] = []
    /// In step with `entries`; empty unless profiling.
    private var timings: [Timing?] = []
    /// Keeps the memory alive that the launches point at.
    private let steps: [PlanStep]

    init(_ steps: [PlanStep], backend: CPUBackend) throws {
        self.backend = backend
        self.steps = steps
        launchCount = Self.launches(steps)
        var ownBytes = 0
        var sharedBytes = 0
        try append(steps, &ownBytes, &sharedBytes)
        try backend.reserve(ownBytes: ownBytes, sharedBytes: sharedBytes)
    }

    private static func launches(_ steps: [PlanStep]) -> Int {
        steps.reduce(0) { sum, step in
            switch step {
            case .launch: sum + 1
            case .loop(let count, let body): sum + count * launches(body)
            }
        }
    }

    private func append(
        _ steps: [PlanStep], _ ownBytes: inout Int, _ sharedBytes: inout Int
    ) throws {
        for step in steps {
            switch step {
            case .launch(let request):
                let launch = try prepare(request, backend.table, threads: backend.pool.count)
                let first = phases.count
                phases += launch.phases.filter { $0.tasks > 0 }
                entries.append(.phases(first..<phases.count))
                timings.append(Profiler.isEnabled ? Self.timing(request) : nil)
                ownBytes = max(ownBytes, launch.ownBytes)
                sharedBytes = max(sharedBytes, launch.sharedBytes)
            case .loop(let count, let body):
                let index = entries.count
                entries.append(.loop(count: count, end: 0))
                timings.append(nil)
                try append(body, &ownBytes, &sharedBytes)
                entries[index] = .loop(count: count, end: entries.count)
            }
        }
    }

    private static func timing(_ request: LaunchRequest) -> Timing {
        let inputs = request.inputs.map(\.type)
        let results = request.results.map(\.type)
        return Timing(
            kernel: request.operation.name,
            geometry: inputs.map(\.description).joined(separator: " ") + " -> "
                + results.map(\.description).joined(separator: " "),
            cost: OperationCost(request.operation, inputs: inputs, results: results))
    }

    func run() throws {
        backend.lock.withLock { run(0..<entries.count) }
        backend.counters.addLaunches(launchCount)
    }

    private func run(_ range: Range<Int>) {
        var index = range.lowerBound
        while index < range.upperBound {
            switch entries[index] {
            case .phases(let phases):
                if let timing = timings[index] {
                    let start = MonotonicClock.seconds()
                    run(phases: phases)
                    Profiler.record(
                        kernel: timing.kernel, geometry: timing.geometry,
                        seconds: MonotonicClock.seconds() - start, cost: timing.cost)
                } else {
                    run(phases: phases)
                }
                index += 1
            case .loop(let count, let end):
                for _ in 0..<count { run(index + 1..<end) }
                index = end
            }
        }
    }

    private func run(phases range: Range<Int>) {
        for index in range { backend.run(phases[index]) }
    }
}

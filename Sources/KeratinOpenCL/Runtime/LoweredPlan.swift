import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A plan's launches, joined where that is possible, before anything is built.
struct LoweredPlan {
    indirect enum Step {
        case launches(Range<Int>)
        case loop(count: Int, body: [Step])
    }

    private(set) var steps = [Step]()
    private(set) var launches = [KernelLaunch]()
    /// The first launch that stores new states.
    private(set) var firstStore = 0

    /// Launches of a run, loops unrolled.
    var launchCount: Int { Self.count(steps) }

    init(
        _ computation: [PlanStep], stores: [PlanStep], _ joiner: LaunchJoiner?,
        lower: (LaunchRequest) throws -> [KernelLaunch]
    ) throws {
        steps = try lowered(computation, lower)
        firstStore = launches.count
        steps += try lowered(stores, lower)
        if let joiner { try join(joiner) }
        if Self.isDumped { dump(description) }
    }

    /// `KERATIN_DUMP=launches`.
    private static let isDumped =
        (environment("KERATIN_DUMP") ?? "").split(separator: ",").contains("launches")

    /// The launches, one a line, in the order of their numbers.
    private var description: String {
        launches.enumerated().reduce("a plan of \(launchCount) launches\n") { text, launch in
            let (index, launch) = launch
            let mark = index == firstStore ? " (states are stored from here on)" : ""
            return text
                + "    \(launch.description ?? launch.kernel), global \(launch.global) local \(launch.local)\(mark)\n"
        }
    }

    /// Launches that no operation asked for.
    init(_ launches: [KernelLaunch]) {
        self.launches = launches
        steps = [.launches(launches.indices)]
        firstStore = launches.count
    }

    private mutating func lowered(
        _ steps: [PlanStep], _ lower: (LaunchRequest) throws -> [KernelLaunch]
    ) throws -> [Step] {
        var result = [Step]()
        for step in steps {
            switch step {
            case .launch(let request):
                let start = launches.count
                launches += try lower(request)
                if launches.count == start { continue }
                if case .launches(let range)? = result.last, range.upperBound == start {
                    result[result.count - 1] = .launches(range.lowerBound..<launches.count)
                } else {
                    result.append(.launches(start..<launches.count))
                }
            case .loop(let count, let body):
                let body = try lowered(body, lower)
                if count > 0, !body.isEmpty { result.append(.loop(count: count, body: body)) }
            }
        }
        return result
    }

    private mutating func join(_ joiner: LaunchJoiner) throws {
        let all = launches
        let oldFirstStore = firstStore
        var result = [KernelLaunch]()
        var newFirstStore: Int?
        func join(_ steps: [Step]) throws -> [Step] {
            try steps.map { step in
                switch step {
                case .launches(let range):
                    let start = result.count
                    let stores = oldFirstStore < range.upperBound
                    let joined = try joiner.join(
                        Array(all[range]),
                        firstStore: stores ? max(oldFirstStore - range.lowerBound, 0) : nil)
                    result += joined.launches
                    if stores, newFirstStore == nil { newFirstStore = start + joined.stores }
                    return .launches(start..<result.count)
                case .loop(let count, let body):
                    return .loop(count: count, body: try join(body))
                }
            }
        }
        steps = try join(joiner.joinsStores ? Self.contiguous(steps) : steps)
        launches = result
        firstStore = newFirstStore ?? result.count
    }

    /// The steps with neighbouring runs of launches as one.
    private static func contiguous(_ steps: [Step]) -> [Step] {
        steps.reduce(into: []) { result, step in
            if case .launches(let range) = step, case .launches(let last)? = result.last,
                last.upperBound == range.lowerBound
            {
                result[result.count - 1] = .launches(last.lowerBound..<range.upperBound)
            } else {
                result.append(step)
            }
        }
    }

    private static func count(_ steps: [Step]) -> Int {
        steps.reduce(0) { total, step in
            switch step {
            case .launches(let range): total + range.count
            case .loop(let turns, let body): total + turns * count(body)
            }
        }
    }
}

/// Writes to standard error. A dump that cannot be written is not worth failing for.
private func dump(_ text: String) {
    let bytes = Array("--- launches: \(text)".utf8)
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}

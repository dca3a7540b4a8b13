import KeratinCore

/// Which launches of a run become one.
///
/// Launches that do not depend on each other share out the work-groups of one launch, a range for each; they need no barrier. Launches
/// of so little work that one work-group does it well form chains: the group does one after the other, with barriers where one needs
/// what another wrote. So a joined launch holds *members*, each a wide launch with many groups or a chain with one, and none of them
/// depends on another. All of this is portable OpenCL 1.2.
///
/// Where groups can wait for each other (`residentGroups`) a joined launch has several *phases* of such members, and all groups meet
/// between them.
struct JoinPlan {
    enum Member {
        /// A launch's groups.
        case wide(Int)
        /// Launches that one group runs in this order, and which of them wait for the ones before.
        case chain([Int], waits: [Bool])
    }

    enum Unit {
        /// A launch as it is.
        case single(Int)
        /// Members side by side, phase after phase.
        case joined([[Member]])
    }

    /// What a launch may be joined as.
    enum Kind {
        case alone
        /// `groups`: of `JoinPolicy.groupItems` work-items.
        case wide(groups: Int)
        /// The same, little enough for a chain.
        case tiny(groups: Int)

        var groups: Int {
            switch self {
            case .alone: 0
            case .wide(let groups), .tiny(let groups): groups
            }
        }
        var isTiny: Bool { if case .tiny = self { true } else { false } }
        var isAlone: Bool { if case .alone = self { true } else { false } }
    }

    private(set) var units = [Unit]()

    private let launches: [KernelLaunch]
    private let kinds: [Kind]
    private let policy: JoinPolicy
    /// By launch: those before it that it depends on, those after it that depend on it, and how many of the former are to come.
    private var causes: [[Int]]
    private var effects: [[Int]]
    private var waiting: [Int]
    private var isDone: [Bool]

    /// - Parameters:
    ///   - launches: what runs, in an order that is right.
    ///   - firstStore: the first of those that store new states, which do not run before a launch in front of it has run or runs with
    ///     them: a failure before must find the old states.
    init(
        _ launches: [KernelLaunch], _ kinds: [Kind], _ policy: JoinPolicy, firstStore: Int? = nil
    ) {
        self.launches = launches
        self.kinds = kinds
        self.policy = policy
        isDone = launches.map { _ in false }
        causes = launches.map { _ in [] }
        effects = causes
        waiting = launches.map { _ in 0 }
        guard kinds.count(where: { !$0.isAlone }) > 1 else {
            units = launches.indices.map { .single($0) }
            return
        }
        for index in launches.indices {
            for before in 0..<index where Self.conflict(launches[before], launches[index]) {
                causes[index].append(before)
                effects[before].append(index)
            }
            waiting[index] = causes[index].count
        }
        while let first = isDone.firstIndex(of: false) {
            // Stores wait for all that is computed.
            let limit = firstStore.map { first < $0 ? $0 : launches.count } ?? launches.count
            // What cannot be joined runs as soon as it can, so that the next joined launch has as much as possible.
            let alone = (first..<limit).first {
                !isDone[$0] && kinds[$0].isAlone && waiting[$0] == 0
            }
            if let alone {
                units.append(.single(alone))
                finish(alone)
            } else {
                join(from: first, limit: firstStore)
            }
        }
    }

    private static func conflict(_ one: KernelLaunch, _ other: KernelLaunch) -> Bool {
        guard let a = one.access, let b = other.access else { return true }
        return a.conflicts(with: b)
    }

    private mutating func finish(_ index: Int) {
        isDone[index] = true
        for effect in effects[index] { waiting[effect] -= 1 }
    }

    /// The next joined launch.
    private mutating func join(from first: Int, limit firstStore: Int?) {
        var room = JoinRoom(policy)
        let computation = firstStore.map { first..<max(first, $0) } ?? first..<first
        // By launch of this unit: its phase.
        var phases: [Int: Int] = [:]
        for index in first..<launches.count where !isDone[index] && !kinds[index].isAlone {
            if let firstStore, index >= firstStore,
                computation.contains(where: { !isDone[$0] && phases[$0] == nil })
            {
                break
            }
            guard let phase = phase(of: index, phases),
                room.take(launches[index], kinds[index], phase)
            else { continue }
            phases[index] = phase
        }
        let order = phases.keys.sorted()
        for index in order { finish(index) }
        if order.count == 1 {
            units.append(.single(order[0]))
        } else {
            let last = phases.values.max() ?? 0
            units.append(
                .joined(
                    (0...last).map { phase in members(order.filter { phases[$0] == phase }) }))
        }
    }

    /// The first phase that a launch can run in, nil if it cannot be in this unit.
    private func phase(of index: Int, _ phases: [Int: Int]) -> Int? {
        var result = 0
        for cause in causes[index] where !isDone[cause] {
            guard let before = phases[cause] else { return nil }
            if kinds[index].isTiny && kinds[cause].isTiny {
                result = max(result, before)
            } else if policy.residentGroups != nil {
                result = max(result, before + 1)
            } else {
                return nil
            }
        }
        return result
    }

    /// Chains of the tiny launches that depend on each other; all others by themselves.
    private func members(_ indices: [Int]) -> [Member] {
        var chains = [[Int]]()
        var result = [Member]()
        for index in indices {
            guard kinds[index].isTiny else {
                result.append(.wide(index))
                continue
            }
            let (related, others) = chains.reduce(into: ([[Int]](), [[Int]]())) { parts, chain in
                if chain.contains(where: { causes[index].contains($0) }) {
                    parts.0.append(chain)
                } else {
                    parts.1.append(chain)
                }
            }
            chains = others + [related.flatMap { $0 } + [index]]
        }
        for chain in chains {
            let chain = chain.sorted()
            result.append(chain.count == 1 ? .wide(chain[0]) : .chain(chain, waits: waits(chain)))
        }
        return result
    }

    /// Whether each launch of a chain needs a barrier before it. Cooperative ones end with one.
    private func waits(_ chain: [Int]) -> [Bool] {
        var sinceBarrier = [Int]()
        return chain.map { index in
            let waits = sinceBarrier.contains { causes[index].contains($0) }
            if waits { sinceBarrier = [] }
            sinceBarrier.append(index)
            if launches[index].isCooperative { sinceBarrier = [] }
            return waits
        }
    }
}

/// What bounds a joined launch.
struct JoinPolicy {
    /// Work-items of a joined launch's groups, and of those of cooperative launches that it can take in.
    var groupItems: Int
    /// Calls in one kernel, because compilers inline each, and different ones.
    var mostCalls: Int
    var mostKernels: Int
    /// Buffers of one kernel: half of the 1024 bytes of parameters that every device takes.
    var mostBuffers = 64
    /// The groups that the tiny launches of a phase have together, at most: one group does their work.
    var mostChainGroups: Int
    /// Work-groups that run at the same time, where groups can wait for each other.
    var residentGroups: Int? = nil
}

/// What is left of a joined launch's bounds.
private struct JoinRoom {
    private let policy: JoinPolicy
    private var calls = 0
    private var kernels = Set<String>()
    private var buffers = [any DeviceBuffer]()
    /// By phase.
    private var chainGroups: [Int: Int] = [:]
    private var hasProduct = false
    private var isLarge = false

    init(_ policy: JoinPolicy) { self.policy = policy }

    /// Takes a launch in; false if there is no room for it.
    mutating func take(_ launch: KernelLaunch, _ kind: JoinPlan.Kind, _ phase: Int) -> Bool {
        guard calls < policy.mostCalls else { return false }
        let kernel = JoinedSource.name(of: launch.kernel, in: launch.program)
        guard kernels.contains(kernel) || kernels.count < policy.mostKernels else {
            return false
        }
        var buffers = buffers
        for buffer in launch.arguments.compactMap(\.usedBuffer)
        where !buffers.contains(where: { $0 === buffer }) {
            buffers.append(buffer)
        }
        guard buffers.count <= policy.mostBuffers else { return false }
        // Large launches need many work-items at a time, which products' registers do not allow.
        let isLarge = kind.groups > 1024 && !launch.program.isProduct
        guard !(isLarge && hasProduct), !(self.isLarge && launch.program.isProduct) else {
            return false
        }
        if kind.isTiny {
            let groups = chainGroups[phase, default: 0] + kind.groups
            guard groups <= policy.mostChainGroups else { return false }
            chainGroups[phase] = groups
        }
        calls += 1
        kernels.insert(kernel)
        self.buffers = buffers
        hasProduct = hasProduct || launch.program.isProduct
        self.isLarge = self.isLarge || isLarge
        return true
    }
}

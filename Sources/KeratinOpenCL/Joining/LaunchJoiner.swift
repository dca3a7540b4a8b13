import COpenCL
import KeratinCore

/// Turns launches into fewer (see `JoinPlan`): a GPU's driver takes about 6 µs for each, a processor's 2 to 6 µs, more than many
/// kernels run.
///
/// On processors only launches of a single work-item are joined, which needs neither groups nor barriers.
final class LaunchJoiner {
    /// Launches that are looked at together: each is compared with those before it.
    private static let window = 256

    private let session: OpenCLSession
    private let family: KernelFamily
    private let policy: JoinPolicy
    private var callable: [KernelProgram: Bool] = [:]
    private var madeGate: OpenCLBuffer?
    /// Whether a launch may both compute and store new states.
    var joinsStores: Bool { family == .gpu }

    /// - Parameter residentGroups: work-groups that run at the same time and can wait for each other, if that is known.
    init(_ session: OpenCLSession, _ family: KernelFamily, residentGroups: Int? = nil) {
        self.session = session
        self.family = family
        switch family {
        case .cpu:
            policy = JoinPolicy(
                groupItems: 1, mostCalls: 24, mostKernels: 24, mostChainGroups: .max)
        case .gpu:
            policy = JoinPolicy(
                groupItems: 256, mostCalls: 48, mostKernels: 24, mostChainGroups: 64,
                residentGroups: residentGroups)
        }
    }

    /// - Parameter firstStore: the first of the launches that store new states.
    /// - Returns: the launches, and how many there are before the first that stores.
    func join(
        _ launches: [KernelLaunch], firstStore: Int? = nil
    ) throws(BackendError) -> (launches: [KernelLaunch], stores: Int) {
        var result = [KernelLaunch]()
        var stores: Int?
        for start in stride(from: 0, to: launches.count, by: Self.window) {
            let part = Array(launches[start..<min(start + Self.window, launches.count)])
            var kinds = [JoinPlan.Kind]()
            for launch in part { kinds.append(try kind(launch)) }
            let plan = JoinPlan(
                part, kinds, policy,
                firstStore: firstStore.map { max($0 - start, 0) }.flatMap {
                    $0 < part.count ? $0 : nil
                })
            for unit in plan.units {
                let indices = unit.indices
                if stores == nil, let firstStore,
                    indices.contains(where: { start + $0 >= firstStore })
                {
                    stores = result.count
                }
                switch unit {
                case .single(let index): result.append(part[index])
                case .joined(let phases):
                    let kernel = JoinedKernel(
                        phases, of: part, family: family, policy: policy)
                    result.append(try kernel.launch(session, gate: gate))
                }
            }
        }
        return (result, stores ?? result.count)
    }

    /// Where groups of a launch meet. Launches of one queue come one after the other, so that one gate is enough.
    private func gate() throws(BackendError) -> OpenCLBuffer {
        if let made = madeGate { return made }
        let gate = try OpenCLBuffer(session, constants: [0, 0], isWritten: true)
        madeGate = gate
        return gate
    }

    private func kind(_ launch: KernelLaunch) throws(BackendError) -> JoinPlan.Kind {
        guard launch.access != nil, try isCallable(launch.program) else { return .alone }
        if family == .cpu {
            let isSingle = launch.global == [1, 1, 1] && launch.local == [1, 1, 1]
            return isSingle ? .tiny(groups: 1) : .alone
        }
        if launch.keepsManySums { return .alone }
        if launch.isCooperative, launch.local != [policy.groupItems, 1, 1] { return .alone }
        guard launch.itemCount <= Int(Int32.max) - policy.groupItems else { return .alone }
        let groups = launch.groups(of: policy.groupItems)
        let size = launch.size ?? OperationCost(flops: 0, bytes: 0)
        let isTiny = groups <= 8 && size.flops <= 524_288 && size.bytes <= 131_072
        return isTiny ? .tiny(groups: groups) : .wide(groups: groups)
    }

    /// Whether a joined launch can take in a program's kernels.
    private func isCallable(_ program: KernelProgram) throws(BackendError) -> Bool {
        if let known = callable[program] { return known }
        let result: Bool
        switch program {
        case .generated: result = true
        case .joined: result = false
        case .files where program.isLong: result = false
        case .files(_, let files, let options):
            // Local memory of the cpu family is for products that pack.
            let text = try KernelSources.text(files.filter { $0 != JoinedSource.common })
            result =
                JoinedSource.definitions(options) != nil
                && (family == .gpu || !text.contains("__local"))
        }
        callable[program] = result
        return result
    }
}

extension JoinPlan.Unit {
    /// The launches, in their order.
    var indices: [Int] {
        switch self {
        case .single(let index): [index]
        case .joined(let phases):
            phases.flatMap { $0 }.flatMap { member in
                switch member {
                case .wide(let index): [index]
                case .chain(let chain, _): chain
                }
            }.sorted()
        }
    }
}

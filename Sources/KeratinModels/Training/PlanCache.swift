import KeratinCore
import KeratinTensor

/// The plans of a model, one a signature, over shared scratch memory. The least recently used one goes
/// when there are too many.
final class PlanCache {
    struct Key: Hashable {
        enum Mode: Hashable { case train, test, predict }
        var mode: Mode
        var types: [TensorType]
    }

    private struct Entry {
        var plan: Plan
        var lastUse: Int
        /// The round in which the function was last recorded.
        var round: Int
    }

    private let limit = 16
    private var entries: [Key: Entry] = [:]
    private var pool: ScratchPool?
    private var uses = 0
    private var round = 0
    /// How often functions were recorded and plans were made, for tests.
    private(set) var recordings = 0
    private(set) var plansMade = 0

    /// Lets every function be recorded anew before its next use, so that what its closures captured is not
    /// taken for constant.
    func beginRound() { round += 1 }

    /// The plan for a signature. A function recorded in an earlier round is recorded again; its plan stays if
    /// the program is the same.
    func plan(
        _ key: Key, on backend: any Backend, record: () throws -> TracedFunction
    ) throws -> Plan {
        uses += 1
        if var entry = entries[key], entry.plan.backend === backend {
            if entry.round != round {
                recordings += 1
                let function = try record()
                if function.identity != entry.plan.function.identity {
                    entry.plan = try make(function, backend)
                }
                entry.round = round
            }
            entry.lastUse = uses
            entries[key] = entry
            return entry.plan
        }
        recordings += 1
        let plan = try make(try record(), backend)
        if entries.count >= limit,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            entries[oldest.key] = nil
        }
        entries[key] = Entry(plan: plan, lastUse: uses, round: round)
        return plan
    }

    private func make(_ function: TracedFunction, _ backend: any Backend) throws -> Plan {
        if pool == nil { pool = ScratchPool(backend) }
        plansMade += 1
        return try Plan(function, on: backend, pool: pool)
    }

    /// Forgets all plans, and with `pool` their memory.
    func removeAll(pool: Bool = false) {
        entries = [:]
        if pool { self.pool = nil }
    }
}

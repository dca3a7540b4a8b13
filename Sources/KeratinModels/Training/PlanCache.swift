import KeratinCore
import KeratinTensor

/// The plans of a model, one a signature, over shared scratch memory. The least recently used one goes
/// when there are too many.
package final class PlanCache {
    struct Key: Hashable {
        enum Mode: Hashable { case train, test, predict }
        var mode: Mode
        /// Of inputs, labels and weights.
        var types: StepParts<TensorType>
    }

    private struct Entry {
        var plan: Plan
        var lastUse: Int
        /// The round in which the function was last recorded.
        var round: Int
        /// How often states had moved by then.
        var moves: Int
    }

    /// Whether the function of a key gives each sample its own result, as of a round.
    private struct Rows {
        var identity: TracedFunction.Identity
        var areIndependent: Bool
        var round: Int
        var moves: Int
    }

    private let limit = 16
    private var entries: [Key: Entry] = [:]
    private var rows: [Key: Rows] = [:]
    private var pool: ScratchPool?
    private var uses = 0
    private var round = 0
    /// How often functions were recorded and plans were made, for tests.
    package private(set) var recordings = 0
    package private(set) var plansMade = 0

    /// Lets every function be recorded anew before its next use, so that what its closures captured is not
    /// taken for constant.
    func beginRound() { round += 1 }

    /// The plan for a signature. A function recorded in an earlier round is recorded again; its plan stays if
    /// the program is the same.
    func plan(
        _ key: Key, on backend: any Backend, record: () throws -> TracedFunction
    ) throws -> Plan {
        uses += 1
        let moves = State.moves
        if var entry = entries[key], entry.plan.backend === backend {
            if entry.round != round || entry.moves != moves {
                recordings += 1
                let function = try record()
                if function.identity != entry.plan.function.identity {
                    entry.plan = try make(function, backend)
                }
                entry.round = round
                entry.moves = moves
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
        entries[key] = Entry(plan: plan, lastUse: uses, round: round, moves: moves)
        return plan
    }

    /// Whether a batch of the key's size may hold fewer samples, with anything behind them: see `RowIndependence`.
    /// - Parameter short: the key for the samples alone.
    func rowsAreIndependent(
        _ key: Key, _ short: Key, record: (Key) throws -> TracedFunction
    ) throws -> Bool {
        let moves = State.moves
        if let known = rows[key], known.round == round, known.moves == moves {
            return known.areIndependent
        }
        recordings += 1
        let function = try record(key)
        let identity = function.identity
        let areIndependent: Bool
        if let known = rows[key], known.identity == identity {
            areIndependent = known.areIndependent
        } else {
            recordings += 1
            areIndependent = RowIndependence.holds(function, try record(short))
        }
        if rows.count >= limit { rows = [:] }
        rows[key] = Rows(
            identity: identity, areIndependent: areIndependent, round: round, moves: moves)
        return areIndependent
    }

    private func make(_ function: TracedFunction, _ backend: any Backend) throws -> Plan {
        if pool == nil { pool = ScratchPool(backend) }
        plansMade += 1
        return try Plan(function, on: backend, pool: pool)
    }

    /// Forgets all plans, and with `pool` their memory.
    func removeAll(pool: Bool = false) {
        entries = [:]
        rows = [:]
        if pool { self.pool = nil }
    }
}

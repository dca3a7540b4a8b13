import KeratinCore
import KeratinLayers
import KeratinTensor

/// The plans of a model, one per signature, over shared scratch memory. The least recently used one goes
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
        /// What the function was recorded for.
        var version: Version
    }

    /// Whether the function of a key gives each sample its own result.
    private struct Rows {
        var identity: TracedFunction.Identity
        var areIndependent: Bool
        var version: Version
    }

    /// What a recording is good for: it is made anew when layers changed or states moved.
    private struct Version: Equatable {
        /// The model's `changeCount`.
        var changes: Int
        var moves: Int
        /// Of steps: counts `beginRound`.
        var round: Int
    }

    private let limit = 16
    private var entries: [Key: Entry] = [:]
    private var rows: [Key: Rows] = [:]
    /// A recording that `rowsAreIndependent` made, for the plan that follows.
    private var recorded: (key: Key, version: Version, function: TracedFunction)?
    private var pool: ScratchPool?
    private var uses = 0
    private var round = 0
    /// What the device reports of indices out of range.
    let status = DeviceStatus()
    /// How often functions were recorded and plans were made, for tests.
    package private(set) var recordings = 0
    package private(set) var plansMade = 0
    /// What runs that are no training steps draw their random numbers from.
    let seed = RandomSeed.next()
    var runs = 0

    /// Lets the steps be recorded anew before their next use, so that what their closures captured is not taken for constant from
    /// one `fit` to the next.
    func beginRound() { round += 1 }

    /// The plan for a signature. A prediction is recorded once, as in Keras: what its closures captured is what it was then. A change
    /// of the layers or of the weights' places lets it be recorded again; its plan stays if the program is the same.
    /// - Parameter changes: the model's `changeCount`.
    func plan(
        _ key: Key, changes: Int, on backend: any Backend, record: () throws -> TracedFunction
    ) throws -> Plan {
        uses += 1
        let version = version(key, changes)
        var known = entries[key]
        if known?.plan.backend !== backend { known = nil }
        if known?.version != version {
            let (function, version) = try recording(key, version, record)
            if known == nil || function.identity != known?.plan.function.identity {
                if known == nil, entries.count >= limit,
                    let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
                {
                    entries[oldest.key] = nil
                }
                known = Entry(
                    plan: try make(function, backend), lastUse: uses, version: version)
            }
            known?.version = version
        }
        guard var entry = known else {
            throw KeratinError(.invalidState, "a plan is missing")
        }
        entry.lastUse = uses
        entries[key] = entry
        return entry.plan
    }

    /// The function of a key, recorded now or just before.
    private func recording(
        _ key: Key, _ version: Version, _ record: () throws -> TracedFunction
    ) throws -> (TracedFunction, Version) {
        if let recorded, recorded.key == key, recorded.version == version {
            self.recorded = nil
            return (recorded.function, version)
        }
        let (function, moves) = try TracedFunction.settled {
            recordings += 1
            return try record()
        }
        return (function, Version(changes: version.changes, moves: moves, round: version.round))
    }

    private func version(_ key: Key, _ changes: Int) -> Version {
        Version(
            changes: changes, moves: State.moves, round: key.mode == .predict ? 0 : round)
    }

    /// Whether a batch of the key's size may hold fewer samples, with anything behind them: see `RowIndependence`.
    /// - Parameter short: the key for the samples alone.
    func rowsAreIndependent(
        _ key: Key, _ short: Key, changes: Int, record: (Key) throws -> TracedFunction
    ) throws -> Bool {
        let version = version(key, changes)
        if let known = rows[key], known.version == version { return known.areIndependent }
        let (function, settled) = try recording(key, version) { try record(key) }
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
            identity: identity, areIndependent: areIndependent, version: settled)
        recorded = (key, settled, function)
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
        recorded = nil
        if pool { self.pool = nil }
    }
}

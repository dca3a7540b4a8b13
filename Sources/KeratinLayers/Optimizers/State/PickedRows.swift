import KeratinCore
import KeratinTensor

/// Which rows were picked from tables, and of which picks gradients are the sum.
private final class PickedRows: TraceNotes {
    var picks: [(table: Value, rows: Value, indices: Value)] = []
    var gradients: [Value: [(rows: Value, indices: Value)]] = [:]
}

extension Trace {
    /// Remembers that rows were picked from a table by number.
    func remember(rows: Tensor, of table: Tensor, at indices: Tensor) throws {
        notes(PickedRows.self).picks.append(
            (try value(of: table), try value(of: rows), try value(of: indices)))
    }

    /// What was picked from a table, if so far it was used for nothing else.
    func picks(of table: Tensor) throws -> [VariableGradient.Picks] {
        let value = try value(of: table)
        let own = notes(PickedRows.self).picks.filter { $0.table == value }
        // Most weights are no tables: their uses are not worth counting.
        if own.isEmpty { return [] }
        let uses = builder.instructions.reduce(0) { count, instruction in
            count + instruction.inputs.count { $0 == value }
        }
        guard uses == own.count else { return [] }
        return own.map { (Tensor(self, $0.rows), Tensor(self, $0.indices)) }
    }

    /// The tensor by which users know a gradient; what it is the sum of is remembered.
    func handOut(_ gradient: VariableGradient) throws -> Tensor {
        if gradient.isPicked {
            notes(PickedRows.self).gradients[try value(of: gradient.sum)] = try gradient.picks.map {
                (try value(of: $0.rows), try value(of: $0.indices))
            }
        }
        return gradient.sum
    }

    /// What a tensor is as a gradient: if it is the very one that was handed out, with its picks.
    func takeBack(_ gradient: Tensor) throws -> VariableGradient {
        let picks = notes(PickedRows.self).gradients[try value(of: gradient)] ?? []
        return VariableGradient(
            gradient.cast(to: .float32),
            picks: picks.map { (Tensor(self, $0.rows), Tensor(self, $0.indices)) })
    }
}

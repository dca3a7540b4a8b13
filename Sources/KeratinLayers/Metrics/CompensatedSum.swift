import KeratinTensor

/// A sum in float32 that loses no digits: what each addition rounds away is added up beside it (Knuth's TwoSum).
package enum CompensatedSum {
    /// The new sum, and the new sum of what was rounded away. The total is both together, unless the sum is not finite.
    package static func adding(
        _ addition: Tensor, to sum: Tensor, _ lost: Tensor
    ) throws -> (sum: Tensor, lost: Tensor) {
        let next = sum + addition
        let taken = next - sum
        return (next, lost + ((sum - (next - taken)) + (addition - taken)))
    }

    /// Records what is added to sums, and to what was rounded away of each.
    package static func add(
        _ additions: [Tensor], to sums: [StateStorage], _ lost: [StateStorage], _ trace: Trace
    ) throws {
        for (addition, (sum, lost)) in zip(additions, zip(sums, lost)) {
            let next = try adding(addition, to: sum.read(trace), lost.read(trace))
            try sum.assign(next.sum, trace)
            try lost.assign(next.lost, trace)
        }
    }

    /// The totals of a block of sums, behind which lies what was rounded away; nil for no block. Waits for the device.
    package static func totals(_ storages: [StateStorage]) throws -> [[Double]]? {
        guard let first = storages.first else { return nil }
        let values = try first.readBlock(storages.reduce(0) { $0 + $1.type.count })
        let half = values.count / 2
        var offset = 0
        return storages.prefix(storages.count / 2).map { storage in
            defer { offset += storage.type.count }
            return (offset..<(offset + storage.type.count)).map {
                total(values[$0], values[half + $0])
            }
        }
    }

    /// The total of both parts.
    package static func total(_ sum: Float, _ lost: Float) -> Double {
        sum.isFinite && lost.isFinite ? Double(sum) + Double(lost) : Double(sum)
    }
}

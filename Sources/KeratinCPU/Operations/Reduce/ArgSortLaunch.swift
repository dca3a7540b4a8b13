import KeratinCore

/// The order of each row's elements: a row is one task.
///
/// Elements become whole numbers of the same order, which are sorted together with their places: short rows by comparing, long ones
/// byte by byte, from the lowest on, which keeps the order of equal ones.
enum ArgSortLaunch {
    /// Rows up to this length are sorted by comparing.
    private static let shortLength = 512

    static func prepare(_ request: LaunchRequest, _ sort: ArgSort) throws -> PreparedLaunch {
        let type = request.inputs[0].type
        let source = try request.inputs[0].pointer()
        let target = try request.results[0].pointer().ints
        let length = type.shape[type.shape.rank - 1]
        let rows = length == 0 ? 0 : type.count / length
        let (isFloat, flip) = (type.dtype.isFloat, sort.descending ? Int32(-1) : 0)
        var launch = PreparedLaunch(
            PreparedLaunch.pieces(
                of: rows, step: max(1, 4096 / max(length, 1)), cost: Double(type.count) * 12
            ) { range, memory in
                let items = memory.own.assumingMemoryBound(to: UInt64.self)
                for row in range {
                    let start = row * length
                    for index in 0..<length {
                        let key =
                            isFloat ? key(source.floats[start + index]) : source.ints[start + index]
                        let ordered = UInt32(bitPattern: key ^ flip) ^ 0x8000_0000
                        items[index] = UInt64(ordered) << 32 | UInt64(UInt32(index))
                    }
                    let sorted = order(items, length)
                    for index in 0..<length {
                        target[start + index] = Int32(truncatingIfNeeded: sorted[index])
                    }
                }
            })
        launch.ownBytes = 2 * length * MemoryLayout<UInt64>.stride
        return launch
    }

    /// A whole number in the order of floats; NaN is the largest.
    @inline(__always) private static func key(_ value: Float) -> Int32 {
        if value.isNaN { return .max }
        let bits = Int32(bitPattern: (value == 0 ? 0 : value).bitPattern)
        return bits ^ ((bits >> 31) & .max)
    }

    /// The items in order: in their own memory, or in the as long part behind it.
    private static func order(
        _ items: UnsafeMutablePointer<UInt64>, _ count: Int
    ) -> UnsafeMutablePointer<UInt64> {
        guard count > shortLength else {
            var buffer = UnsafeMutableBufferPointer(start: items, count: count)
            buffer.sort()
            return items
        }
        var (from, to) = (items, items + count)
        for shift in stride(from: UInt64(32), to: 64, by: 8) {
            let isMoved = withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { places in
                places.initialize(repeating: 0)
                for index in 0..<count { places[Int(from[index] >> shift & 255)] += 1 }
                if places[Int(from[0] >> shift & 255)] == count { return false }
                var sum = 0
                for digit in 0..<256 { (places[digit], sum) = (sum, sum + places[digit]) }
                for index in 0..<count {
                    let digit = Int(from[index] >> shift & 255)
                    to[places[digit]] = from[index]
                    places[digit] += 1
                }
                return true
            }
            if isMoved { swap(&from, &to) }
        }
        return from
    }
}

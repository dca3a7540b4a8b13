import KeratinCore

/// NumPy's `RandomState`: the Mersenne twister MT19937 (Matsumoto, Nishimura, 1998) and the shuffle that Keras orders data sets with, so
/// that the same samples come in the same order.
struct LegacyRandomState {
    private static let count = 624
    private static let middle = 397

    private var state: [UInt32]
    private var position = LegacyRandomState.count

    /// - Throws: `KeratinError` for a seed that NumPy refuses.
    init(seed: Int, at place: String) throws {
        guard let seed = UInt32(exactly: seed) else {
            throw KeratinError(
                .invalidArgument, "seed must be in 0...\(UInt32.max), got \(seed)", at: place)
        }
        state = [seed]
        for index in 1..<Self.count {
            let last = state[index - 1]
            state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
        }
    }

    mutating func next() -> UInt32 {
        if position == Self.count { generate() }
        var word = state[position]
        position += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9d2c_5680
        word ^= word << 15 & 0xefc6_0000
        return word ^ word >> 18
    }

    private mutating func generate() {
        for index in 0..<Self.count {
            let high = state[index] & 0x8000_0000
            let low = state[(index + 1) % Self.count] & 0x7fff_ffff
            let word = high | low
            let mixed = state[(index + Self.middle) % Self.count] ^ word >> 1
            state[index] = word & 1 == 0 ? mixed : mixed ^ 0x9908_b0df
        }
        position = 0
    }

    /// A number in 0...most: as many bits as that needs are drawn until they fit.
    mutating func below(orAt most: Int) -> Int {
        guard most > 0 else { return 0 }
        let mask = UInt64.max >> UInt64(UInt64(most).leadingZeroBitCount)
        while true {
            let word =
                most <= Int(UInt32.max)
                ? UInt64(next()) : UInt64(next()) << 32 | UInt64(next())
            if let number = Int(exactly: word & mask), number <= most { return number }
        }
    }

    /// Reorders elements as `RandomState.shuffle` does.
    mutating func shuffle<Element>(_ elements: inout [Element]) {
        for index in elements.indices.dropFirst().reversed() {
            elements.swapAt(index, below(orAt: index))
        }
    }

    /// The numbers 0..<count in such an order.
    mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        shuffle(&order)
        return order
    }
}

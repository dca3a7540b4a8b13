/// Random numbers that depend on a seed and an input's number only (SplitMix64), so that any input of a run can be made alone.
struct MutationRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, number: Int) {
        state = seed
        let scrambled = next()
        state = scrambled ^ UInt64(truncatingIfNeeded: number) &* 0xD605_BBB5_8C8A_BC03
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// From 0 to below a bound, which is at least 1.
    mutating func draw(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    mutating func pick<Values: RandomAccessCollection>(_ values: Values) -> Values.Element
    where Values.Index == Int {
        values[values.startIndex + draw(values.count)]
    }

    /// True once in so many times.
    mutating func once(in times: Int) -> Bool { draw(times) == 0 }
}

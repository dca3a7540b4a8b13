import KeratinCore

/// Repeatable random inputs (SplitMix64; Steele, Lea and Flood, 2014). Each family starts from its own
/// name, so that adding cases to one leaves the others as they are.
struct Draw {
    private var state: UInt64

    init(_ name: String) {
        state = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    mutating func pick<T>(_ values: [T]) -> T { values[integer(0...(values.count - 1))] }

    /// Uniform floats.
    mutating func floats(_ shape: Shape, _ range: ClosedRange<Double> = -2...2) -> ReferenceTensor {
        let width = range.upperBound - range.lowerBound
        return ReferenceTensor(
            TensorType(shape), (0..<shape.count).map { _ in range.lowerBound + width * uniform() })
    }

    /// Floats that are multiples of 1/4, so that sums and products are exact and ties are frequent.
    mutating func quarters(_ shape: Shape) -> ReferenceTensor {
        ReferenceTensor(
            TensorType(shape), (0..<shape.count).map { _ in Double(integer(-8...8)) / 4 })
    }

    /// Floats with the values of `special` first and then at random places.
    mutating func floats(
        _ shape: Shape, special: [Double], _ range: ClosedRange<Double> = -2...2
    ) -> ReferenceTensor {
        var tensor = floats(shape, range)
        for place in 0..<min(special.count, shape.count) { tensor.values[place] = special[place] }
        return tensor
    }

    mutating func integers(_ shape: Shape, _ range: ClosedRange<Int> = -1000...1000)
        -> ReferenceTensor
    {
        ReferenceTensor(
            TensorType(shape, .int32), (0..<shape.count).map { _ in Double(integer(range)) })
    }

    mutating func bytes(_ shape: Shape) -> ReferenceTensor {
        ReferenceTensor(
            TensorType(shape, .uint8), (0..<shape.count).map { _ in Double(integer(0...255)) })
    }

    mutating func bools(_ shape: Shape) -> ReferenceTensor {
        ReferenceTensor(
            TensorType(shape, .bool), (0..<shape.count).map { _ in Double(integer(0...1)) })
    }

    mutating func tensor(_ shape: Shape, _ dtype: DType) -> ReferenceTensor {
        switch dtype {
        case .float32: floats(shape)
        case .int32: integers(shape)
        case .uint8: bytes(shape)
        case .bool: bools(shape)
        }
    }
}

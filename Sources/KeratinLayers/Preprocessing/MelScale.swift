#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Frequencies as ears hear them: 1127·ln(1 + f/700), as in the Hidden Markov Model Toolkit.
///
/// Computed in float32 as Keras does, so that narrow bands hold the same frequencies.
enum MelScale {
    private static func mel(_ hertz: Float) -> Float {
        1127 * Float(log(Double(1 + hertz / 700)))
    }

    /// `count` numbers from `low` to `high`.
    private static func line(_ low: Float, _ high: Float, _ count: Int) -> [Float] {
        guard count > 1 else { return [low] }
        let step = (high - low) / Float(count - 1)
        return (0..<count).map { $0 == count - 1 ? high : low + step * Float($0) }
    }

    /// What each band takes of each frequency, (frequencies, bands): triangles of height 1, evenly spread on the scale, that reach
    /// from the middle of the band before to that of the band behind. The first frequency, 0, is in none.
    static func weights(
        frequencies: Int, bands: Int, samplingRate: Double, low: Double, high: Double
    ) -> [Float] {
        let places = line(0, Float(samplingRate) / 2, frequencies).map(mel)
        let edges = line(mel(Float(low)), mel(Float(high)), bands + 2)
        var weights = [Float](repeating: 0, count: frequencies * bands)
        for frequency in 1..<max(frequencies, 1) {
            for band in 0..<bands {
                let (start, middle, end) = (edges[band], edges[band + 1], edges[band + 2])
                let rise = (places[frequency] - start) / (middle - start)
                let fall = (end - places[frequency]) / (end - middle)
                weights[frequency * bands + band] = max(0, min(rise, fall))
            }
        }
        return weights
    }
}

import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Numbers along a side of a panel: which part of the line they have, and where it is marked.
struct Axis {
    /// The numbers at both ends; the first is smaller.
    let low: Double
    let high: Double
    /// Whether equal distances are equal factors.
    let isLogarithmic: Bool
    let ticks: [Double]
    /// What is written beside the ticks.
    let labels: [String]

    /// An axis with room for all values that are numbers, and round numbers on it.
    /// - Parameters:
    ///   - values: NaN and infinities do not count, on a logarithmic axis neither what is not positive.
    ///   - margin: what is left free at each end, as a part of the values' range.
    ///   - tickCount: about so many marks.
    ///   - isWhole: whether only whole numbers are marked.
    /// - Returns: nil if no value counts.
    init?(
        _ values: some Sequence<Double>, margin: Double = 0.05, isLogarithmic: Bool = false,
        tickCount: Int = 5, isWhole: Bool = false
    ) {
        var low = Double.infinity
        var high = -Double.infinity
        for value in values where value.isFinite && (!isLogarithmic || value > 0) {
            low = min(low, value)
            high = max(high, value)
        }
        guard low <= high else { return nil }
        self.isLogarithmic = isLogarithmic
        if isLogarithmic {
            let (first, last) = (log10(low), log10(high))
            let room = max((last - first) * margin, first == last ? 0.3 : 0.02)
            // The smallest and the largest numbers have no neighbours.
            self.low = max(pow(10, first - room), .leastNonzeroMagnitude)
            self.high = min(pow(10, last + room), .greatestFiniteMagnitude)
            ticks = Axis.powers(self.low, self.high, tickCount)
            labels = Axis.powerLabels(ticks)
            return
        }
        // Halves, since the range of the largest numbers is none.
        let half = high / 2 - low / 2
        var room = half * margin * 2
        if low == high { room = low == 0 ? 0.5 : abs(low) * 0.1 }
        if isWhole { room = max(room, 0.5) }
        let limit = Double.greatestFiniteMagnitude
        self.low = max(low - room, -limit)
        self.high = min(high + room, limit)
        // Epochs are marked where there are some.
        let (first, last) = isWhole ? (low, high) : (self.low, self.high)
        ticks = Axis.round(first, last, tickCount, isWhole: isWhole)
        labels = Axis.labels(ticks, from: self.low, to: self.high)
    }

    /// Where a number lies, 0 at the low end and 1 at the high one; nil for what the axis cannot show.
    func place(_ value: Double) -> Double? {
        guard value.isFinite else { return nil }
        if isLogarithmic {
            guard value > 0 else { return nil }
            let range = log10(high) - log10(low)
            return range > 0 ? (log10(value) - log10(low)) / range : 0.5
        }
        let range = high / 2 - low / 2
        return range > 0 ? (value / 2 - low / 2) / range : 0.5
    }

    // MARK: Marks

    /// Multiples of 1, 2 or 5 times a power of ten.
    private static func round(
        _ low: Double, _ high: Double, _ count: Int, isWhole: Bool
    ) -> [Double] {
        let raw = (high / 2 - low / 2) / Double(max(count + 2, 1)) * 2
        guard raw > 0, raw.isFinite else { return [low] }
        let power = pow(10, floor(log10(raw)))
        guard power > 0, power.isFinite else { return [low, high] }
        // The smallest step that does not make more marks than there is room for.
        func marks(_ step: Double) -> Double { floor(high / step) - ceil(low / step) + 1 }
        var step =
            [1, 2, 5, 10, 20].map { $0 * power }.first { marks($0) <= Double(count + 2) } ?? raw
        if isWhole { step = max(step.rounded(.up), 1) }
        let (first, last) = ((low / step).rounded(.up), (high / step).rounded(.down))
        // Steps that are lost in the numbers' digits.
        guard abs(first) < 1e15, abs(last) < 1e15, last >= first, last - first < 1000 else {
            return [low, high]
        }
        return (0...Int(last - first)).map { (first + Double($0)) * step }
    }

    /// Powers of ten, and multiples between them where there are few.
    private static func powers(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
        let (first, last) = (Int(floor(log10(low))), Int(ceil(log10(high))))
        let decades = log10(high) - log10(low)
        if decades < 1 { return round(low, high, count, isWhole: false).filter { $0 > 0 } }
        let factors: [Double] = decades < 2.5 ? [1, 2, 5] : [1]
        let stride = max(1, Int((decades / Double(max(count + 1, 1))).rounded(.up)))
        return (first...last).filter { $0 % stride == 0 }.flatMap { exponent in
            factors.map { $0 * pow(10, Double(exponent)) }
        }.filter { $0 >= low && $0 <= high }
    }

    // MARK: Letters

    /// Numbers with equally many decimals; in powers of ten where they would be long.
    private static func labels(_ ticks: [Double], from low: Double, to high: Double) -> [String] {
        let size = max(abs(low), abs(high))
        let step = ticks.count > 1 ? ticks[1] - ticks[0] : size
        guard size > 0, step > 0, step.isFinite else { return ticks.map(short) }
        if size >= 1e6 || size < 1e-3 {
            let largest = ticks.map(abs).max() ?? 0
            guard largest > 1e-300, largest < 1e300 else { return ticks.map(short) }
            let exponent = Int(floor(log10(largest)))
            let scale = pow(10, Double(exponent))
            let decimals = decimals(step / scale)
            return ticks.map {
                $0 == 0 ? "0" : decimal($0 / scale, decimals) + "×10" + superscript(exponent)
            }
        }
        let decimals = decimals(step)
        return ticks.map { decimal($0, decimals) }
    }

    private static func powerLabels(_ ticks: [Double]) -> [String] {
        guard let low = ticks.first, let high = ticks.last else { return [] }
        if low >= 0.999e-3, high < 1e6 { return ticks.map(short) }
        return ticks.map { tick in
            let exponent = Int(floor(log10(tick) + 1e-9))
            guard exponent > -300 else { return short(tick) }
            let factor = Int((tick / pow(10, Double(exponent))).rounded())
            return (factor == 1 ? "" : "\(factor)×") + "10" + superscript(exponent)
        }
    }

    /// How many decimals tell numbers apart that are so far from each other.
    private static func decimals(_ step: Double) -> Int {
        min(max(Int(ceil(-log10(step) - 1e-9)), 0), 15)
    }

    /// A number with so many decimals and a true minus; no zero has one.
    private static func decimal(_ value: Double, _ decimals: Int) -> String {
        let text = fixed(value, decimals)
        guard text.hasPrefix("-") else { return text }
        return text.contains { "123456789".contains($0) }
            ? "−" + text.dropFirst() : String(text.dropFirst())
    }

    /// A number as short as possible.
    static func short(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
        let exponent = Int(floor(log10(abs(value))))
        guard exponent < -4 || exponent > 6 else {
            var text = decimal(value, max(4 - max(exponent, 0) + max(-exponent - 1, 0), 0))
            guard text.contains(".") else { return text }
            while text.last == "0" { text.removeLast() }
            return text.last == "." ? String(text.dropLast()) : text
        }
        let text = scientific(value)
        let parts = text.split(separator: "e")
        var digits = String(parts[0])
        while digits.last == "0" { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
        if digits.hasPrefix("-") { digits = "−" + digits.dropFirst() }
        return digits + "×10" + superscript(Int(parts.last ?? "0") ?? exponent)
    }

    private static func superscript(_ number: Int) -> String {
        String(
            String(number).map { character in
                guard let digit = character.wholeNumberValue else { return "⁻" }
                return Array("⁰¹²³⁴⁵⁶⁷⁸⁹")[digit]
            })
    }
}

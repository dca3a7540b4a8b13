/// A row of bars that shows how numbers went.
package enum Sparkline {
    /// The bars, one for each value, or for as many values as share one where there are more than `width`: their mean.
    /// - Parameters:
    ///   - values: what is no finite number is a space.
    ///   - width: characters, at most.
    ///   - hasUnicode: whether bars of eight heights can be shown; else letters of ASCII stand for them.
    package static func text(_ values: [Double], width: Int, hasUnicode: Bool = true) -> String {
        let means = means(values, width: width)
        let finite = means.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else {
            return String(repeating: " ", count: means.count)
        }
        let marks: [Character] = Array(hasUnicode ? "▁▂▃▄▅▆▇█" : "_.-:=+*#")
        // Halves, since the range of the largest numbers is none.
        let range = high / 2 - low / 2
        return String(
            means.map { value in
                guard value.isFinite else { return " " }
                let part = range > 0 ? (value / 2 - low / 2) / range : 0
                return marks[Int((part * Double(marks.count - 1)).rounded())]
            })
    }

    private static func means(_ values: [Double], width: Int) -> [Double] {
        guard values.count > width, width > 0 else { return width > 0 ? values : [] }
        return (0..<width).map { column in
            let range = (column * values.count / width)..<((column + 1) * values.count / width)
            let finite = values[range].filter(\.isFinite)
            guard !finite.isEmpty else { return .nan }
            return finite.reduce(0) { $0 + $1 / Double(finite.count) }
        }
    }
}

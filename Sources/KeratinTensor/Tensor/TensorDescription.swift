import KeratinCore

extension Tensor: CustomStringConvertible, CustomDebugStringConvertible {
    /// The numbers as NumPy prints them; long arrays are cut. `error: …` for a tensor that carries one, and shape and element type
    /// for one without numbers.
    public var description: String {
        if let results = failure?.results {
            return results.tensors.map(\.description).joined(separator: "\n")
        }
        if let error { return "error: \(error)" }
        if isSymbolic { return "<symbolic \(SymbolicType(of: self))>" }
        guard hasNumbers else { return "<recorded \(type)>" }
        do {
            return NumberGrid(try hostArray()).text
        } catch {
            return "error: \(error)"
        }
    }

    /// The numbers with shape and element type.
    public var debugDescription: String {
        guard hasNumbers else { return description }
        return "Tensor(\(description), shape: \(shape), dtype: \(dtype.rawValue))"
    }
}

/// An array as NumPy prints it: aligned columns, and of more than a thousand numbers the first and last three along each axis.
private struct NumberGrid {
    private static let threshold = 1000
    private static let edge = 3
    private static let lineWidth = 75

    private let array: HostArray
    private let isCut: Bool
    private var words: [Int: String] = [:]

    init(_ array: HostArray) {
        self.array = array
        isCut = array.shape.count > NumberGrid.threshold
        var places: [Int] = []
        visit(0, 0) { places.append($0) }
        let texts = NumberFormat.texts(places.map { array.number(at: $0) }, array.storage)
        words = Dictionary(uniqueKeysWithValues: zip(places, texts))
    }

    var text: String {
        if array.shape.rank == 0 { return words[0] ?? "" }
        if array.shape.count == 0 { return "[]" }
        return row(0, 0)
    }

    /// The indices that are shown along an axis; nil stands for those left out.
    private func shown(_ axis: Int) -> [Int?] {
        let extent = array.shape[axis]
        guard isCut, extent > 2 * NumberGrid.edge else { return Array(0..<extent) }
        return Array(0..<NumberGrid.edge) + [nil] + Array((extent - NumberGrid.edge)..<extent)
    }

    private func visit(_ axis: Int, _ offset: Int, _ body: (Int) -> Void) {
        guard axis < array.shape.rank else { return body(offset) }
        let stride = array.shape.strides[axis]
        for case let index? in shown(axis) { visit(axis + 1, offset + index * stride, body) }
    }

    private func row(_ axis: Int, _ offset: Int) -> String {
        let stride = array.shape.strides[axis]
        if axis == array.shape.rank - 1 {
            var lines: [String] = []
            var line = ""
            for index in shown(axis) {
                let word = index.map { words[offset + $0 * stride] ?? "" } ?? "..."
                if !line.isEmpty, axis + line.count + word.count + 2 > NumberGrid.lineWidth {
                    lines.append(line)
                    line = ""
                }
                line += (line.isEmpty ? "" : " ") + word
            }
            lines.append(line)
            let indent = "\n" + String(repeating: " ", count: axis + 1)
            return "[" + lines.joined(separator: indent) + "]"
        }
        let between =
            String(repeating: "\n", count: array.shape.rank - 1 - axis)
            + String(repeating: " ", count: axis + 1)
        return "["
            + shown(axis).map { $0.map { row(axis + 1, offset + $0 * stride) } ?? "..." }
            .joined(separator: between) + "]"
    }
}

extension HostArray {
    func number(at index: Int) -> Double {
        switch storage {
        case .float32(let values): Double(values[index])
        case .int32(let values): Double(values[index])
        case .uint8(let values): Double(values[index])
        case .int64(let values): Double(values[index])
        case .bool(let values): values[index] ? 1 : 0
        }
    }
}

/// Numbers in columns of one width.
private enum NumberFormat {
    static func texts(_ numbers: [Double], _ storage: HostArray.Storage) -> [String] {
        let texts: [String] =
            switch storage {
            case .float32: floats(numbers.map { Float($0) })
            case .bool: numbers.map { $0 == 0 ? "False" : "True" }
            default: numbers.map { String(Int64($0)) }
            }
        let width = texts.map(\.count).max() ?? 0
        return texts.map { String(repeating: " ", count: width - $0.count) + $0 }
    }

    /// As few digits as tell the numbers apart, eight of a fraction at most, points below each other; powers of ten where numbers are
    /// very large, very small, or both (NumPy's rule).
    private static func floats(_ numbers: [Float]) -> [String] {
        let sizes = numbers.filter { $0.isFinite && $0 != 0 }.map { abs($0) }
        let (largest, smallest) = (sizes.max() ?? 0, sizes.min() ?? 0)
        if largest >= 1e8 || (smallest > 0 && smallest < 1e-4)
            || (smallest > 0 && largest / smallest > 1000)
        {
            return scientific(numbers)
        }
        let parts = numbers.map { number -> (whole: String, fraction: String)? in
            guard number.isFinite else { return nil }
            let text = decimal(number)
            let point = text.firstIndex(of: ".") ?? text.endIndex
            return (String(text[..<point]), String(text[point...].dropFirst()))
        }
        let width = parts.compactMap { $0?.fraction.count }.max() ?? 0
        return zip(numbers, parts).map { number, part in
            guard let part else { return special(number) }
            return part.whole + "." + part.fraction
                + String(
                    repeating: numbers.count > 1 ? " " : "", count: width - part.fraction.count)
                + (numbers.count == 1 && part.fraction.isEmpty ? "0" : "")
        }
    }

    private static func special(_ number: Float) -> String {
        number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
    }

    /// Shortest decimal form without an exponent, cut to eight digits of a fraction.
    private static func decimal(_ number: Float) -> String {
        var text = "\(number)"
        if text.contains("e") {
            let value = Double(text) ?? Double(number)
            let scaled = (abs(value) * 1e8).rounded()
            let whole = Int(scaled / 1e8)
            let rest = String(Int(scaled - Double(whole) * 1e8))
            text =
                (number < 0 ? "-" : "") + "\(whole)."
                + String(repeating: "0", count: Swift.max(8 - rest.count, 0)) + rest
        }
        if let point = text.firstIndex(of: "."), text.distance(from: point, to: text.endIndex) > 9 {
            let value = Double(number)
            let scaled = Int((abs(value) * 1e8).rounded())
            let rest = String(scaled % 100_000_000)
            text =
                (value < 0 ? "-" : "") + "\(scaled / 100_000_000)."
                + String(repeating: "0", count: 8 - rest.count) + rest
        }
        while text.hasSuffix("0"), text.contains(".") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    private static func scientific(_ numbers: [Float]) -> [String] {
        let parts = numbers.map { number -> (digits: String, exponent: Int)? in
            guard number.isFinite else { return nil }
            if number == 0 { return ("0", 0) }
            var exponent = 0
            var digits = "\(abs(number))"
            if let mark = digits.firstIndex(of: "e") {
                exponent = Int(digits[digits.index(after: mark)...]) ?? 0
                digits = String(digits[..<mark])
            }
            let point = digits.firstIndex(of: ".") ?? digits.endIndex
            exponent += digits.distance(from: digits.startIndex, to: point) - 1
            var figures = digits.filter { $0 != "." }
            while figures.count > 1, figures.hasPrefix("0") {
                figures.removeFirst()
                exponent -= 1
            }
            while figures.count > 1, figures.hasSuffix("0") { figures.removeLast() }
            return (figures, exponent)
        }
        let width = Swift.min(parts.compactMap { $0?.digits.count }.max() ?? 1, 9)
        return zip(numbers, parts).map { number, part in
            guard let part else { return special(number) }
            let digits = part.digits.prefix(width)
            let rest = String(digits.dropFirst())
            let sign = number < 0 || number.sign == .minus ? "-" : ""
            let power = String(abs(part.exponent))
            return sign + digits.prefix(1) + "." + rest
                + String(repeating: "0", count: width - 1 - rest.count)
                + "e" + (part.exponent < 0 ? "-" : "+") + (power.count < 2 ? "0" : "") + power
        }
    }
}

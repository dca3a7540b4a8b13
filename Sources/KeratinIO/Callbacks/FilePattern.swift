import KeratinCore
import KeratinLayers

/// A path with figures in it, as Python's `format` writes them: `weights-{epoch:02d}-{val_loss:.2f}.keras`.
struct FilePattern {
    private enum Part {
        case text(String)
        case field(name: String, Format)
    }

    private let parts: [Part]

    /// - Throws: `KeratinError` for a brace that is not closed and a format that is not known.
    init(_ pattern: String, at place: String) throws {
        var parts: [Part] = []
        var text = ""
        var rest = Substring(pattern)
        func failure(_ message: String) -> KeratinError {
            KeratinError(.invalidArgument, "the path '\(pattern)' \(message)", at: place)
        }
        while let character = rest.popFirst() {
            if character == "{" || character == "}", rest.first == character {
                text.append(character)
                rest.removeFirst()
                continue
            }
            guard character != "}" else { throw failure("has a } without a {") }
            guard character == "{" else {
                text.append(character)
                continue
            }
            guard let end = rest.firstIndex(of: "}") else {
                throw failure("has a { that is not closed")
            }
            let field = rest[..<end].split(separator: ":", maxSplits: 1)
            guard let name = field.first, !rest.hasPrefix(":") else {
                throw failure("has a field without a name")
            }
            guard let format = Format(field.count > 1 ? field[1] : "") else {
                throw failure(
                    "has the format '\(field[1])', which is none of d, f, e, g, such as 02d and .2f"
                )
            }
            if !text.isEmpty { parts.append(.text(text)) }
            text = ""
            parts.append(.field(name: String(name), format))
            rest = rest[rest.index(after: end)...]
        }
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }

    /// The path of an epoch.
    /// - Parameter values: `epoch` and the figures, by name.
    /// - Throws: `KeratinError` for a figure that is not there.
    func path(_ values: [(name: String, value: Double)], at place: String) throws -> String {
        try parts.map { part in
            switch part {
            case .text(let text): return text
            case .field(let name, let format):
                guard let value = values.first(where: { $0.name == name })?.value else {
                    throw unknownName(
                        name, among: values.map(\.name), what: "figure for the file's name"
                    ).located(at: place)
                }
                return format.text(value, isInteger: name == "epoch" || name == "batch")
            }
        }.joined()
    }
}

/// How a number is written.
private struct Format {
    private var isZeroPadded = false
    private var width = 0
    private var digits: Int?
    private var kind: Character?

    /// `[0][width][.digits][kind]`
    init?(_ text: Substring) {
        var rest = text
        if rest.first == "0" {
            isZeroPadded = true
            rest.removeFirst()
        }
        let numbers = rest.prefix { $0.isASCII && $0.isNumber }
        if !numbers.isEmpty {
            guard let number = Int(numbers), number <= 100 else { return nil }
            width = number
            rest = rest.dropFirst(numbers.count)
        }
        if rest.first == "." {
            rest.removeFirst()
            let numbers = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(numbers), number <= 100 else { return nil }
            digits = number
            rest = rest.dropFirst(numbers.count)
        }
        guard rest.count <= 1 else { return nil }
        if let last = rest.first {
            guard "dfeg".contains(last) else { return nil }
            kind = last
        }
    }

    func text(_ value: Double, isInteger: Bool) -> String {
        var text: String
        if kind == "d" || (isInteger && kind == nil) {
            text = Int(exactly: value.rounded()).map { "\($0)" } ?? "\(value)"
        } else if let kind {
            text = PrintfNumber.text(value, kind, digits: digits ?? 6)
        } else {
            text = digits.map { PrintfNumber.text(value, "g", digits: $0) } ?? "\(value)"
        }
        if text.count < width {
            let sign = isZeroPadded && text.hasPrefix("-") ? "-" : ""
            let body = text.dropFirst(sign.count)
            text =
                sign + String(repeating: isZeroPadded ? "0" : " ", count: width - text.count) + body
        }
        return text
    }
}

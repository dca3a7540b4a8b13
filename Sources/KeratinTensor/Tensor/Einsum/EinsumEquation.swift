import KeratinCore

/// An equation such as `"bij,bjk->bik"`: a letter for each axis of each operand and of the result.
struct EinsumEquation {
    /// An axis: a letter, or a place among those that `...` stands for, counted from the last.
    enum Label: Hashable, Comparable {
        case elided(Int)
        case letter(Character)
    }

    let inputs: [[Label]]
    let output: [Label]

    /// - Throws: `KeratinError` if the equation is malformed or does not fit the ranks of the operands.
    init(_ text: String, ranks: [Int]) throws {
        let bare = text.filter { !$0.isWhitespace }
        let sides = bare.split(separator: ">", omittingEmptySubsequences: false)
        guard sides.count <= 2, sides.count == 1 || sides[0].hasSuffix("-") else {
            throw EinsumEquation.wrong(text, "has more than one arrow, or half of one")
        }
        let left = sides.count == 2 ? sides[0].dropLast() : sides[0]
        let terms = left.split(separator: ",", omittingEmptySubsequences: false)
        guard terms.count == ranks.count else {
            throw EinsumEquation.wrong(
                text, "is for \(terms.count) operands, got \(ranks.count)")
        }
        inputs = try zip(terms, ranks).enumerated().map { index, term in
            let parts = try EinsumEquation.parts(term.0, of: text)
            let missing = term.1 - parts.letters
            guard parts.hasEllipsis ? missing >= 0 : missing == 0 else {
                throw EinsumEquation.wrong(
                    text,
                    "has \(parts.letters) letters for operand \(index), which has rank \(term.1)")
            }
            return parts.labels(elided: missing)
        }
        let elided = inputs.map { $0.count { $0.isElided } }.max() ?? 0
        if sides.count == 2 {
            let parts = try EinsumEquation.parts(sides[1], of: text)
            guard parts.hasEllipsis || elided == 0 else {
                throw EinsumEquation.wrong(
                    text, "must have ... in its result, since operands have axes there")
            }
            output = parts.labels(elided: elided)
        } else {
            // As in NumPy: what ... stands for, then letters that stand once, sorted.
            var counts: [Label: Int] = [:]
            for label in inputs.joined() where !label.isElided { counts[label, default: 0] += 1 }
            output =
                (0..<elided).reversed().map { .elided($0) }
                + counts.filter { $0.value == 1 }.keys.sorted()
        }
        let known = Set(inputs.joined())
        for (index, label) in output.enumerated() {
            guard known.contains(label) else {
                throw EinsumEquation.wrong(
                    text, "has '\(label)' in its result, which no operand has")
            }
            guard !output[..<index].contains(label) else {
                throw EinsumEquation.wrong(text, "has '\(label)' twice in its result")
            }
        }
    }

    private static func wrong(_ text: String, _ problem: String) -> KeratinError {
        KeratinError(.invalidArgument, "the equation \"\(text)\" \(problem)", at: "einsum")
    }

    /// The letters of one operand, those before `...` and those behind it.
    private struct Parts {
        var before: [Label]
        /// nil without `...`.
        var behind: [Label]?

        var hasEllipsis: Bool { behind != nil }
        var letters: Int { before.count + (behind?.count ?? 0) }

        func labels(elided: Int) -> [Label] {
            guard let behind else { return before }
            return before + (0..<elided).reversed().map { .elided($0) } + behind
        }
    }

    private static func parts(_ term: some StringProtocol, of text: String) throws -> Parts {
        func letters(_ part: some StringProtocol) throws -> [Label] {
            try part.map { character in
                guard character.isLetter else {
                    throw wrong(
                        text, "may have letters, commas, an arrow and ..., not '\(character)'")
                }
                return .letter(character)
            }
        }
        guard let dot = term.firstIndex(of: ".") else {
            return Parts(before: try letters(term), behind: nil)
        }
        guard term[dot...].hasPrefix("...") else {
            throw wrong(text, "has a dot that is no part of ...")
        }
        return Parts(
            before: try letters(term[..<dot]),
            behind: try letters(term[term.index(dot, offsetBy: 3)...]))
    }
}

extension EinsumEquation.Label: CustomStringConvertible {
    var isElided: Bool { if case .elided = self { true } else { false } }

    var description: String {
        switch self {
        case .elided: "..."
        case .letter(let letter): String(letter)
        }
    }
}

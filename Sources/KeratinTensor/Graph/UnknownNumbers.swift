import KeratinCore

extension KeratinError {
    /// The error of a recording with sizes in place of unknown extents, without what these sizes made of it: each number that is another
    /// one with other sizes is written `None`, as Keras writes it, and shapes that hold some stand in parentheses.
    /// - Parameter other: the error of the same recording with the other sizes.
    func withoutSampleExtents(comparedWith other: KeratinError) -> KeratinError {
        let (own, others) = (Self.pieces(message), Self.pieces(other.message))
        guard own.count == others.count else { return self }
        var words: [String] = []
        for (mine, theirs) in zip(own, others) {
            if mine == theirs {
                words.append(mine)
            } else if Self.isNumber(mine), Self.isNumber(theirs) {
                words.append("None")
            } else {
                return self
            }
        }
        var copy = self
        copy.message = Self.withParentheses(words.joined())
        return copy
    }

    /// Numbers, and what lies between them.
    private static func pieces(_ text: String) -> [String] {
        var pieces: [String] = []
        var wasNumber: Bool?
        for letter in text {
            let isNumber = letter.isNumber
            if isNumber == wasNumber {
                pieces[pieces.count - 1].append(letter)
            } else {
                pieces.append(String(letter))
            }
            wasNumber = isNumber
        }
        return pieces
    }

    private static func isNumber(_ piece: String) -> Bool { piece.first?.isNumber ?? false }

    /// `[None, 5]` becomes `(None, 5)`.
    private static func withParentheses(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "["),
            let close = rest[open...].firstIndex(of: "]")
        {
            let inside = rest[rest.index(after: open)..<close]
            let extents = inside.split(separator: ",").map { $0.trimmingPrefix(" ") }
            let isShape = extents.allSatisfy { $0 == "None" || $0.allSatisfy(\.isNumber) }
            result += rest[..<open]
            if isShape, inside.contains("None") {
                result += "(\(inside)\(extents.count == 1 ? "," : ""))"
            } else {
                result += rest[open...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}

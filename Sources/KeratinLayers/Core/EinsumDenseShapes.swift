import KeratinCore
import KeratinTensor

/// The shapes that follow from an `EinsumDense` layer's equation and its input.
struct EinsumDenseShapes {
    let kernel: Shape
    /// nil without a bias.
    let bias: Shape?
    /// The kernel's axes that are summed, and those that the result has.
    let inputAxes: [Int]
    let outputAxes: [Int]

    /// - Parameter output: the result's extents without the batch and without what `...` stands for.
    /// - Throws: `KeratinError` if the equation has another form, or shapes do not fit it.
    init(_ equation: String, biasAxes: String?, input: [Int?], output: [Int?]) throws {
        let letters = try EinsumDenseLetters(equation)
        let elided = input.count - letters.input.count
        guard letters.ellipsis == .none ? elided == 0 : elided >= 0 else {
            throw KeratinError(
                .shapeMismatch,
                "the equation \"\(equation)\" does not fit an input \(describe(input))")
        }
        guard let batch = input.first else {
            throw KeratinError(.shapeMismatch, "an input needs a batch axis, got a scalar")
        }
        // The result's shape, and the extent of each letter there.
        var full = [batch] + output
        switch letters.ellipsis {
        case .none: break
        case .left: full.insert(contentsOf: input[..<elided].dropFirst(), at: 1)
        case .right: full += input.suffix(elided)
        }
        // With nothing behind ... the batch is no axis of the letters.
        if letters.ellipsis == .left, elided == 0 { full.removeFirst() }
        let first = letters.ellipsis == .left ? elided : 0
        let expected = letters.output.count + elided
        guard full.count == expected else {
            throw KeratinError(
                .shapeMismatch,
                "outputShape \(describe(output)) does not fit the equation \"\(equation)\" and an input \(describe(input)): the result has \(expected) axes"
            )
        }
        let results = Dictionary(
            letters.output.enumerated().map { ($1, full[first + $0]) }, uniquingKeysWith: { $1 })
        let inputs = Dictionary(
            letters.input.enumerated().map { ($1, input[first + $0]) }, uniquingKeysWith: { $1 })

        for letter in letters.input {
            guard let given = results[letter], let wanted = given, wanted != inputs[letter]
            else { continue }
            let found = inputs[letter].flatMap { $0 }.map(String.init) ?? "unknown"
            throw KeratinError(
                .shapeMismatch,
                "axis '\(letter)' of the input is \(found), of the result \(wanted) (equation \"\(equation)\")"
            )
        }
        for letter in letters.output
        where inputs[letter] == nil && !letters.kernel.contains(letter) {
            throw KeratinError(
                .invalidArgument,
                "axis '\(letter)' of the result is neither in the input nor in the kernel (equation \"\(equation)\")"
            )
        }
        var (inputAxes, outputAxes) = ([Int](), [Int]())
        kernel = Shape(
            try letters.kernel.enumerated().map { index, letter in
                let extent: Int?
                if let result = results[letter] {
                    extent = result
                    outputAxes.append(index)
                } else if let given = inputs[letter] {
                    extent = given
                    inputAxes.append(index)
                } else {
                    throw KeratinError(
                        .invalidArgument,
                        "axis '\(letter)' of the kernel is neither in the input nor in the result (equation \"\(equation)\")"
                    )
                }
                return try known(extent, letter, equation)
            })
        (self.inputAxes, self.outputAxes) = (inputAxes, outputAxes)

        bias = try biasAxes.map { axes in
            for letter in axes where !letters.output.contains(letter) {
                throw KeratinError(
                    .invalidArgument,
                    "biasAxes has '\(letter)', which is no axis of the result of \"\(equation)\"")
            }
            let start = letters.output.firstIndex { axes.contains($0) } ?? letters.output.count
            let extents = try letters.output[start...].map {
                axes.contains($0) ? try known(results[$0] ?? nil, $0, equation) : 1
            }
            let behind = letters.ellipsis == .right ? elided : 0
            return Shape(extents + [Int](repeating: 1, count: behind))
        }
    }
}

/// The extent of a weight's axis.
private func known(_ extent: Int?, _ letter: Character, _ equation: String) throws -> Int {
    guard let extent else {
        throw KeratinError(
            .shapeMismatch,
            "the weights need a known extent of '\(letter)' in \"\(equation)\": name it in outputShape, or in the input's shape"
        )
    }
    guard extent > 0 else {
        throw KeratinError(
            .invalidArgument, "outputShape must be positive, '\(letter)' is \(extent)")
    }
    return extent
}

/// The letters of `input,kernel->result`.
private struct EinsumDenseLetters {
    enum Ellipsis { case none, left, right }

    let input: [Character]
    let kernel: [Character]
    let output: [Character]
    /// Where `...` stands in the input and in the result.
    let ellipsis: Ellipsis

    init(_ equation: String) throws {
        let bare = equation.filter { !$0.isWhitespace }
        let sides = bare.split(separator: ">", omittingEmptySubsequences: false)
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        guard sides.count == 2, terms.count == 2, terms[1].hasSuffix("-") else {
            throw Self.wrong(equation)
        }
        let parts = [String(terms[0]), String(terms[1].dropLast()), String(sides[1])]
        let isLeft = [0, 2].map { parts[$0].hasPrefix("...") }
        let isRight = [0, 2].map { parts[$0].hasSuffix("...") }
        guard isLeft[0] == isLeft[1], isRight[0] == isRight[1], !(isLeft[0] && isRight[0]) else {
            throw Self.wrong(equation)
        }
        ellipsis = isLeft[0] ? .left : isRight[0] ? .right : .none
        let letters = parts.enumerated().map { index, part in
            var part = part[...]
            if index != 1 {
                if isLeft[0] { part = part.dropFirst(3) }
                if isRight[0] { part = part.dropLast(3) }
            }
            return Array(part)
        }
        // The batch is an axis of its own, in front of what ... stands for at the right.
        let shortest = isRight[0] ? 2 : 1
        guard letters.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isLetter) }),
            letters[0].count >= shortest
        else { throw Self.wrong(equation) }
        (input, kernel, output) = (letters[0], letters[1], letters[2])
    }

    private static func wrong(_ equation: String) -> KeratinError {
        KeratinError(
            .invalidArgument,
            "the equation must have the form \"ab,bc->ac\", \"...ab,bc->...ac\" or \"ab...,bc->ac...\", got \"\(equation)\""
        )
    }
}

import KeratinCore

extension Tensor {
    /// Products of operands, summed over the letters that the result does not have (Einstein's notation, as NumPy's `einsum`):
    ///
    ///     try Tensor.einsum("bij,bjk->bik", a, b)        // products of matrices
    ///     try Tensor.einsum("ii->i", a)                  // a diagonal
    ///     try Tensor.einsum("...a,ab->...b", x, kernel)  // the last axis, whatever lies before it
    ///
    /// Axes that `...` stands for are broadcast; without `->` the result has the letters that stand once, sorted. Products of two
    /// operands with a sum are one batched matrix product; axes are moved only where the letters' order asks for it.
    ///
    /// The result is float32; int32 if no operand is a float.
    /// The result carries a `KeratinError` if the equation is malformed, or does not fit the operands.
    public static func einsum(_ equation: String, _ operands: [Tensor]) -> Tensor {
        Tensor.carrying(operands) {
            let parsed = try EinsumEquation(equation, ranks: operands.map(\.rank))
            if operands.contains(where: \.isSymbolic) {
                let form = OperationForm(
                    "Einsum", config: [("subscripts", .text(equation))],
                    arguments: operands.indices.map { .tensor($0) })
                return node(form, operands) { einsum(equation, $0) }
            }
            let type: DType = operands.contains { $0.dtype == .float32 } ? .float32 : .int32
            var terms = try zip(operands, parsed.inputs).map {
                try EinsumTerm($0.cast(to: type), $1).withDiagonals()
            }
            try EinsumTerm.checkExtents(terms, equation)
            // The cheapest pair first, so that sums shrink what comes after.
            while terms.count > 1 {
                let (i, j) = EinsumTerm.cheapestPair(terms, result: parsed.output)
                let second = terms.remove(at: j)
                let first = terms.remove(at: i)
                let wanted = terms.reduce(into: Set(parsed.output)) { $0.formUnion($1.labels) }
                terms.append(
                    try first.product(
                        second, keeping: wanted, order: terms.isEmpty ? parsed.output : nil))
            }
            return try terms[0].summed(keeping: Set(parsed.output)).ordered(parsed.output)
        }
    }

    /// Products of operands, summed over the letters that the result does not have.
    public static func einsum(_ equation: String, _ operands: Tensor...) -> Tensor {
        einsum(equation, operands)
    }
}

/// A tensor with a label for each axis.
struct EinsumTerm {
    typealias Label = EinsumEquation.Label

    var tensor: Tensor
    var labels: [Label]

    init(_ tensor: Tensor, _ labels: [Label]) {
        self.tensor = tensor
        self.labels = labels
    }

    func extent(_ label: Label) -> Int {
        labels.firstIndex(of: label).map { tensor.shape[$0] } ?? 1
    }

    /// How many elements some axes have together.
    func count(_ some: [Label]) -> Int { some.reduce(1) { $0 * extent($1) } }

    /// Axes of one letter have one extent; those of `...` may also have 1.
    static func checkExtents(_ terms: [EinsumTerm], _ equation: String) throws {
        var extents: [Label: Int] = [:]
        for term in terms {
            for label in term.labels {
                let (extent, known) = (term.extent(label), extents[label])
                let isFree = label.isElided && (extent == 1 || known == 1)
                guard known == nil || known == extent || isFree else {
                    throw KeratinError(
                        .shapeMismatch,
                        "the equation \"\(equation)\" does not fit operands of shapes \(terms.map(\.tensor.shape)): '\(label)' is \(known ?? 0) and \(extent)",
                        at: "einsum")
                }
                extents[label] = max(known ?? 1, extent)
                if extent == 0 { extents[label] = 0 }
            }
        }
    }

    /// With each label once: axes that share one become their diagonal.
    func withDiagonals() throws -> EinsumTerm {
        var term = self
        for (last, label) in labels.enumerated().reversed() {
            guard let first = labels[..<last].firstIndex(of: label) else { continue }
            term.tensor = term.tensor.diagonal(first, last)
            term.labels.remove(at: last)
            term.labels.remove(at: first)
            term.labels.append(label)
            return try term.withDiagonals()
        }
        return term
    }

    /// Without the axes that nothing needs any more.
    func summed(keeping wanted: Set<Label>) throws -> EinsumTerm {
        let axes = labels.indices.filter { !wanted.contains(labels[$0]) }
        if axes.isEmpty { return self }
        return EinsumTerm(
            tensor.sum(axes: axes), labels.filter { wanted.contains($0) })
    }

    /// With the axes in an order that names each of them.
    func ordered(_ order: [Label]) throws -> EinsumTerm {
        EinsumTerm(tensor.arranged(order.compactMap(labels.firstIndex)), order)
    }

    func ordered(_ order: [Label]) throws -> Tensor { try (ordered(order) as EinsumTerm).tensor }

    /// Without axes of extent 1 that another term has longer: they are broadcast.
    func squeezed(against other: EinsumTerm) throws -> EinsumTerm {
        let gone = labels.indices.filter {
            tensor.shape[$0] == 1 && other.labels.contains(labels[$0])
                && other.extent(labels[$0]) != 1
        }
        if gone.isEmpty { return self }
        return EinsumTerm(
            tensor.squeezed(gone),
            labels.indices.filter { !gone.contains($0) }.map { labels[$0] })
    }
}

extension Tensor {
    /// The diagonal of two axes of one extent, as the last axis.
    func diagonal(_ first: Int, _ second: Int) -> Tensor {
        Tensor.carrying([self]) {
            let extent = shape[first]
            guard shape[second] == extent else {
                throw KeratinError(
                    .shapeMismatch,
                    "a diagonal needs axes of one extent, \(first) and \(second) of \(shape) differ",
                    at: "einsum")
            }
            let rest = (0..<rank).filter { $0 != first && $0 != second }
            let outer = rest.map { shape[$0] }
            let flat = transposed(rest + [first, second])
                .reshaped(Shape(outer + [extent * extent]))
            return flat.slice(
                starts: outer.map { _ in 0 } + [0], limits: outer + [extent * extent],
                strides: outer.map { _ in 1 } + [extent + 1])
        }
    }

    /// Axes in another order; where only axes of extent 1 move, nothing does.
    func arranged(_ permutation: [Int]) -> Tensor {
        let moving = permutation.filter { shape[$0] != 1 }
        if moving == moving.sorted() {
            return reshaped(Shape(permutation.map { shape[$0] }))
        }
        return transposed(permutation)
    }
}

import KeratinCore

extension EinsumTerm {
    /// The pair of terms whose product takes the least work.
    static func cheapestPair(_ terms: [EinsumTerm], result: [Label]) -> (Int, Int) {
        var best = (work: Double.infinity, pair: (0, 1))
        for i in terms.indices {
            for j in terms.indices.dropFirst(i + 1) {
                let labels = Set(terms[i].labels + terms[j].labels)
                let work = labels.reduce(1.0) {
                    $0 * Double(max(terms[i].extent($1), terms[j].extent($1)))
                }
                if work < best.work { best = (work, (i, j)) }
            }
        }
        return best.pair
    }

    /// The product of two terms, summed over what is not wanted.
    /// - Parameter order: of the result's axes, if it matters.
    func product(
        _ other: EinsumTerm, keeping wanted: Set<Label>, order: [Label]?
    ) throws -> EinsumTerm {
        let left = try squeezed(against: other)
        let right = try other.squeezed(against: self)
        let a = try left.summed(keeping: wanted.union(right.labels))
        let b = try right.summed(keeping: wanted.union(left.labels))
        let shared = a.labels.filter { b.labels.contains($0) }
        let roles = ProductRoles(
            batch: shared.filter { wanted.contains($0) },
            summed: shared.filter { !wanted.contains($0) },
            left: a.labels.filter { !b.labels.contains($0) },
            right: b.labels.filter { !a.labels.contains($0) })
        // Without a sum it is no matrix product; neither where rows and columns are one number, or where integers must be exact.
        if roles.summed.isEmpty || roles.left.isEmpty && roles.right.isEmpty
            || a.tensor.dtype != .float32
        {
            return try a.broadcastProduct(b, roles, order)
        }
        return try roles.layout(a, b, result: order).product(a, b)
    }

    /// Element by element, then summed.
    private func broadcastProduct(
        _ other: EinsumTerm, _ roles: ProductRoles, _ order: [Label]?
    ) throws -> EinsumTerm {
        let kept = order ?? (roles.batch + roles.left + roles.right)
        let all = kept + roles.summed
        func spread(_ term: EinsumTerm) throws -> Tensor {
            let ordered: Tensor = try term.ordered(all.filter { term.labels.contains($0) })
            return ordered.reshaped(Shape(all.map { term.extent($0) }))
        }
        let product = try spread(self) * spread(other)
        if roles.summed.isEmpty { return EinsumTerm(product, kept) }
        return EinsumTerm(
            product.sum(axes: Array(kept.count..<all.count)), kept)
    }
}

/// What the labels of two factors do.
private struct ProductRoles {
    /// In both factors and the result.
    let batch: [EinsumTerm.Label]
    /// In both factors, not in the result.
    let summed: [EinsumTerm.Label]
    /// In the first, or in the second factor only.
    let left: [EinsumTerm.Label]
    let right: [EinsumTerm.Label]

    /// The order of axes that moves the fewest numbers.
    func layout(_ a: EinsumTerm, _ b: EinsumTerm, result: [EinsumTerm.Label]?) -> ProductLayout {
        func orders(_ labels: [EinsumTerm.Label], _ sources: [[EinsumTerm.Label]?])
            -> [[EinsumTerm.Label]]
        {
            var found: [[EinsumTerm.Label]] = []
            for source in sources {
                guard let order = source?.filter({ labels.contains($0) }),
                    order.count == labels.count, !found.contains(order)
                else { continue }
                found.append(order)
            }
            return found
        }
        var best: (cost: Int, layout: ProductLayout)?
        for batch in orders(batch, [a.labels, b.labels, result]) {
            for summed in orders(summed, [a.labels, b.labels]) {
                for left in orders(left, [a.labels, result]) {
                    for right in orders(right, [b.labels, result]) {
                        for isSwapped in [false, true] {
                            let layout = ProductLayout(
                                batch: batch, summed: summed, left: left, right: right,
                                isSwapped: isSwapped)
                            let cost = layout.cost(a, b, result: result)
                            if cost < best?.cost ?? .max { best = (cost, layout) }
                        }
                    }
                }
            }
        }
        return best?.layout
            ?? ProductLayout(
                batch: batch, summed: summed, left: left, right: right, isSwapped: false)
    }
}

/// An order of axes for a matrix product.
private struct ProductLayout {
    let batch: [EinsumTerm.Label]
    let summed: [EinsumTerm.Label]
    let left: [EinsumTerm.Label]
    let right: [EinsumTerm.Label]
    /// Whether the second factor stands on the left.
    let isSwapped: Bool

    private var order: [EinsumTerm.Label] {
        batch + (isSwapped ? right + left : left + right)
    }

    /// How many numbers are moved.
    func cost(_ a: EinsumTerm, _ b: EinsumTerm, result: [EinsumTerm.Label]?) -> Int {
        func moved(_ term: EinsumTerm, _ own: [EinsumTerm.Label]) -> Int {
            let orders = [batch + own + summed, batch + summed + own]
            return orders.contains { term.isArranged($0) } ? 0 : term.tensor.count
        }
        var cost = moved(a, left) + moved(b, right)
        if let result {
            let extents = EinsumExtents(a, b)
            if !extents.isArranged(order, result) {
                cost += result.reduce(1) { $0 * extents[$1] }
            }
        }
        return cost
    }

    func product(_ a: EinsumTerm, _ b: EinsumTerm) throws -> EinsumTerm {
        let (first, second) = isSwapped ? (b, a) : (a, b)
        let (rows, columns) = isSwapped ? (right, left) : (left, right)
        let (x, isLeftTurned) = try matrix(first, rows, summedLast: true)
        let (y, isRightTurned) = try matrix(second, columns, summedLast: false)
        let product = x.matmul(y, transposeLeft: isLeftTurned, transposeRight: isRightTurned)
        let extents = EinsumExtents(a, b)
        return EinsumTerm(product.reshaped(Shape(order.map { extents[$0] })), order)
    }

    /// A factor as matrices, and whether they lie the other way.
    private func matrix(
        _ term: EinsumTerm, _ own: [EinsumTerm.Label], summedLast: Bool
    ) throws -> (Tensor, Bool) {
        let straight = summedLast ? batch + own + summed : batch + summed + own
        let turned = summedLast ? batch + summed + own : batch + own + summed
        let isTurned = !term.isArranged(straight) && term.isArranged(turned)
        let ordered: Tensor = try term.ordered(isTurned ? turned : straight)
        let (k, n) = (term.count(summed), term.count(own))
        let extents = batch.isEmpty ? [] : [term.count(batch)]
        let matrix = summedLast != isTurned ? [n, k] : [k, n]
        return (ordered.reshaped(Shape(extents + matrix)), isTurned)
    }
}

extension EinsumTerm {
    /// Whether the axes lie in an order, but for those of extent 1.
    fileprivate func isArranged(_ order: [Label]) -> Bool {
        labels.filter { extent($0) != 1 } == order.filter { extent($0) != 1 }
    }
}

/// The extents of labels of two terms.
private struct EinsumExtents {
    private let a: EinsumTerm
    private let b: EinsumTerm

    init(_ a: EinsumTerm, _ b: EinsumTerm) { (self.a, self.b) = (a, b) }

    subscript(label: EinsumTerm.Label) -> Int {
        a.labels.contains(label) ? a.extent(label) : b.extent(label)
    }

    func isArranged(_ order: [EinsumTerm.Label], _ result: [EinsumTerm.Label]) -> Bool {
        order.filter { self[$0] != 1 } == result.filter { self[$0] != 1 }
    }
}

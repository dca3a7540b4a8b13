import KeratinCore

// Several tensors to one, and one to several.

extension ops {
    private static func join(
        _ className: String, _ config: [(name: String, value: Argument)], _ tensors: [Tensor],
        _ body: @escaping ([Tensor]) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying(tensors) {
            guard !tensors.isEmpty else {
                throw KeratinError(.invalidArgument, "needs at least one tensor", at: className)
            }
            return one(
                className, config, arguments: [.list(tensors.indices.map { .tensor($0) })], tensors,
                body)
        }
    }

    /// One behind the other along an axis.
    public static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        Tensor.concatenate(tensors, axis: axis)
    }

    /// Along a new axis.
    public static func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        join("Stack", [("axis", .integer(axis))], tensors) { parts in
            guard parts.allSatisfy({ $0.shape == parts[0].shape }) else {
                throw KeratinError(
                    .shapeMismatch, "needs tensors of one shape, got \(parts.map(\.shape))")
            }
            let wide = parts.map { $0.expandingDimension(at: axis) }
            return Tensor.concatenate(wide, axis: axis)
        }
    }

    /// Side by side: along the second axis, vectors along their only one.
    public static func hstack(_ tensors: [Tensor]) -> Tensor {
        join("Hstack", [], tensors) { parts in
            let wide = parts.map { $0.rank == 0 ? $0.reshaped([1]) : $0 }
            return Tensor.concatenate(wide, axis: wide[0].rank == 1 ? 0 : 1)
        }
    }

    /// On top of each other: along the first axis, vectors as rows.
    public static func vstack(_ tensors: [Tensor]) -> Tensor {
        join("Vstack", [], tensors) { parts in
            Tensor.concatenate(
                parts.map { $0.rank < 2 ? $0.reshaped([1, $0.count]) : $0 }, axis: 0)
        }
    }

    /// Along the third axis.
    public static func dstack(_ tensors: [Tensor]) -> Tensor {
        join("Dstack", [], tensors) { parts in
            Tensor.concatenate(
                parts.map { part in
                    switch part.rank {
                    case 0, 1: part.reshaped([1, part.count, 1])
                    case 2: part.expandingDimension(at: 2)
                    default: part
                    }
                }, axis: 2)
        }
    }

    /// One behind the other; without an axis as flat arrays.
    public static func append(_ a: Tensor, _ b: Tensor, axis: Int? = nil) -> Tensor {
        one("Append", [("axis", .init(axis: axis))], [a, b]) { inputs in
            guard let axis else {
                return Tensor.concatenate(
                    inputs.map { $0.reshaped([$0.count]) }, axis: 0)
            }
            return Tensor.concatenate(inputs, axis: axis)
        }
    }

    /// Equal parts of an axis.
    public static func split(_ x: Tensor, _ sections: Int, axis: Int = 0) -> [Tensor] {
        let config: [(name: String, value: Argument)] = [
            ("indices_or_sections", .integer(sections)), ("axis", .integer(axis)),
        ]
        return several(sections, "Split", config, [x]) { x in
            let axis = try x[0].shape.resolve(axis: axis)
            let extent = x[0].shape[axis]
            guard sections > 0, sections <= Swift.max(extent, 4096), extent % sections == 0 else {
                throw KeratinError(
                    .invalidArgument,
                    "\(sections) sections do not divide axis \(axis) of \(x[0].shape)")
            }
            let length = extent / sections
            return (0..<sections).map {
                x[0].part(($0 * length)..<(($0 + 1) * length), axis: axis)
            }
        }
    }

    /// Parts of an axis that begin at some places.
    public static func split(_ x: Tensor, indices: [Int], axis: Int = 0) -> [Tensor] {
        let config: [(name: String, value: Argument)] = [
            ("indices_or_sections", .init(indices)), ("axis", .integer(axis)),
        ]
        return several(indices.count + 1, "Split", config, [x]) { x in
            let axis = try x[0].shape.resolve(axis: axis)
            let extent = x[0].shape[axis]
            var start = 0
            return (indices + [extent]).map { end in
                let place = Swift.min(Swift.max(end < 0 ? end + extent : end, start), extent)
                defer { start = place }
                return x[0].part(start..<place, axis: axis)
            }
        }
    }

    /// Parts of an axis, the first ones longer by one where they cannot be equal.
    public static func arraySplit(_ x: Tensor, _ sections: Int, axis: Int = 0) -> [Tensor] {
        let config: [(name: String, value: Argument)] = [
            ("indices_or_sections", .integer(sections)), ("axis", .integer(axis)),
        ]
        return several(sections, "ArraySplit", config, [x]) { x in
            let axis = try x[0].shape.resolve(axis: axis)
            guard sections > 0, sections <= Swift.max(x[0].shape[axis], 4096) else {
                throw KeratinError(
                    .invalidArgument, "\(sections) sections are none or too many for \(x[0].shape)")
            }
            let (length, longer) = x[0].shape[axis].quotientAndRemainder(dividingBy: sections)
            var start = 0
            return (0..<sections).map { index in
                let end = start + length + (index < longer ? 1 : 0)
                defer { start = end }
                return x[0].part(start..<end, axis: axis)
            }
        }
    }

    /// Every place of an axis as a tensor without it.
    /// - Parameter num: how many there are, where the graph does not know.
    public static func unstack(_ x: Tensor, num: Int? = nil, axis: Int = 0) -> [Tensor] {
        Tensor.carrying(count: (1...4096).contains(num ?? 1) ? num ?? 1 : 1, [x]) {
            let place = try x.shape.resolve(axis: axis)
            let known = x.shape[place] == Tensor.unknownExtent ? nil : x.shape[place]
            guard let count = num ?? known, count >= 0, known == nil || known == count else {
                throw KeratinError(
                    .invalidArgument, "axis \(axis) of \(x.shape) needs num, its extent",
                    at: "Unstack")
            }
            let config: [(name: String, value: Argument)] = [
                ("num", num.map { .integer($0) } ?? .null), ("axis", .integer(axis)),
            ]
            return try results("Unstack", module: "core", config, [x]) { x in
                (0..<count).map { x[0].part($0..<($0 + 1), axis: place).squeezed([place]) }
            }
        }
    }

    /// The coordinates of a grid: for each vector its numbers along an axis of its own.
    /// - Parameter indexing: `xy`: the first vector runs along the second axis; `ij`: along the first.
    public static func meshgrid(_ tensors: [Tensor], indexing: String = "xy") -> [Tensor] {
        several(tensors.count, "Meshgrid", [("indexing", .text(indexing))], tensors) { tensors in
            guard indexing == "xy" || indexing == "ij" else {
                throw KeratinError(
                    .invalidArgument, "indexing must be xy or ij, got '\(indexing)'")
            }
            var order = Array(tensors.indices)
            if indexing == "xy", order.count > 1 { order.swapAt(0, 1) }
            let shape = Shape(order.map { tensors[$0].count })
            return tensors.enumerated().map { index, x in
                var extents = [Int](repeating: 1, count: order.count)
                extents[order[index]] = x.count
                return x.reshaped(Shape(extents)).broadcast(to: shape)
            }
        }
    }

    // MARK: Along a certain axis

    /// Equal parts of the second axis, of a vector its only one.
    public static func hsplit(_ x: Tensor, _ sections: Int) -> [Tensor] {
        parts("Hsplit", x, sections, axis: x.rank == 1 ? 0 : 1)
    }

    /// Parts of the second axis (of a vector its only one) that begin at some places.
    public static func hsplit(_ x: Tensor, indices: [Int]) -> [Tensor] {
        parts("Hsplit", x, indices: indices, axis: x.rank == 1 ? 0 : 1)
    }

    /// Equal parts of the first axis of at least two.
    public static func vsplit(_ x: Tensor, _ sections: Int) -> [Tensor] {
        parts("Vsplit", x, sections, axis: 0, rank: 2)
    }

    /// Parts of the first axis of at least two that begin at some places.
    public static func vsplit(_ x: Tensor, indices: [Int]) -> [Tensor] {
        parts("Vsplit", x, indices: indices, axis: 0, rank: 2)
    }

    /// Equal parts of the third axis.
    public static func dsplit(_ x: Tensor, _ sections: Int) -> [Tensor] {
        parts("Dsplit", x, sections, axis: 2, rank: 3)
    }

    /// Parts of the third axis that begin at some places.
    public static func dsplit(_ x: Tensor, indices: [Int]) -> [Tensor] {
        parts("Dsplit", x, indices: indices, axis: 2, rank: 3)
    }

    private static func parts(
        _ className: String, _ x: Tensor, _ sections: Int, axis: Int, rank: Int = 1
    ) -> [Tensor] {
        several(sections, className, [("indices_or_sections", .integer(sections))], [x]) { x in
            try require(x[0], rank)
            return split(x[0], sections, axis: axis)
        }
    }

    private static func parts(
        _ className: String, _ x: Tensor, indices: [Int], axis: Int, rank: Int = 1
    ) -> [Tensor] {
        let config: [(name: String, value: Argument)] = [("indices_or_sections", .init(indices))]
        return several(indices.count + 1, className, config, [x]) { x in
            try require(x[0], rank)
            return split(x[0], indices: indices, axis: axis)
        }
    }

    private static func require(_ x: Tensor, _ rank: Int) throws {
        guard x.rank >= rank else {
            throw KeratinError(.shapeMismatch, "needs \(rank) axes or more, got \(x.shape)")
        }
    }
}

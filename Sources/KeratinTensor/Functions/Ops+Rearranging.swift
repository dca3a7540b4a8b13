import KeratinCore

// Axes that are cut into several, joined, and put into another order.

extension ops {
    /// The axes cut, joined and put into another order, as a pattern says: `"b h w c -> b (h w) c"`.
    ///
    /// Names stand for axes, parentheses for axes that become one or that one is cut into. Both sides have the same names.
    /// - Parameter lengths: extents of axes within parentheses on the left; one of each pair may be missing.
    public static func rearrange(
        _ x: Tensor, _ pattern: String, _ lengths: [String: Int] = [:]
    ) -> Tensor {
        Tensor.carrying([x]) {
            let axes = try AxisPattern(pattern)
            guard x.isSymbolic else { return try axes.arranged(x, lengths) }
            var form = OperationForm(
                "Rearrange", module: "einops", arguments: [.tensor(0), .text(pattern)])
            form.keywords = lengths.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }
            return try Tensor.nodes(form, [x]) { [try axes.arranged($0[0], lengths)] }[0]
        }
    }

    /// Blocks of channels moved into the image: [N, h, w, C·b²] → [N, h·b, w·b, C].
    /// - Parameter dataFormat: `channels_last`, or `channels_first` for [N, C·b², h, w].
    public static func depthToSpace(
        _ x: Tensor, _ blockSize: Int, dataFormat: String = "channels_last"
    ) -> Tensor {
        one("DepthToSpace", module: "nn", block(blockSize, dataFormat), [x]) { x in
            let (n, h, w, c) = try image(x[0], blockSize, dataFormat)
            guard c % (blockSize * blockSize) == 0 else {
                throw KeratinError(
                    .shapeMismatch, "\(c) channels make no blocks of \(blockSize)·\(blockSize)")
            }
            let (b, rest) = (blockSize, c / (blockSize * blockSize))
            if dataFormat == "channels_first" {
                return x[0].reshaped([n, b, b, rest, h, w]).transposed([0, 3, 4, 1, 5, 2])
                    .reshaped([n, rest, h * b, w * b])
            }
            return x[0].reshaped([n, h, w, b, b, rest]).transposed([0, 1, 3, 2, 4, 5])
                .reshaped([n, h * b, w * b, rest])
        }
    }

    /// Blocks of the image moved into channels: [N, h·b, w·b, C] → [N, h, w, C·b²].
    /// - Parameter dataFormat: `channels_last`, or `channels_first` for [N, C, h·b, w·b].
    public static func spaceToDepth(
        _ x: Tensor, _ blockSize: Int, dataFormat: String = "channels_last"
    ) -> Tensor {
        one("SpaceToDepth", module: "nn", block(blockSize, dataFormat), [x]) { x in
            let (n, h, w, c) = try image(x[0], blockSize, dataFormat)
            let b = blockSize
            guard h % b == 0, w % b == 0 else {
                throw KeratinError(
                    .shapeMismatch, "an image of \(h)·\(w) makes no blocks of \(b)·\(b)")
            }
            if dataFormat == "channels_first" {
                return x[0].reshaped([n, c, h / b, b, w / b, b]).transposed([0, 3, 5, 1, 2, 4])
                    .reshaped([n, c * b * b, h / b, w / b])
            }
            return x[0].reshaped([n, h / b, b, w / b, b, c]).transposed([0, 1, 3, 2, 4, 5])
                .reshaped([n, h / b, w / b, c * b * b])
        }
    }

    private static func block(
        _ size: Int, _ format: String
    ) -> [(name: String, value: Argument)] {
        [("block_size", .integer(size)), ("data_format", .text(format))]
    }

    private static func image(
        _ x: Tensor, _ size: Int, _ format: String
    ) throws -> (n: Int, h: Int, w: Int, c: Int) {
        guard format == "channels_last" || format == "channels_first" else {
            throw KeratinError(
                .unknownName,
                "dataFormat must be channels_last or channels_first, got '\(format)'")
        }
        guard x.rank == 4, (1...(1 << 16)).contains(size) else {
            throw KeratinError(
                .shapeMismatch,
                "needs images with 4 axes and blocks of 1...65536, got \(x.shape) and \(size)")
        }
        let d = x.shape.dimensions
        return format == "channels_last"
            ? (d[0], d[1], d[2], d[3]) : (d[0], d[2], d[3], d[1])
    }

    /// Windows of the last axis, each as long and each a stride behind the one before it: […, N] → […, windows, length].
    public static func extractSequences(
        _ x: Tensor, _ sequenceLength: Int, _ sequenceStride: Int
    ) -> Tensor {
        let config: [(name: String, value: Argument)] = [
            ("sequence_length", .integer(sequenceLength)),
            ("sequence_stride", .integer(sequenceStride)),
        ]
        return one("ExtractSequences", module: "math", config, [x]) { x in
            try windows(x[0], sequenceLength, sequenceStride)
        }
    }

    static func windows(_ x: Tensor, _ length: Int, _ stride: Int) throws -> Tensor {
        guard x.rank > 0, length > 0, stride > 0, x.shape[x.rank - 1] >= length else {
            throw KeratinError(
                .shapeMismatch,
                "windows of \(length) by \(stride) do not fit the last axis of \(x.shape)")
        }
        let count = (x.shape[x.rank - 1] - length) / stride + 1
        return x.gatherClamped(places(count, length, stride), axis: x.rank - 1)
    }

    /// Where the elements of windows lie, [count, length].
    static func places(_ count: Int, _ length: Int, _ stride: Int) -> Tensor {
        Tensor(indicesAlong: 0, shape: [count, 1]) * stride
            + Tensor(indicesAlong: 1, shape: [1, length])
    }

    /// The coordinates, one tensor (int32) for each axis of a shape, of numbers that count its elements row by row.
    public static func unravelIndex(_ indices: Tensor, _ shape: [Int]) -> [Tensor] {
        several(shape.count, "UnravelIndex", [("shape", .init(shape))], [indices]) { indices in
            let total = shape.reduce(1.0) { $0 * Double($1) }
            guard shape.allSatisfy({ $0 > 0 }), total < 0x1p31 else {
                throw KeratinError(
                    .invalidArgument,
                    "extents must be positive, their product below 2³¹, got \(shape)")
            }
            let whole = indices[0].cast(to: .int32)
            // Negative numbers count from the end.
            var rest = whole.binary(.less, 0).select(whole + shape.reduce(1, *), whole)
            var coordinates = [Tensor]()
            for extent in shape.reversed() {
                let own = rest.binary(.remainder, Double(extent))
                coordinates.append(own)
                rest = Tensor.apply(
                    .binary(.divide), [rest - own, Tensor(Double(extent), dtype: .int32)])
            }
            return coordinates.reversed()
        }
    }
}

/// A pattern such as `b (h h1) c -> (b h1) c h`.
private struct AxisPattern {
    let source: [[String]]
    let target: [[String]]

    init(_ text: String) throws {
        let sides = text.split(separator: ">", omittingEmptySubsequences: false)
        guard sides.count == 2, sides[0].last == "-" else {
            throw KeratinError(
                .invalidArgument, "expects a pattern such as 'a b -> b a', got '\(text)'",
                at: "Rearrange")
        }
        source = try Self.groups(sides[0].dropLast(), text)
        target = try Self.groups(sides[1], text)
        let (left, right) = (source.flatMap { $0 }, target.flatMap { $0 })
        guard Set(left).count == left.count, left.count == right.count, Set(left) == Set(right)
        else {
            throw KeratinError(
                .invalidArgument, "both sides of '\(text)' must have the same names, each once",
                at: "Rearrange")
        }
    }

    private static func groups(_ side: Substring, _ text: String) throws -> [[String]] {
        var groups = [[String]]()
        var pending: [String]?
        var name = ""
        func wrong() -> KeratinError {
            KeratinError(
                .invalidArgument, "cannot read the parentheses of '\(text)'", at: "Rearrange")
        }
        func finish() {
            guard !name.isEmpty else { return }
            if pending == nil { groups.append([name]) } else { pending?.append(name) }
            name = ""
        }
        for character in side {
            switch character {
            case "(":
                finish()
                guard pending == nil else { throw wrong() }
                pending = []
            case ")":
                finish()
                guard let group = pending else { throw wrong() }
                groups.append(group)
                pending = nil
            case " ": finish()
            default: name.append(character)
            }
        }
        finish()
        guard pending == nil else { throw wrong() }
        return groups
    }

    /// A tensor of known shape as the pattern says.
    func arranged(_ x: Tensor, _ lengths: [String: Int]) throws -> Tensor {
        let cut = try extents(of: x.shape, lengths)
        let known = Dictionary(uniqueKeysWithValues: zip(source.flatMap { $0 }, cut))
        let joined = target.map { $0.reduce(1) { $0 * (known[$1] ?? 1) } }
        return x.reshaped(Shape(cut)).transposed(order).reshaped(Shape(joined))
    }

    /// Where the axes of the source go.
    var order: [Int] {
        let names = source.flatMap { $0 }
        return target.flatMap { $0 }.compactMap { names.firstIndex(of: $0) }
    }

    /// The extents of all names of the source.
    func extents(of shape: Shape, _ lengths: [String: Int]) throws -> [Int] {
        guard source.count == shape.rank else {
            throw KeratinError(
                .shapeMismatch, "the pattern has \(source.count) axes, the tensor \(shape)",
                at: "Rearrange")
        }
        return try source.enumerated().flatMap { axis, group -> [Int] in
            if group.count == 1 { return [shape[axis]] }
            let known = group.compactMap { lengths[$0] }
            let product = known.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
            let missing = group.count - known.count
            guard missing <= 1, product > 0,
                missing == 1 ? shape[axis] % product == 0 : shape[axis] == product
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "axis \(axis) of \(shape) is not cut into \(group) by the lengths \(known)",
                    at: "Rearrange")
            }
            return group.map { lengths[$0] ?? shape[axis] / product }
        }
    }
}

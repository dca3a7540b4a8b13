import KeratinCore

/// How the gpu family shares a reduction out: groups of 256 work-items that own rows, columns, or parts of them. It is a
/// function of the shape alone, so that sums repeat.
struct GroupReduction {
    /// Work-items of a group; `REDUCE_ITEMS` in the kernels.
    static let items = 256
    /// Groups that keep a large device busy.
    private static let enough = 1024

    let fold: Fold
    /// Neighbouring columns of a group.
    private let width: Int

    init(_ fold: Fold) {
        self.fold = fold
        // Eight floats are the least that memory gives at a time; a row of 32 is a whole cache line.
        let results = fold.outer * fold.inner
        width = min(Self.power(atLeast: fold.inner), results < 4096 ? 8 : 32)
    }

    /// The first power of two that is not less than a number.
    private static func power(atLeast number: Int) -> Int {
        var power = 1
        while power < number { power *= 2 }
        return power
    }

    /// Into how many parts the axis is cut: enough to keep a device busy, each long enough to be worth a group.
    var wantedParts: Int {
        if fold.inner == 1 {
            return max(min(Self.enough / max(fold.outer, 1), fold.length / (16 * Self.items)), 1)
        }
        let groups = max(fold.outer * ((fold.inner + width - 1) / width), 1)
        let most = fold.length * width / (16 * Self.items)
        return max(min(Self.enough / groups, most, Self.enough / 2), 1)
    }

    /// What the length of parts is a multiple of: in rows, four elements for each work-item.
    static func unit(_ fold: Fold) -> Int { fold.inner == 1 ? 4 * items : 1 }

    /// The reduction of each part of `part` elements.
    func launch(
        _ program: KernelProgram, _ x: BufferSlice, _ y: BufferSlice, parts: Int, part: Int
    ) -> KernelLaunch {
        fold.inner == 1
            ? rows(program, x, y, parts: parts, part: part)
            : columns(program, x, y, parts: parts, part: part)
    }

    private func rows(
        _ program: KernelProgram, _ x: BufferSlice, _ y: BufferSlice, parts: Int, part: Int
    ) -> KernelLaunch {
        let count = fold.outer * parts
        // Four elements a work-item where rows are short or few, else up to sixteen.
        let isShort = part <= 64 || count < Self.enough
        let lanes = min(
            Self.power(atLeast: (part + 3) / 4),
            isShort ? Self.items : max(16, Self.power(atLeast: (part + 15) / 16)), Self.items)
        let isAligned =
            x.byteOffset.isMultiple(of: 16)
            && (count == 1 || fold.length.isMultiple(of: 4))
            && (parts == 1 || part.isMultiple(of: 4))
        let groups = (count * lanes + Self.items - 1) / Self.items
        return KernelLaunch(
            program: program, kernel: isAligned ? "reduce_rows_aligned" : "reduce_rows",
            arguments: [x.floats, y.floats]
                + [count, fold.length, parts, part, lanes].map { .ints([$0]) },
            global: [groups * Self.items, 1, 1], local: [Self.items, 1, 1])
    }

    private func columns(
        _ program: KernelProgram, _ x: BufferSlice, _ y: BufferSlice, parts: Int, part: Int
    ) -> KernelLaunch {
        let count = fold.outer * parts
        let lanes = min(Self.items / width, Self.power(atLeast: (part + 3) / 4))
        let blocks = (fold.inner + width - 1) / width
        let each = Self.items / (width * lanes)
        let groups = (count + each - 1) / each * blocks
        return KernelLaunch(
            program: program, kernel: "reduce_columns",
            arguments: [x.floats, y.floats]
                + [count, fold.length, fold.inner, parts, part, width, lanes, blocks].map {
                    .ints([$0])
                },
            global: [groups * Self.items, 1, 1], local: [Self.items, 1, 1])
    }
}

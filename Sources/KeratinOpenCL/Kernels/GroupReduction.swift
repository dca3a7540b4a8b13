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
        width = min(fold.inner.powerOfTwo, results < 4096 ? 8 : 32)
    }

    /// Into how many parts the axis is cut: enough to keep a device busy, each long enough to be worth a group.
    var wantedParts: Int {
        if fold.inner == 1 {
            let wanted = (Self.enough + fold.outer - 1) / max(fold.outer, 1)
            return max(min(wanted, fold.length / (16 * Self.items)), 1)
        }
        let groups = max(fold.outer * ((fold.inner + width - 1) / width), 1)
        let most = fold.length * width / (16 * Self.items)
        return max(min((Self.enough + groups - 1) / groups, most, Self.enough / 2), 1)
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
            ((part + 3) / 4).powerOfTwo,
            isShort ? Self.items : max(16, ((part + 15) / 16).powerOfTwo), Self.items)
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

    /// The index of each column's extreme.
    func argReduce(_ program: KernelProgram, _ kernel: String, _ x: Argument, _ y: Argument)
        -> KernelLaunch
    {
        let place = ColumnGroups(fold, count: fold.outer, part: fold.length, width: width)
        return KernelLaunch(
            program: program, kernel: kernel,
            arguments: [x.buffer, y.buffer]
                + [fold.outer, fold.length, fold.inner, place.width, place.lanes, place.blocks]
                .map { .ints([$0]) },
            global: [place.groups * Self.items, 1, 1], local: [Self.items, 1, 1])
    }

    private func columns(
        _ program: KernelProgram, _ x: BufferSlice, _ y: BufferSlice, parts: Int, part: Int
    ) -> KernelLaunch {
        let count = fold.outer * parts
        let place = ColumnGroups(fold, count: count, part: part, width: width)
        return KernelLaunch(
            program: program, kernel: "reduce_columns",
            arguments: [x.floats, y.floats]
                + [
                    count, fold.length, fold.inner, parts, part, place.width, place.lanes,
                    place.blocks,
                ].map { .ints([$0]) },
            global: [place.groups * Self.items, 1, 1], local: [Self.items, 1, 1])
    }
}

/// Groups over columns: `width` neighbouring columns of one or several of `count` parts, with `lanes` work-items down each.
private struct ColumnGroups {
    let width: Int
    let lanes: Int
    /// Groups beside each other.
    let blocks: Int
    let groups: Int

    init(_ fold: Fold, count: Int, part: Int, width: Int) {
        self.width = width
        lanes = min(GroupReduction.items / width, ((part + 3) / 4).powerOfTwo)
        blocks = (fold.inner + width - 1) / width
        let each = GroupReduction.items / (width * lanes)
        groups = (count + each - 1) / each * blocks
    }
}

import KeratinCore

/// Sorting: ordered blocks, then merges of runs that are twice as long each time.
extension KernelLowering {
    /// Elements that the first kernel orders; `SORT_BLOCK` in the kernels.
    private static let sortBlock = 16
    /// Elements that a group of the gpu family orders, where rows are long; `SORT_GROUP_BLOCK` in the kernels.
    private static let sortGroupBlock = 1024
    /// Its work-items; `SORT_GROUP_ITEMS` in the kernels.
    private static let sortGroupItems = 256

    func argSortKernels(
        _ sort: ArgSort, _ x: Argument, _ y: Argument, _ workspace: Workspace
    ) -> [KernelLaunch] {
        let (count, length) = (x.type.count, x.type.shape[x.type.shape.rank - 1])
        guard count > 0 else { return [] }
        let (type, flip) = (x.type.dtype.rawValue, sort.descending ? -1 : 0)
        let inGroups = family == .gpu && length > 64
        var widths = [Int]()
        var width = inGroups ? Self.sortGroupBlock : Self.sortBlock
        while width < length {
            widths.append(width)
            width *= 2
        }
        // Orders go to and fro between the result and scratch, and end in the result.
        let scratch = widths.isEmpty ? y.slice : workspace.floats(count)
        func target(_ pass: Int) -> BufferSlice {
            (widths.count - pass).isMultiple(of: 2) ? y.slice : scratch
        }
        let buffers = [x.buffer, target(0).floats]
        let blocks =
            inGroups
            ? argSortGroups("arg_sort_group_\(type)", buffers, count / length, length, flip)
            : elements(
                programs.sort, "arg_sort_blocks_\(type)", buffers, count, cost: Self.sortBlock,
                extra: [.ints([length]), .ints([flip])])
        let merges = widths.enumerated().map { pass, width in
            elements(
                programs.sort, "arg_sort_merge_\(type)",
                [x.buffer, target(pass).floats, target(pass + 1).floats], count, cost: 32,
                extra: [.ints([length]), .ints([flip]), .ints([width])])
        }
        return [blocks] + merges
    }

    private func argSortGroups(
        _ kernel: String, _ buffers: [KernelArgument], _ rows: Int, _ length: Int, _ flip: Int
    ) -> KernelLaunch {
        let blocks = (length + Self.sortGroupBlock - 1) / Self.sortGroupBlock
        return KernelLaunch(
            program: programs.sort, kernel: kernel,
            arguments: buffers + [length, flip, blocks].map { .ints([$0]) },
            global: [rows * blocks * Self.sortGroupItems, 1, 1],
            local: [Self.sortGroupItems, 1, 1])
    }
}

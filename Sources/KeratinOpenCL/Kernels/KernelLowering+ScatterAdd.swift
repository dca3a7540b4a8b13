import KeratinCore

/// Sums of rows that indices name: the gradient of an embedding. Every row's sum is in index order.
extension KernelLowering {
    /// The most indices that a group of the gpu family compares with its own; `SCATTER_INDICES` in the kernels. Sorting
    /// more takes less than comparing all with all.
    private static let comparedIndices = 8192
    /// Work-items of such a group; `SCATTER_ITEMS` in the kernels.
    private static let scatterItems = 128

    func scatterAdd(
        axis: Int, count: Int, _ updates: Argument, _ indices: Argument, _ y: Argument,
        _ workspace: Workspace
    ) -> [KernelLaunch] {
        let outer = y.type.shape.dimensions[0..<axis].reduce(1, *)
        let inner = y.type.shape.dimensions[(axis + 1)...].reduce(1, *)
        let zero = fill(y, 0)
        guard updates.type.count > 0 else { return [zero] }
        if family == .cpu {
            return [zero, scatterInOrder(count, inner, outer, updates, indices, y)]
        }
        let sizes: [KernelArgument] = [count, inner, indices.type.count, outer * inner]
            .map { .ints([$0]) }
        if indices.type.count <= Self.comparedIndices {
            return [zero, scatterEqual(sizes, outer * inner, updates, indices, y)]
        }
        return [zero]
            + scatterRuns(sizes, outer * inner, count, updates, indices, y, workspace)
    }

    /// Columns are shared out, never the indices, whose order is that of the additions.
    private func scatterInOrder(
        _ count: Int, _ inner: Int, _ outer: Int, _ updates: Argument, _ indices: Argument,
        _ y: Argument
    ) -> KernelLaunch {
        let chunk = max(16, (inner + 15) / 16)
        let (global, local) = work.plane((inner + chunk - 1) / chunk, outer)
        return KernelLaunch(
            program: programs.movement, kernel: "scatter_add",
            arguments: [
                updates.buffer, indices.buffer, y.buffer, .ints([chunk]), .ints([count]),
                .ints([inner]), .ints([indices.type.count]),
            ], global: global, local: local)
    }

    /// A group for each index and block of columns.
    private func scatterEqual(
        _ sizes: [KernelArgument], _ columns: Int, _ updates: Argument, _ indices: Argument,
        _ y: Argument
    ) -> KernelLaunch {
        // Four columns a work-item make comparing the smaller part of its work. Devices take 65,535 groups along the
        // second axis.
        let share = max(min(columns, 4 * Self.scatterItems), (columns + 65_534) / 65_535)
        return KernelLaunch(
            program: programs.movement, kernel: "scatter_add_equal",
            arguments: [updates.buffer, indices.buffer, y.buffer] + sizes + [.ints([share])],
            global: [
                indices.type.count * Self.scatterItems, (columns + share - 1) / share, 1,
            ], local: [Self.scatterItems, 1, 1])
    }

    /// Sorts the indices, then adds each run of equal ones.
    private func scatterRuns(
        _ sizes: [KernelArgument], _ columns: Int, _ count: Int, _ updates: Argument,
        _ indices: Argument, _ y: Argument, _ workspace: Workspace
    ) -> [KernelLaunch] {
        let type = TensorType([indices.type.count], .int32)
        let rows = Argument(type, workspace.floats(type.count))
        let order = Argument(type, workspace.floats(type.count))
        let clamp = elements(
            programs.movement, "scatter_rows", [indices.buffer, rows.buffer], type.count,
            extra: [.ints([count])])
        let (global, local) = work.line(updates.type.count, chunk: 1)
        let add = KernelLaunch(
            program: programs.movement, kernel: "scatter_add_runs",
            arguments: [updates.buffer, rows.buffer, order.buffer, y.buffer] + sizes,
            global: global, local: local, isCooperative: false)
        return [clamp] + argSortKernels(ArgSort(), rows, order, workspace) + [add]
    }
}

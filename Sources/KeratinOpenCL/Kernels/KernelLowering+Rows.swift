import KeratinCore

/// Softmax, cross-entropy and batch normalisation: work on the rows and columns of a matrix.
extension KernelLowering {
    /// A kernel over rows of `width`'s last axis: buffers, rows, chunk, width and `extra`. On GPUs several work-items share
    /// a row: buffers, rows, width, how many, and `extra`.
    func rowKernels(
        _ kernel: String, _ type: TensorType, _ x: [Argument], _ y: [Argument], width: Shape,
        extra: [Int]
    ) -> [KernelLaunch] {
        let columns = width[width.rank - 1]
        let rows = width.dimensions.dropLast().reduce(1, *)
        if family == .gpu {
            let lanes = GroupRows.lanes(rows: rows, width: columns)
            return [
                KernelLaunch(
                    program: programs.rows, kernel: kernel,
                    arguments: (x + y).map(\.buffer)
                        + ([rows, columns, lanes] + extra).map { .ints([$0]) },
                    global: [GroupRows.global(rows, lanes), 1, 1], local: [GroupRows.items, 1, 1])
            ]
        }
        return [
            elements(
                programs.rows, kernel, (x + y).map(\.buffer), rows, cost: columns * 4,
                extra: [.ints([columns])] + extra.map { .ints([$0]) })
        ]
    }

    /// Channels that a work-item of a lane kernel handles.
    var lanes: Int { family == .cpu ? 16 : 1 }

    /// A kernel over blocks of channels and chunks of rows: buffers, rows, chunk and `extra`.
    func laneKernel(
        _ program: KernelProgram, _ kernel: String, _ buffers: [KernelArgument], rows: Int,
        channels: Int, cost: Int, extra: [KernelArgument]
    ) -> KernelLaunch {
        let width = min(lanes, max(channels, 1))
        // GPUs take 65,535 groups along the second axis.
        let chunk =
            family == .cpu
            ? work.chunk(rows, cost: cost * width) : max((rows + 65_534) / 65_535, 1)
        let (global, local) = work.plane(
            (channels + lanes - 1) / lanes, (rows + chunk - 1) / chunk, guardsY: true)
        return KernelLaunch(
            program: program, kernel: kernel,
            arguments: buffers + [.ints([rows]), .ints([chunk])] + extra, global: global,
            local: local, isCooperative: false)
    }

    /// How rows are cut for statistics: parts of `part` rows, none of them empty.
    private func parts(rows: Int, channels: Int) -> (part: Int, parts: Int) {
        let wanted = min(max(rows * channels / 16384, 1), 32)
        let part = max((rows + wanted - 1) / wanted, 1)
        return (part, max((rows + part - 1) / part, 1))
    }

    func batchNormalizationKernels(
        _ operation: BatchNormalizationOperation, _ x: [Argument], _ y: [Argument],
        _ workspace: Workspace
    ) -> [KernelLaunch] {
        let channels = x[1].type.count
        guard channels > 0 else { return [] }
        let rows = x[0].type.count / channels
        let epsilon = KernelArgument.float(Float(operation.epsilon))
        if family == .gpu {
            return ChannelGroups(rows: rows, channels: channels)
                .normalization(programs.rows, x, y, epsilon, workspace)
        }
        let (part, parts) = parts(rows: rows, channels: channels)
        let partial = workspace.floats(2 * parts * channels)
        let (global, local) = work.plane((channels + lanes - 1) / lanes, parts)
        return [
            KernelLaunch(
                program: programs.rows, kernel: "batch_statistics",
                arguments: [
                    x[0].buffer, partial.floats, .ints([rows]), .ints([channels]), .ints([part]),
                    .ints([parts]),
                ], global: global, local: local),
            elements(
                programs.rows, "batch_combine", [partial.floats, y[1].buffer, y[2].buffer],
                channels, cost: parts,
                extra: [.ints([rows]), .ints([part]), .ints([parts])]),
            laneKernel(
                programs.rows, "batch_normalize",
                [x[0], x[1], x[2], y[1], y[2], y[0]].map(\.buffer), rows: rows, channels: channels,
                cost: 1, extra: [.ints([channels]), epsilon]),
        ]
    }

    func batchNormalizationGradientKernels(
        _ operation: BatchNormalizationGradient, _ x: [Argument], _ y: [Argument],
        _ workspace: Workspace
    ) -> [KernelLaunch] {
        let channels = x[1].type.count
        guard channels > 0 else { return [] }
        let rows = x[0].type.count / channels
        let epsilon = KernelArgument.float(Float(operation.epsilon))
        if family == .gpu {
            return ChannelGroups(rows: rows, channels: channels)
                .gradient(programs.rows, x, y, epsilon, workspace)
        }
        let (part, parts) = parts(rows: rows, channels: channels)
        let partial = workspace.floats(2 * parts * channels)
        let (global, local) = work.plane((channels + lanes - 1) / lanes, parts)
        return [
            KernelLaunch(
                program: programs.rows, kernel: "batch_gradient_sums",
                arguments: [x[0], x[2], x[3], x[4]].map(\.buffer) + [
                    partial.floats, .ints([rows]), .ints([channels]), .ints([part]),
                    .ints([parts]), epsilon,
                ], global: global, local: local),
            elements(
                programs.rows, "batch_gradient_combine",
                [partial.floats, y[1].buffer, y[2].buffer], channels, cost: parts,
                extra: [.ints([parts])]),
            laneKernel(
                programs.rows, "batch_gradient_apply",
                [x[0], x[1], x[2], x[3], x[4], y[1], y[2], y[0]].map(\.buffer), rows: rows,
                channels: channels, cost: 1, extra: [.ints([channels]), epsilon]),
        ]
    }
}

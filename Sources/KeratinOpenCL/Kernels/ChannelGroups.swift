import KeratinCore

/// How the gpu family shares out the rows and channels of batch normalisation: groups of 256 work-items, `width` channels
/// beside each other and as many lanes below each, over parts of the rows. It is a function of the shape alone, so that sums
/// repeat.
struct ChannelGroups {
    /// Work-items of a group; `CHANNEL_ITEMS` in the kernels.
    private static let items = 256
    /// Groups that keep a large device busy.
    private static let enough = 1024
    /// Rows that a lane loads at a time; `CHANNEL_AHEAD` in the kernels.
    private static let ahead = 8

    let rows: Int
    let channels: Int
    private let width: Int
    /// Groups beside each other.
    private let blocks: Int
    /// Rows of a part of the statistics, and how many parts there are.
    private let part: Int
    private let parts: Int

    init(rows: Int, channels: Int) {
        self.rows = rows
        self.channels = channels
        // Eight floats are the least that memory gives at a time; 32 are a whole cache line.
        width = min(channels.powerOfTwo, channels < 2048 ? 8 : 32)
        blocks = (channels + width - 1) / width
        let most = min(rows / (Self.ahead * Self.items / width), 256)
        let wanted = max(min(Self.enough / blocks, most), 1)
        part = max((rows + wanted - 1) / wanted, 1)
        parts = max((rows + part - 1) / part, 1)
    }

    func normalization(
        _ program: KernelProgram, _ x: [Argument], _ y: [Argument], _ epsilon: KernelArgument,
        _ workspace: Workspace
    ) -> [KernelLaunch] {
        let partial = workspace.floats(2 * parts * channels)
        return [
            launch(
                program, "batch_statistics", [x[0].buffer, partial.floats],
                [rows, channels, part, parts, width, blocks], groups: parts * blocks),
            launch(
                program, "batch_combine", [partial.floats, y[1].buffer, y[2].buffer],
                [rows, channels, part, parts, width], groups: blocks),
            each(
                program, "batch_normalize", [x[0], x[1], x[2], y[1], y[2], y[0]].map(\.buffer),
                epsilon),
        ]
    }

    func gradient(
        _ program: KernelProgram, _ x: [Argument], _ y: [Argument], _ epsilon: KernelArgument,
        _ workspace: Workspace
    ) -> [KernelLaunch] {
        let partial = workspace.floats(2 * parts * channels)
        return [
            launch(
                program, "batch_gradient_sums",
                [x[0], x[2], x[3], x[4]].map(\.buffer) + [partial.floats],
                [rows, channels, part, parts, width, blocks], [epsilon],
                groups: parts * blocks),
            launch(
                program, "batch_gradient_combine", [partial.floats, y[1].buffer, y[2].buffer],
                [channels, parts, width], groups: blocks),
            each(
                program, "batch_gradient_apply",
                [x[0], x[1], x[2], x[3], x[4], y[1], y[2], y[0]].map(\.buffer), epsilon),
        ]
    }

    /// A kernel over all elements: whole cache lines of channels, as many rows as a lane loads at a time.
    private func each(
        _ program: KernelProgram, _ kernel: String, _ buffers: [KernelArgument],
        _ epsilon: KernelArgument
    ) -> KernelLaunch {
        let width = min(channels.powerOfTwo, 32)
        let blocks = (channels + width - 1) / width
        let part = Self.ahead * Self.items / width
        return launch(
            program, kernel, buffers, [rows, channels, part, width, blocks], [epsilon],
            groups: (rows + part - 1) / part * blocks)
    }

    private func launch(
        _ program: KernelProgram, _ kernel: String, _ buffers: [KernelArgument], _ numbers: [Int],
        _ rest: [KernelArgument] = [], groups: Int
    ) -> KernelLaunch {
        KernelLaunch(
            program: program, kernel: kernel,
            arguments: buffers + numbers.map { .ints([$0]) } + rest,
            global: [groups * Self.items, 1, 1], local: [Self.items, 1, 1])
    }
}

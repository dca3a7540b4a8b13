import KeratinCore

/// Convolutions as matrix products whose left side is found in the image (implicit GEMM), and
/// depthwise ones directly.
///
/// Groups are the batches of the product. Split depths, where there are too few results to share out,
/// go to scratch memory and are added in order: no atomics.
extension KernelLowering {
    private func geometry(_ g: ConvolutionGeometry, x: Shape, y: Shape) -> KernelWindow {
        KernelWindow(
            g.window, x: x, output: Array(y.dimensions[1...g.window.rank]),
            filters: y[y.rank - 1], groups: g.groups)
    }

    private func isDepthwise(_ g: KernelWindow, _ groups: Int) -> Bool {
        groups > 1 && g.groupChannels == 1
    }

    func convolutionKernels(
        _ operation: Convolution, _ x: [Argument], _ y: Argument, _ workspace: Workspace
    ) -> [KernelLaunch] {
        let g = geometry(operation.geometry, x: x[0].type.shape, y: y.type.shape)
        let bias = operation.hasBias ? x[2] : nil
        if isDepthwise(g, operation.geometry.groups) {
            return [
                laneKernel(
                    programs.window, "depthwise",
                    [x[0].buffer, x[1].buffer, (bias ?? y).buffer, y.buffer],
                    rows: g.outputPositions, channels: g.filters, cost: g.cells,
                    extra: [
                        .ints([bias == nil ? 0 : 1]), .ints([operation.activation.code]),
                        g.argument,
                    ])
            ]
        }
        return productKernels(product(operation, x, y), workspace)
    }

    /// A convolution as a product: A(m, k) by output position and filter element.
    func product(_ operation: Convolution, _ x: [Argument], _ y: Argument) -> Product {
        let g = geometry(operation.geometry, x: x[0].type.shape, y: y.type.shape)
        let depth = g.cells * g.groupChannels
        return Product(
            left: g.isPointwise ? .dense : .patches(g), m: g.outputPositions, n: g.groupFilters,
            k: depth, batch: operation.geometry.groups, a: x[0].slice, rowA: g.channels,
            depthA: 1, batchA: g.groupChannels, b: x[1].slice, innerB: depth, outerStrideB: 0,
            innerStrideB: g.filters, columnB: 1, batchB: g.groupFilters, c: y.slice,
            rowC: g.filters, batchC: g.groupFilters, countC: y.type.count,
            bias: operation.hasBias ? x[2].slice : nil, batchBias: g.groupFilters,
            activation: operation.activation)
    }

    func inputGradientKernels(
        _ operation: ConvolutionInputGradient, dy: Argument, filter: Argument, dx: Argument,
        _ workspace: Workspace
    ) -> [KernelLaunch] {
        let g = geometry(operation.geometry, x: dx.type.shape, y: dy.type.shape)
        if isDepthwise(g, operation.geometry.groups) {
            return [
                laneKernel(
                    programs.window, "depthwise_input_gradient",
                    [dy.buffer, filter.buffer, dx.buffer], rows: g.inputPositions,
                    channels: g.channels, cost: g.cells, extra: [g.argument])
            ]
        }
        return productKernels(product(operation, dy: dy, filter: filter, dx: dx), workspace)
    }

    /// Its image's gradient. A(m, k): k = (cell, filter of the group). B(k, n) = filter[cell, n, filter].
    func product(
        _ operation: ConvolutionInputGradient, dy: Argument, filter: Argument, dx: Argument
    ) -> Product {
        let g = geometry(operation.geometry, x: dx.type.shape, y: dy.type.shape)
        return Product(
            left: g.isPointwise ? .dense : .pulled(g), m: g.inputPositions, n: g.groupChannels,
            k: g.cells * g.groupFilters, batch: operation.geometry.groups, a: dy.slice,
            rowA: g.filters, depthA: 1, batchA: g.groupFilters, b: filter.slice,
            innerB: g.groupFilters, outerStrideB: g.groupChannels * g.filters, innerStrideB: 1,
            columnB: g.filters, batchB: g.groupFilters, c: dx.slice, rowC: g.channels,
            batchC: g.groupChannels, countC: dx.type.count)
    }

    func filterGradientKernels(
        _ operation: ConvolutionFilterGradient, x: Argument, dy: Argument, dw: Argument,
        _ workspace: Workspace
    ) -> [KernelLaunch] {
        let g = geometry(operation.geometry, x: x.type.shape, y: dy.type.shape)
        guard g.outputPositions > 0 else { return [fill(dw, 0)] }
        if isDepthwise(g, operation.geometry.groups) {
            return depthwiseFilterGradient(g, x, dy, dw, workspace)
        }
        return productKernels(product(operation, x: x, dy: dy, dw: dw), workspace)
    }

    /// Its filter's gradient. A(m, k): m = (cell, channel of the group), k = output position. B = dy.
    func product(
        _ operation: ConvolutionFilterGradient, x: Argument, dy: Argument, dw: Argument
    ) -> Product {
        let g = geometry(operation.geometry, x: x.type.shape, y: dy.type.shape)
        return Product(
            left: g.isPointwise ? .dense : .patchesAcross(g), m: g.cells * g.groupChannels,
            n: g.groupFilters,
            k: g.outputPositions, batch: operation.geometry.groups, a: x.slice, rowA: 1,
            depthA: g.channels, batchA: g.groupChannels, b: dy.slice,
            innerB: g.outputPositions, outerStrideB: 0, innerStrideB: g.filters, columnB: 1,
            batchB: g.groupFilters, c: dw.slice, rowC: g.filters, batchC: g.groupFilters,
            countC: dw.type.count)
    }

    private func depthwiseFilterGradient(
        _ g: KernelWindow, _ x: Argument, _ dy: Argument, _ dw: Argument, _ workspace: Workspace
    ) -> [KernelLaunch] {
        let rows = g.batch * g.output.dropLast().reduce(1, *)
        let blocks = (g.filters + lanes - 1) / lanes
        let wanted = family == .cpu ? 16 : 1024
        let items = blocks * g.cells
        let parts = min(max((wanted + items - 1) / items, 1), rows)
        let part = (rows + parts - 1) / parts
        let pieces = (rows + part - 1) / part
        let partial = pieces > 1 ? workspace.floats(pieces * dw.type.count) : dw.slice
        let (global, local) = work.plane(blocks, g.cells, pieces)
        var launches = [
            KernelLaunch(
                program: programs.window, kernel: "depthwise_filter_gradient",
                arguments: [
                    x.buffer, dy.buffer, partial.floats, .ints([rows]), .ints([part]), g.argument,
                ], global: global, local: local, isCooperative: false)
        ]
        if pieces > 1 {
            launches.append(
                elements(
                    programs.small, "split_sum", [partial.floats, dw.buffer, dw.buffer],
                    dw.type.count, cost: pieces,
                    extra: [.ints([pieces]), .ints([1]), .ints([0]), .ints([0])]))
        }
        return launches
    }
}

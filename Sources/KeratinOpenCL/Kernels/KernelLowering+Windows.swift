import KeratinCore

/// Patches and pooling.
extension KernelLowering {
    func patches(
        _ window: Window, _ padding: Double, _ x: Argument, _ y: Argument
    ) -> KernelLaunch {
        let output = Array(y.type.shape.dimensions[1...window.rank])
        let geometry = KernelWindow(window, x: x.type.shape, output: output, filters: 1)
        return elements(
            programs.window, "patches", [x.buffer, y.buffer],
            geometry.outputPositions * geometry.cells, cost: geometry.channels,
            extra: [.float(Float(padding)), geometry.argument])
    }

    func foldPatches(
        _ window: Window, _ input: [Int], _ y: Argument, _ x: Argument
    ) -> KernelLaunch {
        let output = Array(y.type.shape.dimensions[1...window.rank])
        let geometry = KernelWindow(window, x: x.type.shape, output: output, filters: 1)
        return elements(
            programs.window, "fold_patches", [y.buffer, x.buffer], geometry.inputPositions,
            cost: geometry.channels * geometry.cells, extra: [geometry.argument])
    }

    func poolingKernels(_ pooling: Pooling, _ x: Argument, _ y: Argument) -> [KernelLaunch] {
        let output = Array(y.type.shape.dimensions[1...pooling.window.rank])
        let geometry = KernelWindow(pooling.window, x: x.type.shape, output: output, filters: 1)
        return [
            laneKernel(
                programs.window, pooling.name, [x.buffer, y.buffer],
                rows: geometry.outputPositions, channels: geometry.channels,
                cost: geometry.cells, extra: [geometry.argument])
        ]
    }

    func poolingGradientKernels(
        _ gradient: PoolingGradient, _ x: [Argument], _ dx: Argument
    ) -> [KernelLaunch] {
        let dy = x[x.count - 1].type.shape
        let output = Array(dy.dimensions[1...gradient.window.rank])
        let geometry = KernelWindow(
            gradient.window, x: gradient.input, output: output, filters: 1)
        if family == .gpu, gradient.kind == .maximum, geometry.hasWindowsApart {
            return [
                elements(
                    programs.window, "maximum_pooling_gradient_apart",
                    [x[0].buffer, x[2].buffer, dx.buffer], dy.count, extra: [geometry.argument])
            ]
        }
        return [
            laneKernel(
                programs.window, gradient.name, x.map(\.buffer) + [dx.buffer],
                rows: geometry.inputPositions, channels: geometry.channels,
                cost: geometry.cells, extra: [geometry.argument])
        ]
    }
}

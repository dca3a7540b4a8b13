import KeratinCore

/// A window's geometry as the struct that the kernels take, spatial rank raised to three.
struct WindowGeometry {
    let batch: Int
    let channels: Int
    let filters: Int
    let input: [Int]
    let output: [Int]
    let window: Window
    let groupChannels: Int
    let groupFilters: Int

    /// - Parameter x: the shape [N, s…, C].
    init(_ window: Window, x: Shape, output: [Int], filters: Int, groups: Int = 1) {
        batch = x[0]
        channels = x[x.rank - 1]
        self.filters = filters
        input = Array(x.dimensions[1..<(x.rank - 1)])
        self.output = output
        self.window = window
        groupChannels = channels / groups
        groupFilters = filters / groups
    }

    var inputPositions: Int { batch * input.reduce(1, *) }
    var outputPositions: Int { batch * output.reduce(1, *) }
    var cells: Int { window.count }

    /// Whether the window is one cell that visits every position: a plain matrix product.
    var isPointwise: Bool {
        window.sizes.allSatisfy { $0 == 1 } && window.strides.allSatisfy { $0 == 1 }
            && window.paddingLow.allSatisfy { $0 == 0 } && input == output
    }

    var argument: KernelArgument {
        func raised(_ values: [Int], _ filler: Int) -> [Int] {
            [Int](repeating: filler, count: 3 - values.count) + values
        }
        return .structure(
            "Geometry",
            [batch] + raised(input, 1) + [channels] + raised(output, 1) + [filters]
                + raised(window.sizes, 1) + raised(window.strides, 1)
                + raised(window.dilations, 1) + raised(window.paddingLow, 0)
                + [groupChannels, groupFilters])
    }
}

/// Patches and pooling.
extension KernelLowering {
    func patches(
        _ window: Window, _ padding: Double, _ x: Argument, _ y: Argument
    ) -> KernelLaunch {
        let output = Array(y.type.shape.dimensions[1...window.rank])
        let geometry = WindowGeometry(window, x: x.type.shape, output: output, filters: 1)
        return elements(
            programs.window, "patches", [x.buffer, y.buffer],
            geometry.outputPositions * geometry.cells, cost: geometry.channels,
            extra: [.float(Float(padding)), geometry.argument])
    }

    func foldPatches(
        _ window: Window, _ input: [Int], _ y: Argument, _ x: Argument
    ) -> KernelLaunch {
        let output = Array(y.type.shape.dimensions[1...window.rank])
        let geometry = WindowGeometry(window, x: x.type.shape, output: output, filters: 1)
        return elements(
            programs.window, "fold_patches", [y.buffer, x.buffer], geometry.inputPositions,
            cost: geometry.channels * geometry.cells, extra: [geometry.argument])
    }

    func poolingKernels(_ pooling: Pooling, _ x: Argument, _ y: Argument) -> [KernelLaunch] {
        let output = Array(y.type.shape.dimensions[1...pooling.window.rank])
        let geometry = WindowGeometry(pooling.window, x: x.type.shape, output: output, filters: 1)
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
        let geometry = WindowGeometry(
            gradient.window, x: gradient.input, output: output, filters: 1)
        return [
            laneKernel(
                programs.window, gradient.name, x.map(\.buffer) + [dx.buffer],
                rows: geometry.inputPositions, channels: geometry.channels,
                cost: geometry.cells, extra: [geometry.argument])
        ]
    }
}

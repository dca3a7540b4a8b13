import KeratinCore

/// A window's geometry as the struct that the kernels take, spatial rank raised to three.
struct KernelWindow {
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

    /// Whether no two windows share a position, and the first begins no later than its padding ends.
    var hasWindowsApart: Bool {
        (0..<window.rank).allSatisfy {
            window.sizes[$0] <= window.strides[$0] && window.dilations[$0] == 1
                && window.paddingLow[$0] < window.sizes[$0]
        }
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

import KeratinCore

/// Which input cell each cell of each window position reads.
struct WindowMap {
    let outputs: Int
    let inputs: Int
    let cells: Int
    /// [outputs, cells]: the flat spatial index of the input cell, nil in the padding.
    let sources: [Int?]

    init(_ window: Window, input: [Int], output: [Int]) {
        let inputShape = Shape(input)
        let outputShape = Shape(output)
        let cellShape = Shape(window.sizes)
        var sources = [Int?]()
        forEachIndex(outputShape) { _, position in
            forEachIndex(cellShape) { _, cell in
                let place = input.indices.map {
                    position[$0] * window.strides[$0] + cell[$0] * window.dilations[$0]
                        - window.paddingLow[$0]
                }
                let inside = place.indices.allSatisfy { place[$0] >= 0 && place[$0] < input[$0] }
                sources.append(inside ? offset(place, inputShape.strides) : nil)
            }
        }
        self.sources = sources
        outputs = outputShape.count
        inputs = inputShape.count
        cells = cellShape.count
    }

    func source(_ output: Int, _ cell: Int) -> Int? { sources[output * cells + cell] }
}

/// Patches, pooling and convolution by their definitions.
enum ReferenceWindow {
    static func map(_ window: Window, x: Shape, y: Shape) -> WindowMap {
        WindowMap(
            window, input: Array(x.dimensions[1...window.rank]),
            output: Array(y.dimensions[1...window.rank]))
    }

    static func patches(
        _ x: ReferenceTensor, _ window: Window, padding: Double, _ type: TensorType
    ) -> ReferenceTensor {
        let map = map(window, x: x.shape, y: type.shape)
        let channels = x.shape[window.rank + 1]
        var result = ReferenceTensor(type)
        for n in 0..<x.shape[0] {
            for o in 0..<map.outputs {
                for k in 0..<map.cells {
                    for c in 0..<channels {
                        let target = ((n * map.outputs + o) * map.cells + k) * channels + c
                        result.values[target] =
                            map.source(o, k).map { x.values[(n * map.inputs + $0) * channels + c] }
                            ?? padding
                    }
                }
            }
        }
        return result
    }

    static func foldPatches(_ x: ReferenceTensor, _ window: Window, _ type: TensorType)
        -> ReferenceTensor
    {
        let map = map(window, x: type.shape, y: x.shape)
        let channels = type.shape[window.rank + 1]
        var result = ReferenceTensor(type)
        for n in 0..<type.shape[0] {
            for o in 0..<map.outputs {
                for k in 0..<map.cells {
                    guard let target = map.source(o, k) else { continue }
                    for c in 0..<channels {
                        result.values[(n * map.inputs + target) * channels + c] +=
                            x.values[((n * map.outputs + o) * map.cells + k) * channels + c]
                    }
                }
            }
        }
        return result
    }

    // MARK: Convolution

    /// Calls `body(x place, filter place, y place)` for every product of a convolution.
    private static func forEachProduct(
        _ geometry: ConvolutionGeometry, x: Shape, filter: Shape, y: Shape,
        _ body: (Int, Int, Int) -> Void
    ) {
        let rank = geometry.window.rank
        let map = map(geometry.window, x: x, y: y)
        let (channels, filters) = (x[rank + 1], filter[rank + 1])
        let depth = channels / geometry.groups
        let groupFilters = filters / geometry.groups
        for n in 0..<x[0] {
            for o in 0..<map.outputs {
                for k in 0..<map.cells {
                    guard let source = map.source(o, k) else { continue }
                    for f in 0..<filters {
                        let group = f / groupFilters
                        for c in 0..<depth {
                            body(
                                (n * map.inputs + source) * channels + group * depth + c,
                                (k * depth + c) * filters + f,
                                (n * map.outputs + o) * filters + f)
                        }
                    }
                }
            }
        }
    }

    static func convolution(
        _ convolution: Convolution, _ inputs: [ReferenceTensor], _ type: TensorType
    ) -> ReferenceTensor {
        let (x, filter) = (inputs[0], inputs[1])
        var result = ReferenceTensor(type)
        forEachProduct(convolution.geometry, x: x.shape, filter: filter.shape, y: type.shape) {
            result.values[$2] += x.values[$0] * filter.values[$1]
        }
        let filters = type.shape[type.shape.rank - 1]
        for place in result.values.indices {
            let bias = convolution.hasBias ? inputs[2].values[place % filters] : 0
            result.values[place] = ReferenceElementwise.activation(
                convolution.activation, result.values[place] + bias)
        }
        return result
    }

    static func inputGradient(
        _ geometry: ConvolutionGeometry, dy: ReferenceTensor, filter: ReferenceTensor,
        _ type: TensorType
    ) -> ReferenceTensor {
        var result = ReferenceTensor(type)
        forEachProduct(geometry, x: type.shape, filter: filter.shape, y: dy.shape) {
            result.values[$0] += dy.values[$2] * filter.values[$1]
        }
        return result
    }

    static func filterGradient(
        _ geometry: ConvolutionGeometry, x: ReferenceTensor, dy: ReferenceTensor,
        _ type: TensorType
    ) -> ReferenceTensor {
        var result = ReferenceTensor(type)
        forEachProduct(geometry, x: x.shape, filter: type.shape, y: dy.shape) {
            result.values[$1] += dy.values[$2] * x.values[$0]
        }
        return result
    }

    // MARK: Pooling

    static func pooling(_ pooling: Pooling, _ x: ReferenceTensor, _ type: TensorType)
        -> ReferenceTensor
    {
        let map = map(pooling.window, x: x.shape, y: type.shape)
        let channels = x.shape[pooling.window.rank + 1]
        var result = ReferenceTensor(type)
        for place in 0..<type.count {
            let (row, c) = (place / channels, place % channels)
            let (n, o) = (row / map.outputs, row % map.outputs)
            let values = (0..<map.cells).compactMap { map.source(o, $0) }
                .map { x.values[(n * map.inputs + $0) * channels + c] }
            switch pooling.kind {
            case .average: result.values[place] = values.reduce(0, +) / Double(values.count)
            case .maximum:
                result.values[place] = values.reduce(Pooling.leastMaximum) { max($0, number($1)) }
            }
        }
        return result
    }

    /// What a maximum sees in place of NaN and −∞.
    private static func number(_ x: Double) -> Double {
        x > Pooling.leastMaximum ? x : Pooling.leastMaximum
    }

    static func poolingGradient(
        _ gradient: PoolingGradient, _ inputs: [ReferenceTensor], _ type: TensorType
    ) -> ReferenceTensor {
        let dy = inputs[inputs.count - 1]
        let map = map(gradient.window, x: type.shape, y: dy.shape)
        let channels = type.shape[gradient.window.rank + 1]
        var result = ReferenceTensor(type)
        for place in 0..<dy.values.count {
            let (row, c) = (place / channels, place % channels)
            let (n, o) = (row / map.outputs, row % map.outputs)
            let cells = (0..<map.cells).compactMap { map.source(o, $0) }
                .map { (n * map.inputs + $0) * channels + c }
            switch gradient.kind {
            case .average:
                for cell in cells {
                    result.values[cell] += dy.values[place] / Double(cells.count)
                }
            case .maximum:
                guard var best = cells.first else { continue }
                for cell in cells
                where number(inputs[0].values[cell]) > number(inputs[0].values[best]) {
                    best = cell
                }
                result.values[best] += dy.values[place]
            }
        }
        return result
    }
}

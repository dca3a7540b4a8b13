import KeratinCore

extension ConformanceFamily {
    /// A window over an input: (batch, spatial extents, sizes, strides, dilations, low, high).
    private struct Geometry {
        var batch: Int
        var input: [Int]
        var window: Window

        init(
            _ batch: Int, _ input: [Int], _ sizes: [Int], strides: [Int]? = nil,
            dilations: [Int]? = nil, low: [Int]? = nil, high: [Int]? = nil
        ) {
            let ones = sizes.map { _ in 1 }
            let zeros = sizes.map { _ in 0 }
            self.batch = batch
            self.input = input
            window = Window(
                sizes: sizes, strides: strides ?? ones, dilations: dilations ?? ones,
                paddingLow: low ?? zeros, paddingHigh: high ?? zeros)
        }

        func shape(_ channels: Int) -> Shape { Shape([batch] + input + [channels]) }

        var output: [Int] { (try? window.outputExtents(input: input)) ?? [] }

        func outputShape(_ channels: Int) -> Shape { Shape([batch] + output + [channels]) }
    }

    private static func geometries(_ tiny: Bool) -> [Geometry] {
        let few = [
            Geometry(1, [1, 1], [1, 1]), Geometry(2, [5, 4], [3, 2]),
            Geometry(1, [4, 5], [3, 3], low: [1, 1], high: [1, 1]),
            Geometry(1, [5, 5], [2, 2], strides: [2, 2], high: [1, 1]),
            Geometry(2, [7], [3], low: [2]),
            Geometry(0, [3, 3], [2, 2]), Geometry(1, [3, 2, 3], [2, 1, 2]),
        ]
        let many = [
            Geometry(2, [8, 8], [3, 3], low: [1, 1], high: [1, 1]),
            Geometry(1, [9, 7], [3, 3], strides: [2, 2], low: [1, 1], high: [1, 1]),
            Geometry(1, [6, 11], [2, 5], strides: [1, 3], low: [0, 2], high: [1, 2]),
            Geometry(2, [9, 10], [3, 2], dilations: [2, 3]),
            Geometry(1, [7, 9], [3, 3], dilations: [2, 2], low: [2, 2], high: [2, 2]),
            Geometry(
                1, [10, 10], [2, 3], strides: [3, 2], dilations: [3, 2], low: [1, 2], high: [2, 1]),
            Geometry(1, [5, 6], [1, 1]), Geometry(1, [5, 6], [1, 1], strides: [2, 3]),
            Geometry(3, [4, 4], [4, 4]), Geometry(1, [3, 33], [3, 1]),
            Geometry(1, [12, 12], [5, 5], low: [2, 2], high: [2, 2]),
            Geometry(2, [33], [5], strides: [2], low: [1], high: [3]),
            Geometry(1, [65], [4], dilations: [3]),
            Geometry(
                1, [4, 5, 3], [3, 2, 2], strides: [1, 2, 1], low: [1, 0, 1], high: [1, 1, 0]),
            Geometry(2, [3, 4, 4], [2, 2, 2], dilations: [1, 2, 1]),
            Geometry(1, [17, 17], [3, 3]),
            Geometry(1, [2, 2], [3, 3], low: [1, 1], high: [1, 1]),
        ]
        return tiny ? few : few + many
    }

    static func patchCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("patches")
        var cases = [ConformanceCase]()
        for (number, geometry) in geometries(tiny).enumerated() {
            for channels in tiny ? [3] : [1, 5, 16] {
                let padding: Double = [0, -.infinity, 1.5][number % 3]
                cases.append(
                    ConformanceCase(
                        .patches(geometry.window, padding: padding),
                        [draw.floats(geometry.shape(channels))], .exact))
                let cells = Shape(
                    [geometry.batch] + geometry.output + [geometry.window.count, channels])
                cases.append(
                    ConformanceCase(
                        .foldPatches(geometry.window, input: geometry.input), [draw.floats(cells)]))
            }
        }
        return cases
    }

    static func convolutionCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("convolution")
        var cases = [ConformanceCase]()
        // (channels, filters, groups): dense, one channel, grouped, depthwise with multiplier 1 and more.
        let few = [(1, 1, 1), (3, 5, 1), (4, 6, 2), (3, 3, 3)]
        let many = [
            (1, 8, 1), (8, 16, 1), (5, 33, 1), (16, 7, 1), (6, 9, 3), (5, 10, 5), (16, 16, 16),
            (17, 17, 17),
            (8, 8, 2), (2, 6, 2), (33, 1, 1),
        ]
        for (number, geometry) in geometries(tiny).enumerated() {
            let start = number * 3
            let channels = tiny ? few : few + (0..<4).map { many[(start + $0) % many.count] }
            for (position, sizes) in channels.enumerated() {
                cases += convolutions(geometry, sizes, number + position, &draw)
            }
        }
        if !tiny {
            let large = [
                Geometry(4, [14, 13], [3, 3], low: [1, 1], high: [1, 1]),
                Geometry(3, [28, 28], [3, 3]),
                Geometry(2, [16, 16], [3, 3], strides: [2, 2], high: [1, 1]),
                Geometry(2, [15, 15], [5, 5], low: [2, 2], high: [2, 2]),
                Geometry(5, [9, 9], [1, 1]),
            ]
            for (number, geometry) in large.enumerated() {
                for sizes in [(16, 32, 1), (1, 32, 1), (32, 17, 1), (32, 32, 32), (12, 24, 4)] {
                    cases += convolutions(geometry, sizes, number, &draw)
                }
            }
        }
        for activation in FusedActivation.allCases {
            let geometry = Geometry(1, [6, 6], [3, 3], low: [1, 1], high: [1, 1])
            var x = draw.floats(geometry.shape(3))
            x.values[20] = .nan
            x.values[70] = .infinity
            cases.append(
                ConformanceCase(
                    Convolution(
                        ConvolutionGeometry(window: geometry.window), hasBias: true,
                        activation: activation),
                    [x, draw.floats([3, 3, 3, 18]), draw.floats([18])]))
        }
        return cases
    }

    private static func convolutions(
        _ geometry: Geometry, _ sizes: (channels: Int, filters: Int, groups: Int), _ number: Int,
        _ draw: inout Draw
    ) -> [ConformanceCase] {
        let shape = ConvolutionGeometry(window: geometry.window, groups: sizes.groups)
        let filterShape = Shape(
            geometry.window.sizes + [sizes.channels / sizes.groups, sizes.filters])
        let x = draw.floats(geometry.shape(sizes.channels))
        let filter = draw.floats(filterShape)
        let dy = draw.floats(geometry.outputShape(sizes.filters))
        let activation = FusedActivation.allCases[number % 4]
        return [
            ConformanceCase(Convolution(shape), [x, filter]),
            ConformanceCase(
                Convolution(shape, hasBias: true, activation: activation),
                [x, filter, draw.floats([sizes.filters])]),
            ConformanceCase(ConvolutionInputGradient(shape, input: x.shape), [dy, filter]),
            ConformanceCase(ConvolutionFilterGradient(shape, filter: filterShape), [x, dy]),
        ]
    }

    /// Windows of which many have NaN and infinities, some nothing else.
    private static func sparseWindowCases(_ tiny: Bool, _ draw: inout Draw) -> [ConformanceCase] {
        var cases = [ConformanceCase]()
        for geometry in [
            Geometry(1, [6, 7], [2, 3], low: [0, 1], high: [1, 1]),
            Geometry(2, [9], [3], strides: [2], high: [1]),
            Geometry(1, [4, 5, 4], [2, 2, 2], strides: [2, 1, 2]),
        ] {
            for channels in tiny ? [3] : [1, 16, 19] {
                var x = draw.quarters(geometry.shape(channels))
                for place in x.values.indices where draw.integer(0...9) < 7 {
                    x.values[place] = draw.pick([.nan, .nan, -.infinity, -3.4e38, .infinity])
                }
                let pooling = Pooling(.maximum, geometry.window)
                cases.append(ConformanceCase(pooling, [x]))
                guard let y = try? ReferenceEvaluator.evaluate(.fused(pooling), [x])[0] else {
                    continue
                }
                cases.append(
                    ConformanceCase(
                        PoolingGradient(.maximum, geometry.window, input: x.shape),
                        [x, y, draw.floats(y.shape)]))
            }
        }
        return cases
    }

    static func poolingCases(_ tiny: Bool) -> [ConformanceCase] {
        var draw = Draw("pooling")
        var cases = [ConformanceCase]()
        let extra = [
            Geometry(2, [8, 8], [2, 2], strides: [2, 2]),
            Geometry(1, [9, 9], [3, 3], strides: [2, 2]),
            Geometry(1, [7, 7], [2, 2], strides: [2, 2], high: [1, 1]),
            Geometry(1, [6, 6], [6, 6]),
            Geometry(2, [13, 12], [3, 2], strides: [3, 2]),
        ]
        for geometry in geometries(tiny) + (tiny ? [] : extra) {
            for channels in tiny ? [3] : [1, 5, 16, 33] {
                let dy = draw.floats(geometry.outputShape(channels))
                for kind in [Pooling.Kind.maximum, .average] {
                    // Quarters repeat, so that the first maximum matters.
                    let x = draw.quarters(geometry.shape(channels))
                    let pooling = Pooling(kind, geometry.window)
                    cases.append(ConformanceCase(pooling, [x]))
                    let gradient = PoolingGradient(kind, geometry.window, input: x.shape)
                    guard kind == .maximum else {
                        cases.append(ConformanceCase(gradient, [dy]))
                        continue
                    }
                    guard let y = try? ReferenceEvaluator.evaluate(.fused(pooling), [x])[0] else {
                        continue
                    }
                    cases.append(ConformanceCase(gradient, [x, y, dy]))
                }
            }
        }
        for kind in [Pooling.Kind.maximum, .average] {
            let geometry = Geometry(1, [6, 7], [2, 3], low: [0, 1], high: [1, 1])
            var x = draw.floats(geometry.shape(18))
            x.values[40] = .nan
            x.values[200] = .infinity
            x.values[400] = -.infinity
            cases.append(ConformanceCase(Pooling(kind, geometry.window), [x]))
        }
        cases += sparseWindowCases(tiny, &draw)
        return cases
    }
}

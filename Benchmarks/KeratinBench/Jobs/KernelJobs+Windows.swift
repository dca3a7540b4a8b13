import Keratin
import KeratinCore

/// Convolutions and pooling of the nets that pictures are told apart with.
extension KernelJobs {
    /// A layer of a net: height and width, channels, window, filters, stride; depthwise if there are as many groups as channels.
    struct Layer {
        let net: String
        let size: Int
        let channels: Int
        let window: Int
        let filters: Int
        var stride = 1
        var isDepthwise = false
        /// Pictures of a batch.
        var batch = 8
    }

    /// Each kind of layer once: the first, the large and early, the small and deep.
    static let layers = [
        Layer(net: "resnet50", size: 224, channels: 3, window: 7, filters: 64, stride: 2),
        Layer(net: "resnet50", size: 56, channels: 64, window: 1, filters: 256),
        Layer(net: "resnet50", size: 56, channels: 64, window: 3, filters: 64),
        Layer(net: "resnet50", size: 56, channels: 256, window: 1, filters: 512, stride: 2),
        Layer(net: "resnet50", size: 28, channels: 128, window: 3, filters: 128),
        Layer(net: "resnet50", size: 14, channels: 256, window: 3, filters: 256),
        Layer(net: "resnet50", size: 14, channels: 1024, window: 1, filters: 256),
        Layer(net: "resnet50", size: 7, channels: 512, window: 3, filters: 512),
        Layer(net: "vgg16", size: 224, channels: 3, window: 3, filters: 64, batch: 1),
        Layer(net: "vgg16", size: 224, channels: 64, window: 3, filters: 64, batch: 1),
        Layer(net: "vgg16", size: 56, channels: 256, window: 3, filters: 256, batch: 1),
        Layer(net: "vgg16", size: 14, channels: 512, window: 3, filters: 512, batch: 1),
        Layer(net: "mobilenetv2", size: 224, channels: 3, window: 3, filters: 32, stride: 2),
        Layer(net: "mobilenetv2", size: 112, channels: 16, window: 1, filters: 96),
        Layer(net: "mobilenetv2", size: 56, channels: 144, window: 1, filters: 24),
        Layer(net: "mobilenetv2", size: 14, channels: 96, window: 1, filters: 576),
        Layer(net: "mobilenetv2", size: 7, channels: 320, window: 1, filters: 1280),
        Layer(
            net: "mobilenetv2", size: 112, channels: 96, window: 3, filters: 96, stride: 2,
            isDepthwise: true),
        Layer(
            net: "mobilenetv2", size: 56, channels: 144, window: 3, filters: 144,
            isDepthwise: true),
        Layer(
            net: "mobilenetv2", size: 14, channels: 576, window: 3, filters: 576,
            isDepthwise: true),
        Layer(net: "mnist-cnn", size: 28, channels: 1, window: 3, filters: 32, batch: 128),
        Layer(net: "mnist-cnn", size: 26, channels: 32, window: 3, filters: 64, batch: 128),
    ]

    static func convolutions(_ tiny: Bool) throws -> [Job] {
        try layers.flatMap { try convolutions($0, tiny) }
    }

    /// Forward and both gradients.
    private static func convolutions(_ layer: Layer, _ tiny: Bool) throws -> [Job] {
        let size = tiny ? 6 : layer.size
        let channels = tiny ? min(layer.channels, 4) : layer.channels
        let filters = layer.isDepthwise ? channels : tiny ? 5 : layer.filters
        let groups = layer.isDepthwise ? channels : 1
        let window = Window(
            sizes: [layer.window, layer.window], strides: [layer.stride, layer.stride],
            padding: .same, input: [size, size])
        let geometry = ConvolutionGeometry(window: window, groups: groups)
        let x = TensorType([tiny ? 1 : layer.batch, size, size, channels])
        let filter = TensorType([layer.window, layer.window, channels / groups, filters])
        let forward = Operation.fused(Convolution(geometry))
        let y = try forward.resultTypes([x, filter])[0]
        let family = layer.isDepthwise ? "depthwise" : "convolution"
        let stride = layer.stride > 1 ? "-stride\(layer.stride)" : ""
        let name =
            "\(family)/\(layer.net)/\(layer.size)x\(layer.channels)-\(layer.window)x\(layer.window)x\(layer.filters)\(stride)"
        return [
            try job("\(name)/forward", family, forward, [x, filter]),
            try job(
                "\(name)/input-gradient", family,
                .fused(ConvolutionInputGradient(geometry, input: x.shape)), [y, filter]),
            try job(
                "\(name)/filter-gradient", family,
                .fused(ConvolutionFilterGradient(geometry, filter: filter.shape)), [x, y]),
        ]
    }

    /// Pooling and its gradients.
    static func windows(_ tiny: Bool) throws -> [Job] {
        var jobs = [Job]()
        for (net, size, channels, cells, stride, batch) in [
            ("resnet50", 112, 64, 3, 2, 8), ("vgg16", 224, 64, 2, 2, 1),
            ("mnist-cnn", 24, 64, 2, 2, 128),
        ] {
            let name = "\(net)/\(size)x\(channels)-\(cells)x\(cells)"
            let (size, channels, batch) = tiny ? (6, 3, 1) : (size, channels, batch)
            let window = Window(
                sizes: [cells, cells], strides: [stride, stride], padding: .valid,
                input: [size, size])
            let x = TensorType([batch, size, size, channels])
            let largest = Operation.fused(Pooling(.maximum, window))
            let mean = Operation.fused(Pooling(.average, window))
            let y = try largest.resultTypes([x])[0]
            jobs += [
                try job("max-pooling/\(name)/forward", "pooling", largest, [x]),
                try job(
                    "max-pooling/\(name)/gradient", "pooling",
                    .fused(PoolingGradient(.maximum, window, input: x.shape)), [x, y, y],
                    after: Before(
                        operation: largest, inputs: [x], results: [(1, 0)], shared: [(0, 0)])),
                try job("average-pooling/\(name)/forward", "pooling", mean, [x]),
                try job(
                    "average-pooling/\(name)/gradient", "pooling",
                    .fused(PoolingGradient(.average, window, input: x.shape)), [y]),
            ]
        }
        return jobs
    }
}

import KeratinCore
import KeratinLayers
import KeratinTensor

/// Cells found by a search, for small machines (Zoph et al., 2018). Pictures of 224×224; preprocessing `tf`.
public final class NASNetMobile: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .tf }
    override class var architecture: Architecture {
        var net = NASNet(
            penultimateWidth: 1056, cellCount: 4, stemWidth: 32, skipsReduction: false
        ).architecture(
            "nasnet_mobile", "NASNet-mobile", size: 224,
            ("020fb642bf7360b370c678b08e0adf61", "1ed92395b5b598bdda52abe5c0dbfd63"))
        net.hasDefaultExtents = true
        return net
    }
}

/// Cells found by a search (Zoph et al., 2018). Pictures of 331×331; preprocessing `tf`.
public final class NASNetLarge: StandardNet {
    override class var preprocessing: ImageNet.Preprocessing? { .tf }
    override class var architecture: Architecture {
        NASNet(
            penultimateWidth: 4032, cellCount: 6, stemWidth: 96, skipsReduction: true
        ).architecture(
            "nasnet_large", "NASNet-large", size: 331,
            ("11577c9a518f0070763c2b964a382f17", "d81d89dc07e6e56530c4e77faddd61b5"))
    }
}

/// NASNet-A: cells that are repeated, each made of the results of the two before it.
private struct NASNet {
    let penultimateWidth: Int
    let cellCount: Int
    let stemWidth: Int
    /// Whether what comes before a reduction goes past it.
    let skipsReduction: Bool

    func architecture(
        _ name: String, _ file: String, size: Int, _ hashes: (String, String)
    ) -> Architecture {
        var net = Architecture(
            name: name, defaultSize: size,
            weights: { arguments, _ in
                arguments.includeTop
                    ? WeightsFile(
                        "\(file).h5", in: "nasnet", localName: "\(name).h5", hash: hashes.0)
                    : WeightsFile(
                        "\(file)-no-top.h5", in: "nasnet", localName: "\(name)_no_top.h5",
                        hash: hashes.1)
            }, features: { x, _ in features(x) })
        net.classifier = { x, arguments in
            Dense(
                arguments.classes, activation: arguments.classifierActivation, name: "predictions"
            )(GlobalAveragePooling2D()(x))
        }
        return net
    }

    private func features(_ input: Tensor) -> Tensor {
        let width = penultimateWidth / 24
        var x = convolved(
            input, stemWidth, 3, strides: 2, initializer: .heNormal, name: "stem_conv1")
        x = normalization(x, "stem_bn1")
        var before: Tensor?
        (x, before) = reduction(x, before, width / 4, "stem_1")
        (x, before) = reduction(x, before, width / 2, "stem_2")
        for stage in 0..<3 {
            let wide = width << stage
            if stage > 0 {
                let (reduced, input) = reduction(x, before, wide, "reduce_\(stage * cellCount)")
                x = reduced
                if !skipsReduction { before = input }
            }
            for index in 0..<cellCount {
                // The reductions count among the numbers.
                (x, before) = normal(
                    x, before, wide, "\(stage * cellCount + index + min(stage, 1))")
            }
        }
        return activated(x)
    }

    private func normalization(_ x: Tensor, _ name: String) -> Tensor {
        normalized(x, axis: -1, momentum: 0.9997, name: name)
    }

    private func projected(_ x: Tensor, _ width: Int, _ name: String) -> Tensor {
        convolved(x, width, 1, padding: .same, initializer: .heNormal, name: name)
    }

    private func sum(_ a: Tensor, _ b: Tensor, _ name: String? = nil) -> Tensor {
        Add(name: name)([a, b])
    }

    private func averaged(_ x: Tensor, strides: Int = 1, _ name: String) -> Tensor {
        AveragePooling2D(3, strides: strides, padding: strides == 1 ? .same : .valid, name: name)(x)
    }

    private func largest(_ x: Tensor, _ name: String) -> Tensor {
        MaxPooling2D(3, strides: 2, name: name)(x)
    }

    /// Two separable convolutions, each normalized.
    private func separable(
        _ input: Tensor, _ width: Int, _ kernel: Int, strides: Int = 1, _ name: String
    ) -> Tensor {
        var x = activated(input)
        if strides == 2 {
            x = paddedForStrides(x, kernel: kernel, name: "separable_conv_1_pad_\(name)")
        }
        x = SeparableConv2D(
            width, kernel, strides: strides, padding: strides == 2 ? .valid : .same, useBias: false,
            name: "separable_conv_1_\(name)")(x)
        x = activated(normalization(x, "separable_conv_1_bn_\(name)"))
        x = SeparableConv2D(
            width, kernel, padding: .same, useBias: false, name: "separable_conv_2_\(name)")(x)
        return normalization(x, "separable_conv_2_bn_\(name)")
    }

    /// Brings the result of the cell before the last one to the places and the width of the present cell.
    private func adjusted(
        _ before: Tensor?, to input: Tensor, _ width: Int, _ name: String
    ) -> Tensor {
        guard let before else { return input }
        if symbolicExtents(before)[2] != symbolicExtents(input)[2] {
            let x = activated(before, name: "adjust_relu_1_\(name)")
            func half(_ x: Tensor, _ number: Int) -> Tensor {
                let pooled = AveragePooling2D(
                    1, strides: 2, name: "adjust_avg_pool_\(number)_\(name)")(x)
                return projected(pooled, width / 2, "adjust_conv_\(number)_\(name)")
            }
            let even = half(x, 1)
            // The places between, moved by one.
            let shifted = Cropping2D(cropping: [[1, 0], [1, 0]])(
                padded(x, rows: (0, 1), columns: (0, 1)))
            let both = Concatenate(axis: -1)([even, half(shifted, 2)])
            return normalization(both, "adjust_bn_\(name)")
        }
        guard channels(before) != width else { return before }
        let x = projected(activated(before), width, "adjust_conv_projection_\(name)")
        return normalization(x, "adjust_bn_\(name)")
    }

    private func normal(
        _ input: Tensor, _ before: Tensor?, _ width: Int, _ name: String
    ) -> (Tensor, Tensor?) {
        let p = adjusted(before, to: input, width, name)
        var h = projected(activated(input), width, "normal_conv_1_\(name)")
        h = normalization(h, "normal_bn_1_\(name)")
        let first = sum(
            separable(h, width, 5, "normal_left1_\(name)"),
            separable(p, width, 3, "normal_right1_\(name)"), "normal_add_1_\(name)")
        let second = sum(
            separable(p, width, 5, "normal_left2_\(name)"),
            separable(p, width, 3, "normal_right2_\(name)"), "normal_add_2_\(name)")
        let third = sum(averaged(h, "normal_left3_\(name)"), p, "normal_add_3_\(name)")
        let fourth = sum(
            averaged(p, "normal_left4_\(name)"), averaged(p, "normal_right4_\(name)"),
            "normal_add_4_\(name)")
        let fifth = sum(
            separable(h, width, 3, "normal_left5_\(name)"), h, "normal_add_5_\(name)")
        let x = Concatenate(axis: -1, name: "normal_concat_\(name)")(
            [p, first, second, third, fourth, fifth])
        return (x, input)
    }

    private func reduction(
        _ input: Tensor, _ before: Tensor?, _ width: Int, _ name: String
    ) -> (Tensor, Tensor?) {
        let p = adjusted(before, to: input, width, name)
        var h = projected(activated(input), width, "reduction_conv_1_\(name)")
        h = normalization(h, "reduction_bn_1_\(name)")
        let framed = paddedForStrides(h, kernel: 3, name: "reduction_pad_1_\(name)")
        let first = sum(
            separable(h, width, 5, strides: 2, "reduction_left1_\(name)"),
            separable(p, width, 7, strides: 2, "reduction_right1_\(name)"),
            "reduction_add_1_\(name)")
        let second = sum(
            largest(framed, "reduction_left2_\(name)"),
            separable(p, width, 7, strides: 2, "reduction_right2_\(name)"),
            "reduction_add_2_\(name)")
        let third = sum(
            averaged(framed, strides: 2, "reduction_left3_\(name)"),
            separable(p, width, 5, strides: 2, "reduction_right3_\(name)"),
            "reduction_add3_\(name)")
        let fourth = sum(second, averaged(first, "reduction_left4_\(name)"))
        let fifth = sum(
            separable(first, width, 3, "reduction_left4_\(name)"),
            largest(framed, "reduction_right5_\(name)"), "reduction_add4_\(name)")
        let x = Concatenate(axis: -1, name: "reduction_concat_\(name)")(
            [second, third, fourth, fifth])
        return (x, input)
    }
}

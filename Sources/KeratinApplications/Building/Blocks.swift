import KeratinCore
import KeratinLayers
import KeratinTensor

// The pieces that nets of pictures are made of. Channels are last.

/// A convolution without a bias, as they stand before a normalization.
func convolved(
    _ x: Tensor, _ filters: Int, _ kernel: any AxisConvertible, strides: Int = 1,
    padding: Window.Padding = .valid, useBias: Bool = false, groups: Int = 1,
    initializer: Initializer = .glorotUniform, name: String? = nil
) -> Tensor {
    Conv2D(
        filters, kernel, strides: strides, padding: padding, groups: groups, useBias: useBias,
        kernelInitializer: initializer, name: name)(x)
}

/// A convolution of each channel by itself, without a bias.
func depthwise(
    _ x: Tensor, _ kernel: Int, strides: Int, padding: Window.Padding, depthMultiplier: Int = 1,
    initializer: Initializer = .glorotUniform, name: String
) -> Tensor {
    DepthwiseConv2D(
        kernel, strides: strides, padding: padding, depthMultiplier: depthMultiplier,
        useBias: false, depthwiseInitializer: initializer, name: name)(x)
}

/// Batch normalization over the channels.
/// - Parameter axis: the same axis by its number or from the end, as files have it.
func normalized(
    _ x: Tensor, axis: Int = 3, momentum: Double = 0.99, epsilon: Double = 1e-3,
    scale: Bool = true, name: String? = nil
) -> Tensor {
    BatchNormalization(
        axis: axis, momentum: momentum, epsilon: epsilon, scale: scale, name: name)(x)
}

/// An activation.
func activated(_ x: Tensor, _ function: ActivationFunction = .relu, name: String? = nil) -> Tensor {
    Activation(function, name: name)(x)
}

/// A frame of zeros.
func padded(
    _ x: Tensor, rows: (Int, Int), columns: (Int, Int), name: String? = nil
) -> Tensor {
    ZeroPadding2D(
        padding: [
            [Borders(rows.0), Borders(rows.1)], [Borders(columns.0), Borders(columns.1)],
        ], name: name)(x)
}

/// A frame of the same width on all sides.
func padded(_ x: Tensor, _ width: Int, name: String? = nil) -> Tensor {
    padded(x, rows: (width, width), columns: (width, width), name: name)
}

/// The frame of zeros with which a convolution of strides 2 takes the places that TensorFlow's padding `same` takes.
func paddedForStrides(_ x: Tensor, kernel: Int, name: String? = nil) -> Tensor {
    func sides(_ extent: Int?) -> (Int, Int) {
        let half = kernel / 2
        return (half - (extent.map { 1 - $0 % 2 } ?? 1), half)
    }
    let extents = symbolicExtents(x)
    return padded(x, rows: sides(extents[1]), columns: sides(extents[2]), name: name)
}

/// The extents of a symbolic tensor; nil for those that vary.
func symbolicExtents(_ x: Tensor) -> [Int?] { SymbolicType(of: x).extents }

/// The number of channels, 0 if it is not known.
func channels(_ x: Tensor) -> Int { (symbolicExtents(x).last ?? nil) ?? 0 }

/// A number of channels times a factor, rounded to a multiple of 8 that is not much less.
func multiple(_ channels: Double, of divisor: Int = 8) -> Int {
    let rounded = max(divisor, Int(channels + Double(divisor) / 2) / divisor * divisor)
    return Double(rounded) < 0.9 * channels ? rounded + divisor : rounded
}

import KeratinCore
import KeratinLayers

/// What the arrays of an old file become in Keras 3, layer by layer.
///
/// Sources: `preprocess_weights_for_loading` in keras/engine/saving.py of 2.2.4 and in keras/saving/legacy/hdf5_format.py of
/// tf.keras 2.15; the shapes of weights in keras/layers/*.py of 1.0.8 and 1.2.2.
struct LegacyConversion {
    let era: KerasEra
    let isOfTheano: Bool

    /// The gates of a recurrent cell with several; nil for other layers.
    static func gateCount(_ layer: Layer) -> Int? {
        switch layer {
        case is LSTMCell: 4
        case is GRUCell: 3
        case _ where layer.className == "ConvLSTMCell": 4
        default: nil
        }
    }

    /// A leaf's weights in the order of its variables. What cannot be converted stays as it is, and does not fit then.
    func converted(_ leaf: LegacyLayout.Leaf, _ arrays: [RawArray]) -> [RawArray] {
        let shapes = leaf.variables.map { $0.shape.dimensions }
        var arrays = arrays
        if leaf.layer is Highway {
            // Keras 1.2 lists kernels before biases, earlier versions each bias behind its kernel.
            arrays = arrays.filter { $0.shape.count > 1 } + arrays.filter { $0.shape.count <= 1 }
        }
        if arrays.count > shapes.count, let gates = Self.gateCount(leaf.layer) {
            arrays = joined(arrays, gates, shapes)
        }
        if leaf.layer is LSTMCell || leaf.layer is GRUCell {
            arrays = fromCuDNN(arrays, shapes, Self.gateCount(leaf.layer) ?? 1)
        }
        for (index, shape) in shapes.enumerated() where index < arrays.count {
            arrays[index] = kernel(arrays[index], shape, leaf)
        }
        return arrays
    }

    // MARK: Recurrent layers

    /// One array for all gates, from three for each. Keras 1 lists the gates of an LSTM as i, c, f, o, later ones as i, f, c, o.
    /// - Parameter shapes: of the joined arrays.
    private func joined(_ arrays: [RawArray], _ gates: Int, _ shapes: [[Int]]) -> [RawArray] {
        guard arrays.count == gates * 3 else { return arrays }
        let order = gates == 4 ? [0, 2, 1, 3] : [0, 1, 2]
        return (0..<min(3, shapes.count)).map { kind in
            var shape = shapes[kind]
            shape[shape.count - 1] /= gates
            let parts = order.map { gate -> RawArray in
                let part = arrays[gate * 3 + kind]
                // Kernels of convolutions in Theano's order: [filters, inputs, height, width].
                let turned = [2, 3, 1, 0]
                guard shape.count == 4, part.shape.count == 4, part.shape != shape,
                    turned.map({ part.shape[$0] }) == shape
                else { return part }
                return part.transposed(turned)
            }
            return RawArray.joined(parts) ?? parts[0]
        }
    }

    /// Weights of NVIDIA's kernels: each gate's kernels stand on their sides, and there are two biases.
    private func fromCuDNN(
        _ arrays: [RawArray], _ shapes: [[Int]], _ gates: Int
    ) -> [RawArray] {
        guard arrays.count == 3, shapes.count == 3, arrays[2].shape.count == 1 else {
            return arrays
        }
        let units = shapes[1][0]
        guard arrays[2].shape[0] == 2 * gates * units, arrays[0].shape == shapes[0],
            arrays[1].shape == shapes[1]
        else { return arrays }
        let kernel = arrays[0].blocks(gates) { floats, rows, columns in
            // The block's transpose, read in the order of columns (Fortran): element (i, j) is element number
            // i + j·rows of the transpose laid out by columns.
            (0..<(rows * columns)).map { place in
                let (row, column) = (place / columns, place % columns)
                let number = row + column * rows
                return floats[number]
            }
        }
        let recurrent = arrays[1].blocks(gates) { floats, rows, columns in
            (0..<(rows * columns)).map { place in
                let (row, column) = (place / columns, place % columns)
                return floats[column * columns + row]
            }
        }
        let bias = arrays[2].floats
        let half = gates * units
        let joined =
            gates == 4
            ? RawArray((0..<half).map { bias[$0] + bias[$0 + half] }, shape: [half])
            : RawArray(bias, shape: [2, half])
        return [kernel, recurrent, joined]
    }

    // MARK: Kernels

    private func kernel(
        _ array: RawArray, _ shape: [Int], _ leaf: LegacyLayout.Leaf
    ) -> RawArray {
        let layer = leaf.layer
        let rank = shape.count
        var array = array
        if layer is Dense {
            // MaxoutDense: [features, inputs, units], and biases [features, units].
            if rank == 2, array.shape.count == 3 { array = array.transposed([1, 0, 2]) }
            return array.shape.count == rank + 1 && array.count == shape.reduce(1, *)
                ? array.reshaped(shape) : array
        }
        let isConvolution =
            layer is Conv1D || layer is Conv2D || layer is Conv3D || layer is Conv2DTranspose
            || layer.className == "ConvLSTMCell"
        guard isConvolution, rank >= 3 else {
            return separable(array, shape, layer)
        }
        if era <= .keras1 { array = fromKeras1(array, shape, layer) }
        if isOfTheano, array.shape.count == rank {
            array = array.reversed(axes: Array(0..<(rank - 2)))
        }
        // As Keras 2 turns it as a last resort.
        if era <= .keras2, array.shape != shape, rank == 4, array.shape.count == 4,
            [3, 2, 0, 1].map({ array.shape[$0] }) == shape
        {
            array = array.transposed([3, 2, 0, 1])
        }
        return array
    }

    private func fromKeras1(_ array: RawArray, _ shape: [Int], _ layer: Layer) -> RawArray {
        let isFirst = layer.isChannelsFirst
        func fits(_ order: [Int]) -> Bool {
            array.shape.count == order.count && order.map { array.shape[$0] } == shape
        }
        switch layer {
        case is Conv1D:
            // Four axes: [length, 1, inputs, filters], or [filters, inputs, length, 1].
            guard array.shape.count == 4 else { return array }
            if array.shape[0] == shape[0], array.shape[1] == 1, array.shape[3] == shape[2] {
                return array.reshaped(shape)
            }
            guard array.shape[3] == 1, array.shape[0] == shape[2] else { return array }
            return array.transposed([2, 3, 1, 0]).reshaped(shape)
        case is Conv2DTranspose:
            // TensorFlow's order: [height, width, inputs, filters]; Theano's: [filters, inputs, height, width].
            let orders = [[2, 3, 0, 1], [0, 1, 3, 2]]
            let order = (isFirst ? orders : orders.reversed()).first(where: fits)
            return order.map { array.transposed($0) } ?? array
        case is Conv3D:
            let order = [2, 3, 4, 1, 0]
            return fits(order) && (isFirst || array.shape != shape)
                ? array.transposed(order) : array
        default:
            let order = [2, 3, 1, 0]
            return fits(order) && (isFirst || array.shape != shape)
                ? array.transposed(order) : array
        }
    }

    /// Kernels of separable convolutions in the order of `dim_ordering` "th": [multiplier, inputs, height, width] and
    /// [filters, inputs·multiplier, 1, 1].
    private func separable(_ array: RawArray, _ shape: [Int], _ layer: Layer) -> RawArray {
        guard era <= .keras1, layer is SeparableConv2D, shape.count == 4 else { return array }
        let order = [2, 3, 1, 0]
        guard order.map({ array.shape.count == 4 ? array.shape[$0] : -1 }) == shape,
            layer.isChannelsFirst || array.shape != shape
        else { return array }
        return array.transposed(order)
    }
}

extension Layer {
    /// Whether the layer's channels come before its other axes.
    fileprivate var isChannelsFirst: Bool {
        (try? getConfig())?["data_format"] == "channels_first"
    }
}

import KeratinCore

extension Window {
    /// Of the window of a transposed convolution over inputs of some extents: the window over the result whose convolution gives the
    /// input's extents, and the result's spatial extents.
    func transposed(
        _ padding: Padding, outputPadding: [Int]?, input: [Int]
    ) throws -> (window: Window, output: [Int]) {
        var window = self
        var output = [Int]()
        for axis in input.indices {
            let stride = strides[axis]
            let extent = (sizes[axis] - 1) * dilations[axis] + 1
            let reach = (input[axis] - 1) * stride
            let length: Int
            switch (padding, outputPadding?[axis]) {
            case (.same, let extra?): length = reach + extent % 2 + extra
            case (.same, nil): length = input[axis] * stride
            case (_, let extra?): length = reach + extent + extra
            case (_, nil): length = reach + max(extent, stride)
            }
            guard length > 0 else {
                throw KeratinError(
                    .shapeMismatch, "the result would be empty along spatial axis \(axis)")
            }
            // What the kernels reach beyond the result is cut off, half of it before the first cell.
            let excess = max(reach + extent - length, 0)
            window.paddingLow[axis] = padding == .same ? excess / 2 : 0
            window.paddingHigh[axis] = excess - window.paddingLow[axis]
            output.append(length)
        }
        return (window, output)
    }
}

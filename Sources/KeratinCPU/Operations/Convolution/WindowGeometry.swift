import KeratinCore

/// A sliding window with all numbers at hand, always in three spatial axes: missing leading axes
/// have extent 1. Reading it while a launch runs touches no array.
struct WindowGeometry {
    struct Axis {
        var input: Int
        var output: Int
        var size: Int
        var stride: Int
        var dilation: Int
        var low: Int
        var high: Int

        /// The input coordinate of a window cell, nil in the padding.
        @inline(__always)
        func input(_ output: Int, _ cell: Int) -> Int? {
            let position = output * stride + cell * dilation - low
            return position >= 0 && position < input ? position : nil
        }
    }

    var batch: Int
    var z: Axis
    var y: Axis
    var x: Axis
    var channels: Int

    var taps: Int { z.size * y.size * x.size }
    var inputPixels: Int { z.input * y.input * x.input }
    var outputPixels: Int { z.output * y.output * x.output }

    /// - Parameters:
    ///   - input: Shape [N, s…, C].
    ///   - output: Spatial extents of the result.
    init(_ window: Window, input: Shape, output: [Int]) {
        batch = input[0]
        channels = input[input.rank - 1]
        var axes = (0..<window.rank).map { axis in
            Axis(
                input: input[axis + 1], output: output[axis], size: window.sizes[axis],
                stride: window.strides[axis], dilation: window.dilations[axis],
                low: window.paddingLow[axis], high: window.paddingHigh[axis])
        }
        while axes.count < 3 {
            axes.insert(
                Axis(input: 1, output: 1, size: 1, stride: 1, dilation: 1, low: 0, high: 0), at: 0)
        }
        z = axes[0]
        y = axes[1]
        x = axes[2]
    }

    /// - Throws: `KeratinError` if the window does not fit the input.
    init(_ window: Window, input: Shape) throws {
        let spatial = Array(input.dimensions[1...window.rank])
        self.init(window, input: input, output: try window.outputExtents(input: spatial))
    }

    /// A place in the output or the input: image, then three coordinates.
    struct Place {
        var image: Int
        var z: Int
        var y: Int
        var x: Int
    }

    @inline(__always)
    func outputPlace(_ pixel: Int) -> Place {
        let row = pixel / x.output
        let plane = row / y.output
        return Place(
            image: plane / z.output, z: plane % z.output, y: row % y.output, x: pixel % x.output)
    }

    @inline(__always)
    func nextOutput(_ place: inout Place) {
        place.x += 1
        guard place.x == x.output else { return }
        place.x = 0
        place.y += 1
        guard place.y == y.output else { return }
        place.y = 0
        place.z += 1
        guard place.z == z.output else { return }
        place.z = 0
        place.image += 1
    }

    /// The input pixel (over all images) of a tap for an output place, nil in the padding.
    @inline(__always)
    func inputPixel(_ place: Place, _ tap: Int) -> Int? {
        let row = tap / x.size
        guard let column = x.input(place.x, tap % x.size),
            let line = y.input(place.y, row % y.size),
            let plane = z.input(place.z, row / y.size)
        else { return nil }
        return ((place.image * z.input + plane) * y.input + line) * x.input + column
    }
}

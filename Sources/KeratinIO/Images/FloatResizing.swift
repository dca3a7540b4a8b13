import KeratinCore

/// A number that a pixel holds.
protocol PixelValue: BitwiseCopyable {
    var float: Float { get }
}

extension UInt8: PixelValue {
    @inline(__always) var float: Float { Float(self) }
}

extension Float: PixelValue {
    @inline(__always) var float: Float { self }
}

/// Pictures of another size as floats, by the rules of TensorFlow's `tf.image.resize` without antialiasing. Made once for the sizes, then
/// used for as many pictures as there are.
struct FloatResizing {
    private let rows: FloatWeights
    private let columns: FloatWeights
    private let isBilinear: Bool
    private let height: Int
    private let width: Int

    /// - Throws: `KeratinError` for an interpolation that TensorFlow does not have.
    init(
        _ interpolation: ImageInterpolation, fromHeight: Int, fromWidth: Int, height: Int,
        width: Int
    ) throws {
        rows = try FloatWeights(interpolation, count: height, inputs: fromHeight)
        columns = try FloatWeights(interpolation, count: width, inputs: fromWidth)
        isBilinear = interpolation == .bilinear
        self.height = height
        self.width = width
    }

    /// - Parameters:
    ///   - source: the first number of the part that is resized.
    ///   - stride: numbers from one row of the source to the next.
    ///   - target: the first number of the result.
    ///   - targetStride: numbers from one row of the result to the next.
    func resize<Value: PixelValue>(
        _ source: UnsafePointer<Value>, stride: Int, channels: Int,
        to target: UnsafeMutablePointer<Float>, targetStride: Int
    ) {
        if isBilinear, rows.most == 2, columns.most == 2 {
            bilinear(source, stride, channels, target, targetStride)
        } else {
            separable(source, stride, channels, target, targetStride)
        }
    }

    /// Both directions at once, rounded as TensorFlow does it: along the two rows, then between them.
    private func bilinear<Value: PixelValue>(
        _ source: UnsafePointer<Value>, _ stride: Int, _ channels: Int,
        _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
    ) {
        columns.starts.withUnsafeBufferPointer { starts in
            columns.values.withUnsafeBufferPointer { parts in
                for row in 0..<height {
                    let upper = source + rows.starts[row] * stride
                    let lower = upper + stride
                    let down = rows.values[row * 2 + 1]
                    var out = target + row * targetStride
                    for column in 0..<width {
                        let right = parts[column * 2 + 1]
                        var place = starts[column] * channels
                        for _ in 0..<channels {
                            let next = place + channels
                            let a = upper[place].float
                            let b = upper[next].float
                            let c = lower[place].float
                            let d = lower[next].float
                            let top = a + (b - a) * right
                            let bottom = c + (d - c) * right
                            out.pointee = top + (bottom - top) * down
                            out += 1
                            place += 1
                        }
                    }
                }
            }
        }
    }

    /// One direction after the other, along the rows that are needed first.
    private func separable<Value: PixelValue>(
        _ source: UnsafePointer<Value>, _ stride: Int, _ channels: Int,
        _ target: UnsafeMutablePointer<Float>, _ targetStride: Int
    ) {
        let line = width * channels
        // Rows that were resized already, by their number.
        var kept: [Int: [Float]] = [:]
        for row in 0..<height {
            let needed = rows.starts[row]..<(rows.starts[row] + rows.most)
            kept = kept.filter { needed.contains($0.key) }
            let out = target + row * targetStride
            for place in 0..<line { out[place] = 0 }
            for (index, number) in needed.enumerated() {
                let weight = rows.values[row * rows.most + index]
                if weight == 0 { continue }
                let resized = kept[number] ?? horizontal(source + number * stride, channels)
                kept[number] = resized
                for place in 0..<line { out[place] += weight * resized[place] }
            }
        }
    }

    private func horizontal<Value: PixelValue>(
        _ source: UnsafePointer<Value>, _ channels: Int
    ) -> [Float] {
        var line = [Float](repeating: 0, count: width * channels)
        for column in 0..<width {
            let first = columns.starts[column] * channels
            for channel in 0..<channels {
                var sum: Float = 0
                for index in 0..<columns.most {
                    sum +=
                        columns.values[column * columns.most + index]
                        * source[first + index * channels + channel].float
                }
                line[column * channels + channel] = sum
            }
        }
        return line
    }
}

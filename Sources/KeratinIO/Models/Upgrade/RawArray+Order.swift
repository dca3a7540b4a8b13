import KeratinCore

/// Arrays in another order.
extension RawArray {
    /// The same numbers with other extents, of which there must be as many.
    func reshaped(_ shape: [Int]) -> RawArray {
        var result = self
        result.shape = shape
        return result
    }

    /// Axis `i` of the result is axis `order[i]`.
    func transposed(_ order: [Int]) -> RawArray {
        let strides = Self.strides(shape)
        return gathered(
            shape: order.map { shape[$0] }, strides: order.map { strides[$0] }, start: 0)
    }

    /// With some axes turned around.
    func reversed(axes: [Int]) -> RawArray {
        guard !shape.contains(0) else { return self }
        var strides = Self.strides(shape)
        var start = 0
        for axis in axes {
            start += strides[axis] * (shape[axis] - 1)
            strides[axis] *= -1
        }
        return gathered(shape: shape, strides: strides, start: start)
    }

    /// Arrays side by side along their last axis; nil if their other extents or their types differ.
    static func joined(_ parts: [RawArray]) -> RawArray? {
        guard let first = parts.first, let last = first.shape.last,
            parts.allSatisfy({ $0.type == first.type && $0.shape == first.shape })
        else { return nil }
        let width = last * first.type.byteCount
        var result = first
        result.shape[result.shape.count - 1] = last * parts.count
        result.bytes = []
        result.bytes.reserveCapacity(first.bytes.count * parts.count)
        let rows = width == 0 ? 0 : first.bytes.count / width
        for row in 0..<rows {
            for part in parts { result.bytes += part.bytes[(row * width)..<((row + 1) * width)] }
        }
        return result
    }

    /// A matrix whose blocks of columns are each replaced by a matrix of the same size.
    func blocks(_ count: Int, _ body: ([Float], _ rows: Int, _ columns: Int) -> [Float]) -> RawArray
    {
        guard shape.count == 2, shape[1] % count == 0 else { return self }
        let (rows, width) = (shape[0], shape[1])
        let columns = width / count
        let all = floats
        var result = [Float](repeating: 0, count: all.count)
        for block in 0..<count {
            var part: [Float] = []
            part.reserveCapacity(rows * columns)
            for row in 0..<rows {
                let start = row * width + block * columns
                part += all[start..<(start + columns)]
            }
            let new = body(part, rows, columns)
            for row in 0..<rows {
                for column in 0..<columns {
                    result[row * width + block * columns + column] = new[row * columns + column]
                }
            }
        }
        return RawArray(result, shape: shape)
    }

    private static func strides(_ shape: [Int]) -> [Int] {
        var strides = shape.map { _ in 1 }
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        return strides
    }

    private func gathered(shape: [Int], strides: [Int], start: Int) -> RawArray {
        var result = self
        result.shape = shape
        guard !shape.contains(0), !shape.isEmpty else { return result }
        let size = type.byteCount
        result.bytes = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
            bytes.withUnsafeBytes { source in
                var indices = shape.map { _ in 0 }
                var (place, written) = (start, 0)
                let all = source.count
                while written < all {
                    for byte in 0..<size { target[written + byte] = source[place * size + byte] }
                    written += size
                    var axis = shape.count - 1
                    while axis >= 0 {
                        indices[axis] += 1
                        place += strides[axis]
                        if indices[axis] < shape[axis] { break }
                        place -= strides[axis] * shape[axis]
                        indices[axis] = 0
                        axis -= 1
                    }
                }
                count = all
            }
        }
        return result
    }
}

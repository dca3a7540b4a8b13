import KeratinCore
import KeratinTensor

/// A rectangle at a random place in each image of a batch.
struct ImageBox {
    /// Which pixels lie in it: bool [batch, rows, columns, 1].
    let isInside: Tensor
    /// How much of each image it covers: [batch, 1, 1, 1].
    let part: Tensor

    /// - Parameters:
    ///   - images: [batch, rows, columns, channels].
    ///   - height: the part of the rows, [batch, 1, 1, 1].
    ///   - width: the part of the columns.
    init(of images: Tensor, height: Tensor, width: Tensor, _ draws: ImageDraws) throws {
        let count = images.shape[0]
        func ends(_ part: Tensor, _ extent: Int) throws -> (start: Tensor, end: Tensor) {
            let length = part * Double(extent)
            let start = try draws.uniform([count, 1, 1, 1]) * (length * -1 + Double(extent))
            return (start, start + length)
        }
        let (rows, columns) = (images.shape[1], images.shape[2])
        let horizontal = try ends(width, columns)
        let vertical = try ends(height, rows)
        let x = Tensor(indicesAlong: 2, shape: [1, 1, columns, 1], dtype: .float32)
        let y = Tensor(indicesAlong: 1, shape: [1, rows, 1, 1], dtype: .float32)
        isInside = x.binary(.greaterEqual, horizontal.start)
            .binary(.and, x.binary(.less, horizontal.end))
            .binary(.and, y.binary(.greaterEqual, vertical.start))
            .binary(.and, y.binary(.less, vertical.end))
        part =
            (horizontal.end - horizontal.start) * (vertical.end - vertical.start)
            * (1 / Double(max(rows * columns, 1)))
    }
}

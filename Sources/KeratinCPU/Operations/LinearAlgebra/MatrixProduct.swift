import KeratinCPUKernelTable
import KeratinCore

/// activation(left·right + bias) for a batch of matrices.
///
/// Tiny products run in plain loops. Otherwise the output is cut into bands of rows and groups of
/// panels; every element adds up its K steps in blocks of `depthBlock`, in order. Few outputs with
/// a long K axis (the gradients of weights) are cut along K too, into a number of pieces that
/// depends on the shape alone, and the pieces are added in order.
///
/// leftᵀ·right with more columns than rows runs as (rightᵀ·left)ᵀ: the wide side is then read down its columns, a line
/// at a time, and the narrow one by whole rows, instead of both in pieces that compete for the same cache sets.
struct MatrixProduct {
    var batch: Int
    var rows: Int
    var depth: Int
    var columns: Int
    var transposeLeft: Bool
    var transposeRight: Bool
    /// Floats between the matrices of a batch, 0 for a matrix that all share.
    var leftBatch: Int
    var rightBatch: Int
    var left: UnsafePointer<Float>
    var right: UnsafePointer<Float>
    var output: UnsafeMutablePointer<Float>
    var bias: UnsafePointer<Float>?
    var activation: MatrixActivation
    /// Whether `output` is to be the transpose of the product as it is described here.
    private(set) var turned = false

    /// Tiles of one band, six rows each.
    static let bandTiles = 16
    /// K steps between two passes through the output. A transposed left side is read down its columns, six floats of
    /// each line: blocks so short that the lines, or the band's copy of them, are still cached when the next tiles need
    /// the other floats.
    var depthBlock: Int { transposeLeft ? 256 : 1024 }
    /// Multiply-adds below which the plain loops win.
    private static let smallWork = 6_000

    /// - Throws: `BackendError` if an argument does not belong to this backend.
    init(
        _ request: LaunchRequest, transposeLeft: Bool, transposeRight: Bool, hasBias: Bool,
        activation: MatrixActivation
    ) throws {
        let a = request.inputs[0].type.shape
        let b = request.inputs[1].type.shape
        let y = request.results[0].type.shape
        batch = y.dimensions.dropLast(2).reduce(1, *)
        rows = y[y.rank - 2]
        columns = y[y.rank - 1]
        depth = a[transposeLeft ? a.rank - 2 : a.rank - 1]
        leftBatch = a.rank > 2 ? rows * depth : 0
        rightBatch = b.rank > 2 ? depth * columns : 0
        if rightBatch == 0 && !transposeLeft && (leftBatch > 0 || batch == 1) {
            // One right matrix for all: the batch is more rows.
            rows *= batch
            batch = 1
        }
        self.transposeLeft = transposeLeft
        self.transposeRight = transposeRight
        left = UnsafePointer(try request.inputs[0].pointer().floats)
        right = UnsafePointer(try request.inputs[1].pointer().floats)
        output = try request.results[0].pointer().floats
        bias = hasBias ? UnsafePointer(try request.inputs[2].pointer().floats) : nil
        self.activation = activation
        if transposeLeft && !transposeRight && batch == 1 && !hasBias && activation == .none
            && columns > rows && depth >= 512 && rows >= 32
        {
            swap(&left, &right)
            swap(&rows, &columns)
            turned = true
        }
    }

    private var work: Double { Double(batch * rows) * Double(depth) * Double(columns) }

    /// Nanoseconds on one thread, from a cautious 20 multiply-adds per nanosecond.
    var cost: Double { work * 0.05 + Double(batch * rows * columns) * 0.3 }

    func prepare(_ table: CPUKernelTable) -> PreparedLaunch {
        guard batch * rows * columns > 0 else { return PreparedLaunch() }
        if Double(rows * columns) * Double(depth) <= Double(Self.smallWork) || depth == 0 {
            return small(table)
        }
        return tiled(table)
    }

    private func small(_ table: CPUKernelTable) -> PreparedLaunch {
        let kernel = table.matrix.small
        return PreparedLaunch(
            PreparedLaunch.pieces(
                of: batch, step: max(1, Self.smallWork / max(rows * columns * depth, 1)),
                cost: work + Double(batch * rows * columns)
            ) { range, _ in
                for index in range {
                    var product = SmallMatrix(
                        left: left + index * leftBatch, leftRowStride: transposeLeft ? 1 : depth,
                        leftDepthStride: transposeLeft ? rows : 1,
                        right: right + index * rightBatch,
                        rightDepthStride: transposeRight ? 1 : columns,
                        rightColumnStride: transposeRight ? depth : 1,
                        output: output + index * rows * columns, rows: rows, depth: depth,
                        columns: columns, bias: bias, activation: activation)
                    kernel(&product)
                }
            })
    }
}

extension MatrixActivation {
    init(_ activation: FusedActivation) {
        switch activation {
        case .none: self = .none
        case .relu: self = .relu
        case .sigmoid: self = .sigmoid
        case .tanh: self = .tanh
        }
    }

    /// The elementwise function, nil for `none`.
    var function: FloatUnary? {
        switch self {
        case .none: nil
        case .relu: .relu
        case .sigmoid: .sigmoid
        case .tanh: .tanh
        }
    }
}

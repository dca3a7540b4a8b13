/// What a matrix kernel applies to a finished output element: `FusedActivation` as kernels know it, since the table of kernels, which is
/// compiled with each set of instructions, sees nothing of KeratinCore.
@usableFromInline
package enum MatrixActivation: Int32, Sendable {
    case none, relu, sigmoid, tanh
}

/// A band of output rows times every panel of a right matrix: the one inner loop behind matrix
/// products and all three convolution passes.
///
/// The left side is never copied: a tile of six rows reads it through row pointers. The K axis is
/// cut into *segments* of equal length (one for a matrix product, one per window tap for a
/// convolution); a tile lists only the segments that it needs, so that padding costs nothing.
///
///     out[row, column] (+)= Σ over segments s, k < length:
///         rowPointers[s][row][k·leftStride] · right[segmentOffsets[s] + k, column]
@usableFromInline
package struct MatrixBand {
    /// Rows of one tile. The last tile of a band repeats a row and writes it to a place of no
    /// interest.
    @inlinable package static var tileRows: Int { 6 }

    /// Six pointers for every segment of every tile.
    @usableFromInline package var rowPointers: UnsafePointer<UnsafePointer<Float>>
    /// The row of `right` at which each segment begins, in step with `rowPointers`.
    @usableFromInline package var segmentOffsets: UnsafePointer<Int>
    /// tiles + 1 entries: the first segment of each tile.
    @usableFromInline package var tileSegments: UnsafePointer<Int>
    @usableFromInline package var tiles: Int
    /// K steps of one segment.
    @usableFromInline package var length: Int
    /// Floats between successive K steps of the left side.
    @usableFromInline package var leftStride: Int
    /// The first panel of the right side, floats between panels and between successive K steps.
    @usableFromInline package var right: UnsafePointer<Float>
    @usableFromInline package var panelStride: Int
    @usableFromInline package var rightStride: Int
    /// The panel to use for the last, partial panel when the others are read in place.
    @usableFromInline package var lastPanel: UnsafePointer<Float>?
    @usableFromInline package var lastPanelStride: Int
    /// Columns of the output.
    @usableFromInline package var columns: Int
    /// Six row pointers per tile.
    @usableFromInline package var outputs: UnsafePointer<UnsafeMutablePointer<Float>>
    /// Add to the output instead of replacing it.
    @usableFromInline package var accumulate: Bool
    /// `columns` floats, added once.
    @usableFromInline package var bias: UnsafePointer<Float>?
    @usableFromInline package var activation: MatrixActivation
    /// 7·panelWidth + 12 floats of the caller's for panels that are not full, 8-byte aligned.
    @usableFromInline package var scratch: UnsafeMutablePointer<Float>

    @inlinable package init(
        rowPointers: UnsafePointer<UnsafePointer<Float>>, segmentOffsets: UnsafePointer<Int>,
        tileSegments: UnsafePointer<Int>, tiles: Int, length: Int, leftStride: Int,
        right: UnsafePointer<Float>, panelStride: Int, rightStride: Int,
        lastPanel: UnsafePointer<Float>?, lastPanelStride: Int, columns: Int,
        outputs: UnsafePointer<UnsafeMutablePointer<Float>>, accumulate: Bool,
        bias: UnsafePointer<Float>?, activation: MatrixActivation,
        scratch: UnsafeMutablePointer<Float>
    ) {
        self.rowPointers = rowPointers
        self.segmentOffsets = segmentOffsets
        self.tileSegments = tileSegments
        self.tiles = tiles
        self.length = length
        self.leftStride = leftStride
        self.right = right
        self.panelStride = panelStride
        self.rightStride = rightStride
        self.lastPanel = lastPanel
        self.lastPanelStride = lastPanelStride
        self.columns = columns
        self.outputs = outputs
        self.accumulate = accumulate
        self.bias = bias
        self.activation = activation
        self.scratch = scratch
    }
}

/// A product too small for tiles: plain loops with strides, one accumulator per element.
@usableFromInline
package struct SmallMatrix {
    @usableFromInline package var left: UnsafePointer<Float>
    @usableFromInline package var leftRowStride: Int
    @usableFromInline package var leftDepthStride: Int
    @usableFromInline package var right: UnsafePointer<Float>
    @usableFromInline package var rightDepthStride: Int
    @usableFromInline package var rightColumnStride: Int
    @usableFromInline package var output: UnsafeMutablePointer<Float>
    @usableFromInline package var rows: Int
    @usableFromInline package var depth: Int
    @usableFromInline package var columns: Int
    @usableFromInline package var bias: UnsafePointer<Float>?
    @usableFromInline package var activation: MatrixActivation

    @inlinable package init(
        left: UnsafePointer<Float>, leftRowStride: Int, leftDepthStride: Int,
        right: UnsafePointer<Float>, rightDepthStride: Int, rightColumnStride: Int,
        output: UnsafeMutablePointer<Float>, rows: Int, depth: Int, columns: Int,
        bias: UnsafePointer<Float>?, activation: MatrixActivation
    ) {
        self.left = left
        self.leftRowStride = leftRowStride
        self.leftDepthStride = leftDepthStride
        self.right = right
        self.rightDepthStride = rightDepthStride
        self.rightColumnStride = rightColumnStride
        self.output = output
        self.rows = rows
        self.depth = depth
        self.columns = columns
        self.bias = bias
        self.activation = activation
    }
}

package struct MatrixKernels: Sendable {
    package typealias Band = @Sendable (UnsafePointer<MatrixBand>) -> Void
    package typealias Small = @Sendable (UnsafePointer<SmallMatrix>) -> Void
    /// (right, rowStride, depth, columns, transposed, packed): one panel, `panelWidth` floats per K
    /// step, zero-filled beyond `columns`. `right` points at the panel's first element; transposed
    /// means that K runs along the contiguous axis.
    package typealias PackPanel =
        @Sendable (FloatInput, Int, Int, Int, Bool, FloatOutput) -> Void
    /// (x, rows, columns, xStride, y, yStride): y[c, r] = x[r, c]; no overlap.
    package typealias Transpose =
        @Sendable (FloatInput, Int, Int, Int, FloatOutput, Int) -> Void

    package let band: Band
    package let small: Small
    package let packPanel: PackPanel
    package let transpose: Transpose

    package init(
        band: @escaping Band, small: @escaping Small, packPanel: @escaping PackPanel,
        transpose: @escaping Transpose
    ) {
        self.band = band
        self.small = small
        self.packPanel = packPanel
        self.transpose = transpose
    }
}

/// The hot loops of the CPU backend as plain function values.
///
/// Each kernel folder variant (baseline, AVX2, AVX-512) fills one table; `KeratinCPU` chooses a
/// table once at start and calls through it ever after. Pointers carry only element alignment.
/// Unless said otherwise an output may be the very same memory as an input, never a partial
/// overlap.
///
/// What launches fill in anew, structures and enumerations, is `@usableFromInline` with an `@inlinable` initialiser: for `package`
/// alone the optimiser would call functions of this module instead.
package struct CPUKernelTable: Sendable {
    /// "baseline", "avx2" or "avx512", the words that `KERATIN_CPU` takes.
    package let name: String
    /// Float lanes of one vector.
    package let vectorWidth: Int
    /// Columns of one panel of a packed right matrix; rows of a tile are always
    /// `MatrixBand.tileRows`.
    package let panelWidth: Int

    package let elementwise: ElementwiseKernels
    package let rows: RowKernels
    package let columns: ColumnKernels
    package let matrix: MatrixKernels
    package let window: WindowKernels
    package let recurrent: RecurrentKernels
    package let attention: AttentionKernels
    package let roofline: RooflineKernels

    package init(
        name: String, vectorWidth: Int, panelWidth: Int, elementwise: ElementwiseKernels,
        rows: RowKernels, columns: ColumnKernels, matrix: MatrixKernels, window: WindowKernels,
        recurrent: RecurrentKernels, attention: AttentionKernels, roofline: RooflineKernels
    ) {
        self.name = name
        self.vectorWidth = vectorWidth
        self.panelWidth = panelWidth
        self.elementwise = elementwise
        self.rows = rows
        self.columns = columns
        self.matrix = matrix
        self.window = window
        self.recurrent = recurrent
        self.attention = attention
        self.roofline = roofline
    }
}

package typealias FloatInput = UnsafePointer<Float>
package typealias FloatOutput = UnsafeMutablePointer<Float>
package typealias ByteInput = UnsafePointer<UInt8>
package typealias ByteOutput = UnsafeMutablePointer<UInt8>
package typealias IntInput = UnsafePointer<Int32>

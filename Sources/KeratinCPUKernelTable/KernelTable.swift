/// The hot loops of the CPU backend as plain function values.
///
/// Each kernel folder variant (baseline, AVX2, AVX-512) fills one table; `KeratinCPU` chooses a
/// table once at start and calls through it ever after. Pointers carry only element alignment.
/// Unless said otherwise an output may be the very same memory as an input, never a partial
/// overlap.
public struct CPUKernelTable: Sendable {
    /// "baseline", "avx2" or "avx512", the words that `KERATIN_CPU` takes.
    public let name: String
    /// Float lanes of one vector.
    public let vectorWidth: Int
    /// Columns of one panel of a packed right matrix; rows of a tile are always
    /// `MatrixBand.tileRows`.
    public let panelWidth: Int

    public let elementwise: ElementwiseKernels
    public let rows: RowKernels
    public let columns: ColumnKernels
    public let matrix: MatrixKernels
    public let window: WindowKernels
    public let recurrent: RecurrentKernels
    public let attention: AttentionKernels
    public let roofline: RooflineKernels

    public init(
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

public typealias FloatInput = UnsafePointer<Float>
public typealias FloatOutput = UnsafeMutablePointer<Float>
public typealias ByteInput = UnsafePointer<UInt8>
public typealias ByteOutput = UnsafeMutablePointer<UInt8>
public typealias IntInput = UnsafePointer<Int32>

/// Products that are tuned together: the same kernel, and sizes that differ by less than a factor of two.
package struct ProductClass: Hashable, Sendable, CustomStringConvertible {
    let kernel: String
    /// ⌊log₂⌋ of rows, columns, depths and batches.
    let sizes: [Int]
    /// How A and B lie: whether neighbours along the depth, or along columns, are neighbours in memory.
    let layout: Int

    static let kernels = [
        "gemm_dense", "gemm_convolution", "gemm_filter_gradient", "gemm_input_gradient",
    ]

    init(_ p: Product) {
        kernel = p.left.kernel
        sizes = [p.m, p.n, p.k, p.batch].map(Self.magnitude)
        layout = (p.depthA == 1 ? 1 : 0) + (p.columnB == 1 ? 2 : 0)
    }

    /// - Parameter words: as `description` has them.
    /// - Returns: nil for what no product has.
    init?(_ words: ArraySlice<Substring>) {
        let numbers = words.dropFirst().compactMap { Int($0) }
        guard words.count == 6, numbers.count == 5, let kernel = words.first.map(String.init),
            Self.kernels.contains(kernel), numbers.allSatisfy({ (0..<64).contains($0) }),
            numbers[4] < 4
        else { return nil }
        self.kernel = kernel
        sizes = Array(numbers[..<4])
        layout = numbers[4]
    }

    package var description: String {
        ([kernel] + (sizes + [layout]).map(String.init)).joined(separator: " ")
    }

    private static func magnitude(_ size: Int) -> Int {
        size > 0 ? Int.bitWidth - 1 - size.leadingZeroBitCount : 0
    }
}

/// How the results of a product are shared out among work-items: what may differ without a sum being made in another order.
package struct ProductChoice: Hashable, Sendable {
    /// gpu: rows of the tile; cpu: tiles of rows that a work-item has.
    let rows: Int
    /// gpu: columns of the tile; cpu: parts into which the columns go.
    let columns: Int
}

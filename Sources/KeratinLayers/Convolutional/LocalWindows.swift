import KeratinCore
import KeratinTensor

/// Which cells of an input the places of a locally connected layer see, along its spatial axes (tf.keras 2.15).
struct LocalWindows: Hashable {
    /// Cells of the input, of the window, and places of the result, along each axis.
    let input: [Int]
    let size: [Int]
    let output: [Int]
    private let strides: [Int]
    private let isSame: Bool

    /// - Throws: `KeratinError` if the window does not fit.
    init(input: [Int], size: [Int], strides: [Int], isSame: Bool) throws {
        self.input = input
        self.size = size
        self.strides = strides
        self.isSame = isSame
        output = input.indices.map { axis in
            let cells = isSame ? input[axis] : input[axis] - size[axis] + 1
            return cells <= 0 ? 0 : (cells - 1) / strides[axis] + 1
        }
        guard output.allSatisfy({ $0 > 0 }) else {
            throw KeratinError(
                .shapeMismatch, "the window \(size) does not fit into the input's \(input) cells")
        }
    }

    /// The number of places.
    var count: Int { output.reduce(1, *) }

    /// The cells that a place sees along an axis. Half a window, rounded down, lies before a place with "same".
    func cells(_ axis: Int, _ place: Int) -> Range<Int> {
        let start = place * strides[axis] - (isSame ? size[axis] / 2 : 0)
        return max(start, 0)..<max(min(start + size[axis], input[axis]), 0)
    }

    /// What each place sees, channels last: [batch, places, cells of the window, channels]. Only for "valid".
    func patches(_ x: Tensor) -> Tensor {
        let (batch, channels) = (x.shape[0], x.shape[x.rank - 1])
        let parts = size.product.map { offset -> Tensor in
            let limits = offset.indices.map { offset[$0] + (output[$0] - 1) * strides[$0] + 1 }
            return x.slice(
                starts: [0] + offset + [0], limits: [batch] + limits + [channels],
                strides: [1] + strides + [1]
            ).reshaped([batch, count, 1, channels])
        }
        return Tensor.concatenate(parts, axis: 2)
    }

    /// Calls a function with each place and each cell that it sees, as numbers in the order of rows.
    func visit(_ body: (_ place: Int, _ cell: Int) -> Void) {
        for (number, place) in output.product.enumerated() {
            let seen = place.indices.map { cells($0, place[$0]) }
            for offset in seen.map(\.count).product {
                let cell = offset.indices.reduce(0) {
                    $0 * input[$1] + seen[$1].lowerBound + offset[$1]
                }
                body(number, cell)
            }
        }
    }
}

extension [Int] {
    /// All lists of numbers from 0 to below these, the last number changing first.
    fileprivate var product: [[Int]] {
        reduce([[]]) { lists, extent in
            lists.flatMap { list in (0..<extent).map { list + [$0] } }
        }
    }
}

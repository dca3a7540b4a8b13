import KeratinCore
import KeratinTensor

/// The IDX format of the MNIST files: two zero bytes, the element type (8: unsigned bytes), the rank, the
/// extents as big-endian 32-bit numbers, the elements.
package enum IDX {
    /// - Throws: `KeratinError` if the header or the length is not what the format says.
    package static func parse(_ bytes: [UInt8], name: String) throws(KeratinError) -> HostArray {
        guard bytes.count >= 4 else {
            throw KeratinError(
                .invalidData, "has \(bytes.count) bytes, an IDX header needs 4", at: name)
        }
        guard bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, (1...4).contains(bytes[3]) else {
            throw KeratinError(
                .invalidData,
                "is no IDX file of unsigned bytes: it starts with \(Array(bytes[0..<4]))", at: name)
        }
        let rank = Int(bytes[3])
        guard bytes.count >= 4 + 4 * rank else {
            throw KeratinError(.invalidData, "is cut off in its header", at: name)
        }
        let extents = (0..<rank).map { axis in
            (0..<4).reduce(0) { $0 << 8 | Int(bytes[4 + 4 * axis + $1]) }
        }
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else {
                throw KeratinError(.invalidData, "claims impossible extents \(extents)", at: name)
            }
            count = product
        }
        let start = 4 + 4 * rank
        guard bytes.count == start + count else {
            throw KeratinError(
                .invalidData,
                "claims \(extents), \(count) elements, but holds \(bytes.count - start)", at: name)
        }
        do {
            return try HostArray(Array(bytes[start...]), shape: Shape(extents))
        } catch {
            throw KeratinError(.invalidData, "\(error)", at: name)
        }
    }
}

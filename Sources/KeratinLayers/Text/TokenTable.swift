#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Distinct byte strings, numbered from 0 in the order in which they came.
///
/// Tokens are equal if their bytes are, as in TensorFlow and Python; Swift's `String` would take "é" and "e" with an
/// accent after it for one. All bytes lie in one array, so millions of tokens cost no allocations.
package struct TokenTable: Sendable {
    private var bytes: [UInt8] = []
    /// Where each token's bytes end.
    private var ends: [Int] = []
    /// Open addressing: the number of a token plus one, 0 where there is none, and the upper half of its hash, which
    /// spares most comparisons. The count is a power of two.
    private var slots: [(number: UInt32, hash: UInt32)]

    package init(minimumCapacity: Int = 64) {
        var capacity = 128
        while capacity < 2 * minimumCapacity { capacity *= 2 }
        slots = Array(repeating: (0, 0), count: capacity)
    }

    /// The number of tokens.
    package var count: Int { ends.count }

    private func range(_ number: Int) -> Range<Int> {
        (number == 0 ? 0 : ends[number - 1])..<ends[number]
    }

    /// The bytes of a token.
    package subscript(number: Int) -> ArraySlice<UInt8> { bytes[range(number)] }

    /// A token as text. Tokens come from valid UTF-8, cut at characters.
    package func string(_ number: Int) -> String { String(decoding: self[number], as: UTF8.self) }

    /// The number of a token, if it is there.
    package func find(_ token: UnsafeRawBufferPointer) -> Int? {
        let hash = Fingerprint64.hash(token)
        let number = slots[slot(token, hash)].number
        return number == 0 ? nil : Int(number) - 1
    }

    /// The number of a token, which is added if it is not there.
    package mutating func insert(_ token: UnsafeRawBufferPointer) -> Int {
        let hash = Fingerprint64.hash(token)
        let slot = slot(token, hash)
        if slots[slot].number != 0 { return Int(slots[slot].number) - 1 }
        let number = count
        bytes.append(contentsOf: token)
        ends.append(bytes.count)
        slots[slot] = (UInt32(number + 1), UInt32(truncatingIfNeeded: hash &>> 32))
        if 2 * count > slots.count { grow() }
        return number
    }

    /// Where a token is, or where it goes.
    private func slot(_ token: UnsafeRawBufferPointer, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        let upper = UInt32(truncatingIfNeeded: hash &>> 32)
        var slot = Int(truncatingIfNeeded: hash) & mask
        return slots.withUnsafeBufferPointer { slots in
            bytes.withUnsafeBytes { bytes in
                while slots[slot].number != 0 {
                    if slots[slot].hash == upper {
                        let range = range(Int(slots[slot].number) - 1)
                        if range.count == token.count,
                            range.isEmpty
                                || memcmp(
                                    bytes.baseAddress! + range.lowerBound, token.baseAddress!,
                                    range.count) == 0
                        {
                            break
                        }
                    }
                    slot = (slot + 1) & mask
                }
                return slot
            }
        }
    }

    private mutating func grow() {
        var larger = TokenTable(minimumCapacity: slots.count)
        bytes.withUnsafeBytes { bytes in
            for number in 0..<count {
                let token = UnsafeRawBufferPointer(rebasing: bytes[range(number)])
                let hash = Fingerprint64.hash(token)
                // No two are equal, so the first free place is the right one.
                var slot = Int(truncatingIfNeeded: hash) & (larger.slots.count - 1)
                while larger.slots[slot].number != 0 {
                    slot = (slot + 1) & (larger.slots.count - 1)
                }
                larger.slots[slot] = (
                    UInt32(number + 1), UInt32(truncatingIfNeeded: hash &>> 32)
                )
            }
        }
        slots = larger.slots
    }
}

extension TokenTable {
    package func find(_ token: [UInt8]) -> Int? { token.withUnsafeBytes { find($0) } }

    @discardableResult
    package mutating func insert(_ token: [UInt8]) -> Int { token.withUnsafeBytes { insert($0) } }

    /// The numbers of tokens by falling count; of equal counts the one that `precedes` puts first.
    package func byFrequency(_ counts: [Int], precedes: (Int, Int) -> Bool) -> [Int] {
        (0..<count).sorted {
            counts[$0] != counts[$1] ? counts[$0] > counts[$1] : precedes($0, $1)
        }
    }
}

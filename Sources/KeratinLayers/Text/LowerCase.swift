extension String {
    /// The text in lower case by Unicode's full mapping, as UTF-8, as Python's `str.lower` gives it: a capital sigma at the
    /// end of a word becomes ς. Swift's `lowercased` does not look at the end of words.
    package var loweredUTF8: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(utf8.count)
        let scalars = unicodeScalars
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let scalar = scalars[index]
            if scalar.isASCII {
                let byte = UInt8(scalar.value)
                result.append((65...90).contains(byte) ? byte + 32 : byte)
            } else if scalar == "Σ" {
                result += Array((isFinal(index) ? "ς" : "σ").utf8)
            } else {
                result += Array(scalar.properties.lowercaseMapping.utf8)
            }
            index = scalars.index(after: index)
        }
        return result
    }

    /// Unicode's condition Final_Sigma: a cased letter before, none after, not counting marks and the like.
    private func isFinal(_ index: String.Index) -> Bool {
        let scalars = unicodeScalars
        func isCased(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isCased ?? false }
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let after = scalars[scalars.index(after: index)...]
            .first { !$0.properties.isCaseIgnorable }
        return isCased(before) && !isCased(after)
    }
}

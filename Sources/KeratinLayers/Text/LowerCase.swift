extension String {
    /// The text in lower case by Unicode's full mapping, as Python's `str.lower` gives it: a capital sigma at the end of a
    /// word becomes ς. Swift's `lowercased` does not look at the end of words.
    package var loweredScalars: String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        let scalars = unicodeScalars
        for index in scalars.indices {
            let scalar = scalars[index]
            if scalar.isASCII {
                let isCapital = ("A"..."Z").contains(scalar)
                result.append(isCapital ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
            } else if scalar == "Σ" {
                result.append(isFinal(index) ? "ς" : "σ")
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
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

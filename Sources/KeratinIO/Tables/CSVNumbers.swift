/// What fields say as numbers.
extension CSV {
    private func trimmed(_ field: Field) -> ArraySlice<UInt8> {
        var bytes = bytes[field.range]
        while bytes.first == 0x20 { bytes.removeFirst() }
        while bytes.last == 0x20 { bytes.removeLast() }
        return bytes
    }

    /// Decimal numbers and infinities; nil for anything else.
    func number(_ field: Field) -> Double? {
        let bytes = trimmed(field)
        let text = String(decoding: bytes, as: UTF8.self)
        // Hexadecimal numbers and the names of NaN are texts of other things.
        let isDecimal = bytes.allSatisfy {
            (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
        }
        if isDecimal { return Double(text) }
        return ["inf", "-inf", "+inf", "infinity", "-infinity", "+infinity"].contains(
            text.lowercased())
            ? Double(text.lowercased()) : nil
    }

    /// Whole numbers without a point or an exponent.
    func integer(_ field: Field) -> Int64? {
        Int64(String(decoding: trimmed(field), as: UTF8.self))
    }

    /// The names that a first row gives columns: one without a name is called as pandas calls the column of row numbers that it writes.
    func names(_ header: Row) -> [String] {
        header.fields.enumerated().map { index, field in
            let name = text(field)
            return name.isEmpty ? "Unnamed: \(index)" : name
        }
    }
}

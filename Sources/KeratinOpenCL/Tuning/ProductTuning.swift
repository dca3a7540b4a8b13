import KeratinCore

/// The choices that were measured on a device, in place of those that the cost model makes.
///
/// A choice says only how results are shared out, never in which order a sum is made (its depths' parts and ways are functions of the shape
/// alone), so a table changes times and no bit. What a table does not know, or what a product cannot take, stays as it is without one.
package struct ProductTuning: Sendable {
    var choices: [ProductClass: ProductChoice] = [:]

    static let none = ProductTuning()

    func choice(_ product: Product) -> ProductChoice? {
        choices.isEmpty ? nil : choices[ProductClass(product)]
    }

    // MARK: As a text

    private static let header = "KERATIN-TUNING 1"
    /// More than any run of the tuner writes.
    static let mostBytes = 1 << 20

    /// - Parameter identity: the device, its driver and the family of kernels.
    func text(identity: String) -> String {
        let lines = choices.map { "\($0.key) \($0.value.rows) \($0.value.columns)" }.sorted()
        let body =
            ([Self.header, Self.word(identity)] + lines).joined(separator: "\n") + "\n"
        return body + "end \(lines.count) \(Self.word(body))\n"
    }

    /// - Returns: nil unless the text is whole and of that device.
    init?(text: String, identity: String) {
        guard text.utf8.count <= Self.mostBytes, text.hasSuffix("\n") else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard lines.count >= 3, lines[0] == Self.header, lines[1] == Self.word(identity),
            let last = lines.last
        else { return nil }
        let body = lines.dropLast().joined(separator: "\n") + "\n"
        guard last == "end \(lines.count - 3) \(Self.word(body))" else { return nil }
        for line in lines.dropFirst(2).dropLast() {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 8, let key = ProductClass(words[..<6]),
                let rows = Int(words[6]), let columns = Int(words[7]),
                (1...4096).contains(rows), (1...4096).contains(columns),
                choices.updateValue(ProductChoice(rows: rows, columns: columns), forKey: key) == nil
            else { return nil }
        }
    }

    init(_ choices: [ProductClass: ProductChoice] = [:]) { self.choices = choices }

    private static func word(_ text: String) -> String {
        String(ProgramCache.hash(Array(text.utf8)), radix: 16)
    }
}

/// Counts tokens, and in how many documents each occurs.
struct TokenCounter {
    private(set) var tokens = TokenTable()
    private(set) var counts: [Int] = []
    private(set) var documentCounts: [Int] = []
    private(set) var documents = 0
    /// The number, from 1, of the document in which each token was last seen.
    private var lastDocument: [Int] = []

    /// Counts a token of the current document.
    mutating func count(_ token: UnsafeRawBufferPointer) {
        let number = tokens.insert(token)
        if number == counts.count {
            counts.append(0)
            documentCounts.append(0)
            lastDocument.append(0)
        }
        counts[number] += 1
        if lastDocument[number] != documents + 1 {
            lastDocument[number] = documents + 1
            documentCounts[number] += 1
        }
    }

    mutating func endDocument() { documents += 1 }
}

import Keratin
import KeratinLayers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes text with a model that guesses the next character.
package struct TextWriter {
    /// Takes one character a call, [1, 1], gives probabilities [1, 1, characters], and remembers what it has read.
    private let model: Sequential
    private let vocabulary: CharacterVocabulary

    package init(model: Sequential, vocabulary: CharacterVocabulary) {
        self.model = model
        self.vocabulary = vocabulary
    }

    /// The text that goes on after another one.
    ///
    /// - Parameters:
    ///   - start: what the model reads first; not empty.
    ///   - count: characters to write.
    ///   - temperature: probabilities are taken to the power 1/temperature: low ones write what is likely, high ones dare.
    ///   - seed: of the draws.
    /// - Throws: `KeratinError` for characters that the vocabulary has not; `BackendError` from the device.
    package func text(
        after start: String, count: Int, temperature: Double, seed: UInt64
    ) throws -> String {
        guard !start.isEmpty, temperature > 0 else {
            throw KeratinError(
                .invalidArgument,
                "needs a text to start from and a positive temperature, got '\(start)' and \(temperature)",
                at: "TextWriter")
        }
        try model.resetStates()
        var generator = PhiloxGenerator(seed: seed)
        var probabilities: [Float] = []
        for character in try vocabulary.encode(start) {
            probabilities = try next(character)
        }
        var written: [Int32] = []
        for _ in 0..<count {
            let character = draw(probabilities, temperature, generator.uniform())
            written.append(character)
            probabilities = try next(character)
        }
        return try vocabulary.decode(written)
    }

    private func next(_ character: Int32) throws -> [Float] {
        try model.predict(NDArray([character], shape: [1, 1]), batchSize: 1).floats()
    }

    /// - Parameter position: where in the distribution, 0..<1.
    private func draw(
        _ probabilities: [Float], _ temperature: Double, _ position: Double
    ) -> Int32 {
        // Divided by the largest, so that no power becomes 0 for all.
        let largest = Double(probabilities.max() ?? 1)
        let weights = probabilities.map { pow(Double($0) / largest, 1 / temperature) }
        var rest = position * weights.reduce(0, +)
        for (character, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return Int32(character) }
        }
        return Int32(weights.count - 1)
    }
}

import KeratinCore
import KeratinLayers
import KeratinModels
import KeratinTensor

/// 11,228 newswires of the agency Reuters of 1987 in 46 topics, as the word numbers of Keras's file.
public enum Reuters {
    /// Newswires with their topics.
    public struct Part: Sendable {
        /// The numbers of each newswire, for `padSequences`.
        public let x: [[Int32]]
        /// int32 [newswires]: topics 0…45.
        public let y: NDArray
    }

    /// The newswires in Keras's order: 0 is padding, 1 starts a newswire, 2 stands for words that are left out, and words follow from 4 on
    /// (`indexFrom` and their rank from 1) by falling frequency.
    ///
    /// The file `reuters.npz` comes from `$KERATIN_DATASETS/reuters`, then `~/.keratin/datasets/reuters`, then Keras's site.
    /// - Parameters:
    ///   - path: the file's name there, or, with a folder in it, the path of a file.
    ///   - numWords: numbers from this one on are left out; nil: none. (Keras then leaves out the largest one.)
    ///   - skipTop: numbers below this one are left out, which includes `startChar`, as in Keras.
    ///   - maxlen: only newswires of fewer numbers than this are kept; nil: all.
    ///   - testSplit: the part of the newswires that is held back.
    ///   - seed: of the order, by NumPy's `RandomState`.
    ///   - startChar: the number that every newswire starts with; nil: none.
    ///   - oovChar: what stands for numbers that are left out; nil: nothing.
    ///   - indexFrom: the number of the most frequent word, less one.
    /// - Throws: `KeratinError` that says what failed and what to do, or if no newswire is short enough.
    public static func load(
        path: String = "reuters.npz", numWords: Int? = nil, skipTop: Int = 0, maxlen: Int? = nil,
        testSplit: Double = 0.2, seed: Int = 113, startChar: Int32? = 1, oovChar: Int32? = 2,
        indexFrom: Int = 3
    ) throws -> (train: Part, test: Part) {
        let (bytes, path) = try file.read(path)
        do {
            let (sequences, labels) = try arrays(bytes)
            var newswires = try KerasDatasetFile.split(
                sequences.count, testSplit, seed, at: "Reuters"
            ).map { index in
                (
                    x: (startChar.map { [$0] } ?? [])
                        + sequences[index].map { Int32(clamping: Int($0) &+ indexFrom) },
                    y: labels[index]
                )
            }
            if let maxlen, maxlen != 0 {
                newswires = newswires.filter { $0.x.count < maxlen }
                guard !newswires.isEmpty else {
                    throw KeratinError(
                        .invalidArgument, "no newswire is shorter than maxlen \(maxlen)",
                        at: "Reuters")
                }
            }
            let limit = numWords.map { $0 == 0 ? .max : $0 } ?? .max
            let count = KerasDatasetFile.trainCount(newswires.count, testSplit)
            func part(_ newswires: ArraySlice<(x: [Int32], y: Int32)>) -> Part {
                Part(
                    x: newswires.map { newswire in
                        newswire.x.compactMap {
                            Int($0) >= skipTop && Int($0) < limit ? $0 : oovChar
                        }
                    }, y: NDArray(newswires.map(\.y)))
            }
            return (train: part(newswires[..<count]), test: part(newswires[count...]))
        } catch let error as KeratinError {
            throw error.located(at: path)
        }
    }

    /// The sequences of an archive, and the number of each one's topic.
    private static func arrays(_ bytes: [UInt8]) throws -> ([[Int32]], [Int32]) {
        let members = try Zip.read(bytes)
        func member(_ name: String) throws -> [UInt8] {
            guard let member = members.first(where: { $0.name == name + ".npy" }) else {
                throw KeratinError(.invalidData, "holds no array '\(name)'")
            }
            return member.bytes
        }
        let sequences = try PickledSequences.read(npy: try member("x"))
        let labels = try NPY.read(try member("y")).integers()
        guard labels.count == sequences.count else {
            throw KeratinError(
                .invalidData, "holds \(sequences.count) newswires, but \(labels.count) topics")
        }
        return (
            sequences,
            try labels.enumerated().map { index, label in
                guard labelNames.indices.contains(Int(label)) else {
                    throw KeratinError(
                        .invalidData,
                        "topic \(index) is \(label), expected 0…\(labelNames.count - 1)")
                }
                return Int32(label)
            }
        )
    }

    /// The rank of each word by falling frequency, from 1 on; its number in newswires is `indexFrom` more.
    ///
    /// The file `reuters_word_index.json` is looked for as `load` does.
    /// - Parameter path: the file's name there, or, with a folder in it, the path of a file.
    /// - Throws: `KeratinError` that says what failed and what to do.
    public static func getWordIndex(
        path: String = "reuters_word_index.json"
    ) throws -> [String: Int] {
        let (bytes, path) = try wordFile.read(path)
        guard case .object(let words) = try JSON.decode(bytes, name: path) else {
            throw KeratinError(.invalidData, "holds no table of words", at: path)
        }
        return try words.mapValues { value in
            guard case .integer(let rank) = value else {
                throw KeratinError(
                    .invalidData, "a word has the rank \(value), which is no whole number", at: path
                )
            }
            return rank
        }
    }

    /// The names of the topics 0…45.
    public static func getLabelNames() -> [String] { labelNames }

    /// Whether the file is there without a download.
    public static var isPresent: Bool { file.isPresent }

    private static let file = KerasDatasetFile(
        "reuters", "reuters.npz",
        .sha256("d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"))

    private static let wordFile = KerasDatasetFile(
        "reuters", "reuters_word_index.json", .md5("4d44cc38712099c9e383dc6e5f11a921"))

    private static let labelNames = [
        "cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply",
        "coffee", "sugar", "trade", "reserves", "ship", "cotton", "carcass", "crude", "nat-gas",
        "cpi", "money-fx", "interest", "gnp", "meal-feed", "alum", "oilseed", "gold", "tin",
        "strategic-metal", "livestock", "retail", "ipi", "iron-steel", "rubber", "heat", "jobs",
        "lei", "bop", "zinc", "orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog", "lead",
    ]
}

import Foundation
import Testing

/// Files of data sets and what real Keras makes of them (`Scripts/fixtures/keras_datasets.py`).
struct DatasetFixtures: Decodable {
    /// The arguments of a loader, by Keras's names.
    struct Arguments: Decodable {
        var numWords: Int?
        var skipTop: Int?
        var maxlen: Int?
        var seed: Int?
        var startChar: Int32?
        var oovChar: Int32?
        var indexFrom: Int?
        var testSplit: Double?
        /// JSON's null says "none", which differs from an argument that is left out.
        var hasStart = true
        var hasOOV = true

        enum Keys: String, CodingKey {
            case maxlen, seed
            case numWords = "num_words"
            case skipTop = "skip_top"
            case startChar = "start_char"
            case oovChar = "oov_char"
            case indexFrom = "index_from"
            case testSplit = "test_split"
        }

        init(from decoder: any Decoder) throws {
            let all = try decoder.container(keyedBy: Keys.self)
            func number(_ key: Keys) throws -> Int? {
                try all.decodeIfPresent(Int.self, forKey: key)
            }
            numWords = try number(.numWords)
            skipTop = try number(.skipTop)
            maxlen = try number(.maxlen)
            seed = try number(.seed)
            indexFrom = try number(.indexFrom)
            testSplit = try all.decodeIfPresent(Double.self, forKey: .testSplit)
            hasStart = !all.contains(.startChar)
            hasOOV = !all.contains(.oovChar)
            startChar = hasStart ? 1 : try all.decodeIfPresent(Int32.self, forKey: .startChar)
            oovChar = hasOOV ? 2 : try all.decodeIfPresent(Int32.self, forKey: .oovChar)
        }
    }

    /// Sequences and labels.
    struct Newswires: Decodable, Equatable {
        var x: [[Int32]]
        var y: [Int]

        init(_ x: [[Int32]], _ y: [Int]) {
            self.x = x
            self.y = y
        }

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            x = try pair.decode([[Int32]].self)
            y = try pair.decode([Int].self)
        }
    }

    struct Houses: Decodable {
        struct Case: Decodable {
            let arguments: Arguments
            let train: [[Double]]
            let test: [[Double]]
        }
        let file: Data
        let cases: [Case]
        let california: Data
        let versions: [String: [[Double]]]
    }

    struct Newswire: Decodable {
        struct Case: Decodable {
            let arguments: Arguments
            let train: Newswires
            let test: Newswires
        }
        let files: [String: Data]
        let cases: [Case]
        let evil: Data
    }

    struct Folders: Decodable {
        struct Case: Decodable {
            let labels: String?
            let shuffle: Bool
            let seed: Int?
            let classNames: [String]?
            let paths: [String]
            let numbers: [Int]?
            let classes: [String]?
            let training: [String]
            let validation: [String]

            enum CodingKeys: String, CodingKey {
                case labels, shuffle, seed, paths, numbers, classes, training, validation
                case classNames = "class_names"
            }
        }
        let files: [String]
        let cases: [Case]
    }

    struct Order: Decodable {
        let seed: Int
        let order: [Int]
    }

    let reuters: Newswire
    let housing: Houses
    let folders: Folders
    let orders: [Order]

    static let shared = Result {
        let url = try #require(
            Bundle.module.url(
                forResource: "datasets", withExtension: "json", subdirectory: "Fixtures"))
        return try JSONDecoder().decode(DatasetFixtures.self, from: Data(contentsOf: url))
    }
}

import Foundation
import KeratinCore
import KeratinIO
import KeratinTensor
import Testing

/// Files of arrays by NumPy and safetensors (`Scripts/fixtures/arrays.py`).
struct ArrayFixtures: Decodable {
    struct Described: Decodable {
        let name: String?
        let shape: [Int]
        let type: String
        let values: [Number]

        var floats: [Float] { values.map(\.value) }
    }

    /// JSON has no infinities: they stand there as text.
    struct Number: Decodable {
        let value: Float

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                value = Float(text) ?? .nan
            } else {
                value = Float(try container.decode(Double.self))
            }
        }
    }

    struct One: Decodable {
        let name: String
        let file: String
        let array: Described
    }

    struct Several: Decodable {
        let name: String
        let file: String
        let arrays: [Described]
        let metadata: [String: String]?
    }

    struct Refused: Decodable {
        let word: String
        let file: String
    }

    let npy: [One]
    let refused: [Refused]
    let npz: [Several]
    let safetensors: [Several]

    static func load() throws -> ArrayFixtures {
        let path = try #require(
            Bundle.module.path(forResource: "arrays", ofType: "json", inDirectory: "Fixtures"))
        return try JSONDecoder().decode(
            ArrayFixtures.self, from: Data(contentsOf: URL(filePath: path)))
    }

    static func bytes(_ base64: String) throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: base64)))
    }
}

/// Checks element type, shape and every number.
func expect(
    _ raw: RawArray, _ golden: ArrayFixtures.Described, _ name: String,
    _ location: SourceLocation = #_sourceLocation
) throws {
    #expect(raw.type.rawValue == golden.type, "\(name)", sourceLocation: location)
    #expect(raw.shape == golden.shape, "\(name)", sourceLocation: location)
    #expect(raw.floats == golden.floats, "\(name)", sourceLocation: location)
    guard let array = try? HostArray(raw) else { return }
    #expect(array.shape.dimensions == golden.shape, "\(name)", sourceLocation: location)
    #expect(array.floats == golden.floats, "\(name)", sourceLocation: location)
}

/// The text of the `KeratinError` that `body` throws. Anything else is no proper answer to a bad file.
func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch let error as KeratinError {
        return error.code == .file ? error.description : "the code \(error.code)"
    } catch {
        return "another error: \(error)"
    }
}

/// Damages files in the same way each time.
enum Damage {
    /// Every beginning of the bytes, without the whole.
    static func truncations(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.map { Array(bytes.prefix($0)) }
    }

    /// Copies of the bytes with one to four bits turned over, most of them among the first `range` bytes.
    static func flips(_ bytes: [UInt8], count: Int, seed: UInt64) -> [[UInt8]] {
        var state = seed
        func draw(_ bound: Int) -> Int {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ mixed >> 31) % UInt64(bound))
        }
        return (0..<count).map { _ in
            var copy = bytes
            for _ in 0...draw(4) { copy[draw(copy.count)] ^= 1 << draw(8) }
            return copy
        }
    }
}

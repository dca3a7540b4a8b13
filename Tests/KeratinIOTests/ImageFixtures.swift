import Foundation
import KeratinIO
import KeratinTensor

/// Small pictures of every kind, and what Pillow, Keras and TensorFlow make of them (`Scripts/fixtures/images.py`).
struct ImageFixtures: Decodable {
    struct File: Decodable {
        var name: String
        var file: Data
        /// By colour mode.
        var pixels: [String: Data]
    }

    struct Resized: Decodable {
        var name: String
        var mode: String
        var size: [Int]
        var method: String
        var keeps: Bool
        var pixels: Data
    }

    struct Floats: Decodable {
        var name: String
        var size: [Int]
        var method: String
        var aspect: String
        var values: [Float]
    }

    struct Smart: Decodable {
        var shape: [Int]
        var x: [Float]
        var size: [Int]
        var method: String
        var values: [Float]
    }

    struct Saved: Decodable {
        var shape: [Int]
        var x: [Float]
        var scale: Bool
        var pixels: Data
    }

    struct Large: Decodable {
        var name: String
        var shape: [Int]
        var rgb: String
        var grayscale: String
        var bilinear: String
        var lanczos: String
        var nearest: String
    }

    var height: Int
    var width: Int
    var files: [File]
    var resized: [Resized]
    var floats: [Floats]
    var smart: [Smart]
    var arrays: [Saved]
    var large: [Large]

    static let shared = Result {
        let url = Bundle.module.url(
            forResource: "images", withExtension: "json", subdirectory: "Fixtures")
        guard let url else { throw CocoaError(.fileNoSuchFile) }
        return try JSONDecoder().decode(ImageFixtures.self, from: Data(contentsOf: url))
    }

    func file(_ name: String) throws -> [UInt8] {
        guard let file = files.first(where: { $0.name == name }) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return [UInt8](file.file)
    }
}

extension NDArray {
    /// Whole numbers 0…255 as bytes; nil where there are others.
    func bytes() throws -> [UInt8]? {
        let values = try floats().map { UInt8(exactly: $0) }
        return values.contains(nil) ? nil : values.compactMap(\.self)
    }
}

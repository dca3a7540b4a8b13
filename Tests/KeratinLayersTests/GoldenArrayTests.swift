import FoundationEssentials
import Keratin
import KeratinLayerTestKit
import Testing

/// Arrays as NumPy prints, slices and promotes them.
@Suite("Arrays as in NumPy")
struct GoldenArrayTests {
    struct Array: Decodable, Sendable {
        let shape: [Int]
        let dtype: String
        let values: [Double]
    }

    struct Printing: Decodable, Sendable {
        let name: String
        let array: Array
        let text: String
    }

    struct Result: Decodable, Sendable {
        let name: String
        let result: Array
    }

    private func tensor(_ array: Array) -> Tensor {
        let numbers = array.values
        let shape = Shape(array.shape)
        // Long arrays count up.
        if numbers.isEmpty, shape.count > 0 {
            return Tensor.arange(shape.count).reshaped(shape).cast(
                to: DType(rawValue: array.dtype) ?? .float32)
        }
        return switch array.dtype {
        case "int32": Tensor(numbers.map { Int($0) }, shape: shape)
        case "uint8": Tensor(numbers.map { UInt8($0) }, shape: shape)
        case "bool": Tensor(numbers.map { $0 != 0 }, shape: shape)
        default: Tensor(numbers, shape: shape)
        }
    }

    @Test("Arrays are printed as NumPy prints them")
    func printing() throws {
        let file = try GoldenFile<Printing>.load("printing", in: GoldenFileTests.folder)
        #expect(file.cases.count > 20)
        for item in file.cases {
            #expect("\(tensor(item.array))" == item.text, "\(item.name)")
        }
    }

    @Test("Slices, masks and numbers take what NumPy takes", arguments: Backends.names)
    func slices(backend: String) throws {
        let file = try GoldenFile<Result>.load("slices", in: GoldenFileTests.folder)
        let x = tensor(try GoldenExtra.load("slices", in: GoldenFileTests.folder).x)
        let parts: [String: Tensor] = try withBackend(BackendChoice(backend)) {
            [
                "[0]": x[0], "[-1]": x[-1], "[1, 2]": x[1, 2], "[1:3]": x[1..<3], "[:2]": x[..<2],
                "[2:]": x[2...], "[..., 0]": x[..., 0], "[0, ..., 1]": x[0, ..., 1],
                "[1:3, -2:]": x[1..<3, (-2)...], "[:-1]": x[..<(-1)], "[9:]": x[9...],
                "[newaxis]": x[nil], "[[2, 0, -1]]": x[[2, 0, -1]], "[x > 0]": x[x .> 0],
                "[rows]": x[x[..., 0][..., 0] .> 0],
            ].mapValues { Tensor((try? $0.int32s()) ?? [], shape: $0.shape) }
        }
        #expect(file.cases.count == parts.count)
        for item in file.cases {
            #expect(
                parts[item.name] == tensor(item.result), "\(item.name): \(parts[item.name] ?? [])")
        }
    }

    @Test("Of two element types the result has Keras's", arguments: Backends.names)
    func promotion(backend: String) throws {
        let file = try GoldenFile<Result>.load("promotion", in: GoldenFileTests.folder)
        let types: [String: Tensor] = [
            "float32": Tensor([1.5, -2, 0]), "int32": Tensor([7, -2, 3]),
            "uint8": Tensor([7, 200, 3] as [UInt8]),
            "bool": Tensor([true, false, true]),
        ]
        let functions: [String: (Tensor, any TensorConvertible) -> Tensor] = [
            "add": { ops.add($0, $1) }, "multiply": { ops.multiply($0, $1) },
            "divide": { ops.divide($0, $1) },
            "maximum": { ops.maximum($0, $1) }, "less": { ops.less($0, $1) },
        ]
        var seen = 0
        try withBackend(BackendChoice(backend)) {
            for item in file.cases {
                let words = item.name.split { "(), ".contains($0) }.map(String.init)
                let function = try #require(functions[words[0]])
                let left = try #require(types[words[1]])
                let right: any TensorConvertible =
                    words[2] == "2"
                    ? 2 : words[2] == "0.5" ? 0.5 : try #require(types[words[2]])[[2, 1, 0]]
                let result = function(left, right)
                // Sums and products of bytes are int32 here, where Keras lets them overflow (decision 0018).
                if item.result.dtype == "uint8" {
                    #expect(result.dtype != .float32, "\(item.name)")
                    continue
                }
                seen += 1
                #expect(result.dtype.rawValue == item.result.dtype, "\(item.name)")
                let numbers = try result.array(of: Float.self)
                for (number, expected) in zip(numbers, item.result.values) {
                    let right = Float(expected)
                    #expect(
                        number == right || number.isNaN && right.isNaN, "\(item.name): \(numbers)")
                }
            }
        }
        #expect(seen > 80)
    }
}

/// What stands beside the cases of a file.
private struct GoldenExtra: Decodable {
    let x: GoldenArrayTests.Array

    static func load(_ family: String, in folder: String) throws -> GoldenExtra {
        try JSONDecoder().decode(
            GoldenExtra.self, from: Data(contentsOf: URL(filePath: "\(folder)/\(family).json")))
    }
}

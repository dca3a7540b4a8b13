import Foundation
import Keratin
import KeratinCore
import KeratinLayers
import Testing

@testable import KeratinIO

/// Layers and modes of Keras 1 that later versions dropped, beside what Keras 1 says that they compute.
@Suite struct DroppedLayerTests {
    private func numbers(_ count: Int, _ seed: Int) -> [Float] {
        (0..<count).map { Float(($0 * 7 + seed * 5) % 11) / 5 - 0.9 }
    }

    /// A model of one layer of Keras 1, with the weights that Keras 1 would list.
    private func model(
        _ className: String, _ config: String, shape: [Int],
        _ weights: [(shape: [Int], values: [Float])]
    ) throws -> Model {
        let folder = try DatasetFileTests.Folder()
        let extents = shape.map(String.init).joined(separator: ", ")
        let model = try modelFromJSON(
            #"{"class_name": "Sequential", "config": [{"class_name": "\#(className)", "config": {"name": "mine", "batch_input_shape": [null, \#(extents)], \#(config)}}]}"#
        )
        var root = HDF5Group()
        root.attributes["layer_names"] = .strings(["mine"])
        root.withGroup(["mine"]) { group in
            group.attributes["weight_names"] = .strings(weights.indices.map { "mine_\($0):0" })
            for (index, weight) in weights.enumerated() {
                let array = RawArray(weight.values, shape: weight.shape)
                group["mine_\(index):0"] = .dataset(array, attributes: [:])
            }
        }
        let path = "\(folder.path)/weights.h5"
        try FileAccess.write(HDF5Writer.write(root), to: path)
        #expect(try model.loadWeights(path).loaded.count == weights.count)
        // What is saved is read again.
        let file = "\(folder.path)/model.keras"
        try model.save(file)
        return try loadModel(file)
    }

    private func check(_ model: Model, _ x: [Float], _ shape: [Int], _ expected: [Float]) throws {
        let y = try model.predict(NDArray(x, shape: Shape(shape))).floats()
        #expect(y.count == expected.count)
        for (found, wanted) in zip(y, expected) {
            #expect(abs(found - wanted) < 1e-5, "\(y) and \(expected)")
        }
    }

    @Test(
        "A highway lets a part through; its weights are listed in two orders",
        arguments: [true, false])
    func highway(_ isNew: Bool) throws {
        let (w, c, b, d) = (numbers(9, 1), numbers(9, 2), numbers(3, 3), numbers(3, 4))
        let square = [3, 3]
        let layer = try model(
            "Highway",
            #""init": "uniform", "activation": "tanh", "bias": true, "transform_bias": -2"#,
            shape: [3],
            isNew
                ? [(square, w), (square, c), ([3], b), ([3], d)]
                : [(square, w), ([3], b), (square, c), ([3], d)])
        let x = numbers(6, 5)
        var expected: [Float] = []
        for row in 0..<2 {
            for unit in 0..<3 {
                let z = (0..<3).reduce(b[unit]) { $0 + x[row * 3 + $1] * w[$1 * 3 + unit] }
                let g = (0..<3).reduce(d[unit]) { $0 + x[row * 3 + $1] * c[$1 * 3 + unit] }
                let part = 1 / (1 + exp(-g))
                expected.append(part * tanh(z) + (1 - part) * x[row * 3 + unit])
            }
        }
        try check(layer, x, [2, 3], expected)
    }

    @Test("SReLU is three lines")
    func threeLines() throws {
        let (tl, al, tr, ar) = (numbers(4, 1), numbers(4, 2), numbers(4, 3), numbers(4, 4))
        let layer = try model(
            "SReLU", #""t_left_init": "zero", "a_right_init": "one", "shared_axes": null"#,
            shape: [4],
            [([4], tl), ([4], al), ([4], tr), ([4], ar)])
        let x = numbers(12, 6).map { $0 * 2 }
        let expected = x.indices.map { place -> Float in
            let (cell, value) = (place % 4, x[place])
            let right = tl[cell] + abs(tr[cell])
            if value < tl[cell] { return tl[cell] + al[cell] * (value - tl[cell]) }
            return value > right ? right + ar[cell] * (value - right) : value
        }
        try check(layer, x, [3, 4], expected)
    }

    @Test("ParametricSoftplus")
    func softplus() throws {
        let (alpha, beta) = (numbers(3, 1), numbers(3, 2))
        let layer = try model(
            "ParametricSoftplus", #""alpha_init": 0.2, "beta_init": 5.0, "shared_axes": [1]"#,
            shape: [2, 3], [([1, 3], alpha), ([1, 3], beta)])
        let x = numbers(12, 3)
        let expected = x.indices.map { alpha[$0 % 3] * log(1 + exp(beta[$0 % 3] * x[$0])) }
        try check(layer, x, [2, 2, 3], expected)
    }

    @Test("BatchNormalization by the sample (1) and by the batch (2)", arguments: [1, 2])
    func normalization(_ mode: Int) throws {
        let (gamma, beta) = (numbers(3, 1), numbers(3, 2))
        let layer = try model(
            "BatchNormalization",
            #""mode": \#(mode), "epsilon": 0.01, "axis": -1, "momentum": 0.9"#,
            shape: [3],
            [([3], gamma), ([3], beta), ([3], numbers(3, 3)), ([3], [1, 2, 3])])
        let x = numbers(12, 4)
        let expected = x.indices.map { place -> Float in
            let (row, column) = (place / 3, place % 3)
            let all =
                mode == 1 ? (0..<3).map { x[row * 3 + $0] } : (0..<4).map { x[$0 * 3 + column] }
            let mean = all.reduce(0, +) / Float(all.count)
            let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(all.count)
            let deviation = (variance + 0.01).squareRoot() + (mode == 1 ? 0.01 : 0)
            return gamma[column] * (x[place] - mean) / deviation + beta[column]
        }
        try check(layer, x, [4, 3], expected)
    }

    @Test("A full border puts zeros around")
    func fullBorder() throws {
        let w = numbers(3, 1)
        let layer = try model(
            "Convolution1D",
            #""nb_filter": 1, "filter_length": 3, "border_mode": "full", "bias": false, "subsample_length": 1"#,
            shape: [4, 1], [([3, 1, 1, 1], w)])
        let x = numbers(4, 2)
        let expected = (0..<6).map { place in
            (0..<3).reduce(Float(0)) { sum, cell in
                let index = place + cell - 2
                return (0..<4).contains(index) ? sum + w[cell] * x[index] : sum
            }
        }
        try check(layer, x, [1, 4, 1], expected)
    }
}

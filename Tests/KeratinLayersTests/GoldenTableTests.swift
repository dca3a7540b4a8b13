import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinTensor
import Testing

@testable import KeratinLayers

@Suite("Columns of tables as in Keras", .serialized)
struct GoldenTableTests {
    private struct ArrayCase: Decodable, Sendable {
        let name: String
        let layer: GoldenObject
        let inputs: GoldenTensor
        let countWeights: GoldenTensor?
        let output: GoldenTensor
    }

    private struct AdaptCase: Decodable, Sendable {
        let name: String
        let layer: GoldenObject
        let batches: [GoldenTensor]
        let boundaries: [Double]
        let inputs: GoldenTensor
        let output: GoldenTensor
    }

    private struct HashCase: Decodable, Sendable {
        struct Column: Decodable, Sendable {
            let texts: [String]?
            let integers: [Int]?

            var column: CategoryColumn {
                CategoryColumn(
                    (texts ?? []).map(\.category) + (integers ?? []).map(\.category))
            }
        }
        let name: String
        let layer: GoldenObject
        let dtype: String
        let columns: [Column]
        let output: GoldenTensor
    }

    private func load<Case: Decodable & Sendable>(_ family: String) throws -> [Case] {
        try GoldenFile<Case>.load(family, in: GoldenFileTests.folder).cases
    }

    private func layer(_ object: GoldenObject, _ name: String) throws -> Layer {
        let layer = try GoldenLayers.layer(object)
        let config = try layer.getConfig()
        expectConfig(config, says: object.config.mapValues(\.configValue), name)
        let extra = Set(config.keys).subtracting(object.config.keys)
        #expect(extra == ["name", "dtype"], "\(name)")
        return layer
    }

    private func expectArray(_ got: Tensor, _ golden: GoldenTensor, _ name: String) throws {
        try got.check()
        #expect(got.shape.dimensions == golden.shape, "\(name): shape")
        #expect(got.dtype.rawValue == golden.dtype, "\(name): type")
        #expect(try got.floats() == golden.floats, "\(name)")
    }

    @Test("Categories and bins, eager and recorded", arguments: Backends.names)
    func categories(backend: String) throws {
        let cases: [ArrayCase] = try load("categories")
        try withBackend(BackendChoice(backend)) {
            for golden in Backends.share(of: cases, backend) {
                let layer = try layer(golden.layer, golden.name)
                let x = try golden.inputs.array()
                let got: Tensor =
                    if let weights = golden.countWeights, let layer = layer as? CategoryEncoding {
                        layer(x, countWeights: try weights.array())
                    } else {
                        layer(x)
                    }
                try expectArray(got, golden.output, golden.name)
            }
            // What has no elements is not recorded.
            let full = cases.filter { !$0.inputs.values.isEmpty }
            let recorded = try batchedResults(Backends.share(of: full, backend)) { golden in
                let layer = try GoldenLayers.layer(golden.layer)
                let inputs = [golden.inputs] + (golden.countWeights.map { [$0] } ?? [])
                return (
                    inputs,
                    { _, x in
                        let named = x.count > 1 ? ["count_weights": [x[1]]] : [:]
                        return try layer.apply([x[0]], CallContext(tensors: named))
                            .map { $0.cast(to: .float32) }
                    }
                )
            }
            for (golden, values) in recorded {
                #expect(values[0] == golden.output.floats, "\(golden.name), recorded")
            }
        }
    }

    @Test("Discretization learns its limits from data")
    func adapt() throws {
        for golden in try load("discretization_adapt") as [AdaptCase] {
            try withBackend(.cpu) {
                var config = golden.layer.config.mapValues(\.configValue)
                config["bin_boundaries"] = nil
                let fresh = try Discretization(
                    from: Configuration(config, of: "Discretization"))
                #expect(fresh.binBoundaries == nil)
                try fresh.adapt(batches: golden.batches.map { try $0.array() })
                #expect(
                    fresh.binBoundaries?.map { Float($0) } == golden.boundaries.map { Float($0) },
                    "\(golden.name)")
                expectConfig(
                    try fresh.getConfig(), says: golden.layer.config.mapValues(\.configValue),
                    golden.name)
                try expectArray(
                    fresh(try golden.inputs.array()), golden.output, golden.name)
                // Files hold what was learnt.
                let loaded = try layer(golden.layer, golden.name)
                try expectArray(loaded(try golden.inputs.array()), golden.output, golden.name)
                #expect(try loaded.copied().getConfig() == loaded.getConfig())
            }
        }
    }

    @Test("Hashes of texts, integers and combinations")
    func hashes() throws {
        try withBackend(.cpu) {
            for golden in try load("category_hashes") as [HashCase] {
                let layer = try layer(golden.layer, golden.name)
                #expect(try layer.getConfig()["dtype"] == .string(golden.dtype), "\(golden.name)")
                let columns = golden.columns.map(\.column)
                let got =
                    if let crossing = layer as? HashedCrossing {
                        try crossing.encoded(columns)
                    } else {
                        try #require(layer as? Hashing).encoded(columns[0])
                    }
                try expectArray(got, golden.output, golden.name)
            }
            for golden in try load("category_hashes_of_arrays") as [ArrayCase] {
                let layer = try layer(golden.layer, golden.name)
                try expectArray(
                    layer(try golden.inputs.array()), golden.output, golden.name)
            }
        }
    }

    @Test("How columns are written")
    func forms() throws {
        try withBackend(.cpu) {
            let hashing = Hashing(numBins: 3)
            #expect(hashing(["A", "B", "C"]).shape == [3])
            #expect(hashing([["A", "B"], ["C", "D"]]).shape == [2, 2])
            let integers = try hashing.encoded([1, 2].categoryColumn())
            #expect(hashing(Tensor([1, 2])) == integers)
            let crossing = HashedCrossing(5, outputMode: "one_hot")
            #expect(crossing(["A", "B"], [1, 2]).shape == [2, 5])
            #expect(
                crossing([Tensor([3, 4]), Tensor([5, 6])]) == crossing([3, 4], [5, 6]))
            #expect(CategoryEncoding(4, outputMode: .oneHot)(Tensor([1, 2])).shape == [2, 4])
            #expect(Discretization([0, 1.5])(Tensor([1.0, 2.0])).dtype == .int32)
            #expect(Hashing(9, salt: 4)(["a"]) == Hashing(9, salt: [4, 4])(["a"]))
        }
    }

    @Test("Spectra of signals of unknown length, however long their frames are")
    func unknownLengths() throws {
        let mel = MelSpectrogram()
        #expect(try mel.outputShape(for: [nil, nil]) == [nil, 128, nil])
        #expect(try mel.outputShape(for: [nil, 4000]) == [nil, 128, 8])
        let stft = STFTSpectrogram(mode: "stft", frameLength: 4096, expandDims: true)
        #expect(try stft.outputShape(for: [nil, nil, 2]) == [nil, nil, 4098, 2])
        #expect(try stft.outputShape(for: [nil, 5000, nil]) == [nil, 1, 4098, nil])
        try withBackend(.cpu) {
            let y = mel(Tensor.zeros([1, 1025]))
            try y.check()
            #expect(y.shape == [1, 128, 3])
        }
    }

    @Test("What is refused says why")
    func mistakes() throws {
        func message(_ body: () throws -> Void) -> String {
            do {
                try body()
                return "nothing"
            } catch { return "\(error)" }
        }
        func message(_ tensor: @autoclosure () -> Tensor) -> String {
            message { try tensor().check() }
        }
        let x = Tensor([1, 2])
        #expect(message(CategoryEncoding(0)(x)).contains("numTokens must be positive"))
        #expect(message(CategoryEncoding(1 << 40)(x)).contains("at most"))
        #expect(message(CategoryEncoding(3, outputMode: "int")(x)).contains("one of multi_hot"))
        #expect(message(CategoryEncoding(3, outputMode: "multihot")(x)).contains("multi_hot"))
        #expect(message(CategoryEncoding(3)(x, countWeights: x)).contains("mode count"))
        #expect(
            message(CategoryEncoding(3, outputMode: .count)(x, countWeights: Tensor([1.0])))
                .contains("shape [2]"))
        #expect(message(Discretization([2, 1])(x)).contains("must rise"))
        #expect(message(Discretization([.nan])(x)).contains("not a number"))
        #expect(message(Discretization(numBins: 3)(x)).contains("adapt"))
        #expect(message(Discretization(numBins: 0)(x)).contains("numBins"))
        #expect(message(Discretization(numBins: 2, epsilon: .nan)(x)).contains("epsilon"))
        #expect(
            message { try Discretization([1]).adapt(x) }.contains("was made with its limits"))
        #expect(
            message { try Discretization(numBins: 2).adapt(batches: []) }.contains("needs data"))
        #expect(
            message { try Discretization(numBins: 2).adapt(Tensor([Float.nan, .nan, 1])) }
                .contains("not a number"))
        #expect(
            message(MelSpectrogram()(Tensor.zeros([1, 1024]))).contains("more than fftLength/2"))
        #expect(message(MelSpectrogram(window: "kaiser")(x)).contains("hann"))
        #expect(
            message(STFTSpectrogram(frameLength: 8)(Tensor.zeros([1, 7, 1]))).contains(
                "frameLength"))
        #expect(
            message(STFTSpectrogram(mode: "power")(Tensor.zeros([1, 300, 1]))).contains("power"))
        #expect(message(Hashing(0)(x)).contains("numBins"))
        #expect(message(Hashing(3, salt: [1, 2, 3])(x)).contains("a salt is"))
        #expect(message(Hashing(3, maskValue: "a")(x)).contains("both be texts"))
        #expect(message(Hashing(3)([["a"], ["b", "c"]])).contains("row 1 has 2"))
        #expect(message(HashedCrossing(3)(x, Tensor([1, 2, 3]))).contains("one shape"))
        #expect(message(HashedCrossing(3)([x])).contains("two columns"))
        #expect(message(HashedCrossing(3)(x, Tensor([1.5, 2]))).contains("whole numbers"))
        for (name, layer) in [("Hashing", Hashing(3)), ("HashedCrossing", HashedCrossing(3))] {
            let config: [String: ConfigValue] = [
                "class_name": .string(name), "config": ["num_bins": 3, "sparse": true],
            ]
            #expect(
                message {
                    _ = try LayerRegistry.make(SerializedObject(.object(config), what: "layer"))
                }.contains("sparse"))
            #expect(
                message {
                    let model = try Sequential([Input(shape: [2], dtype: .int32), layer])
                    _ = try model.predict(Tensor([[1, 2]]), verbose: 0)
                }.contains("no step of a model"), "\(name)")
        }
    }
}

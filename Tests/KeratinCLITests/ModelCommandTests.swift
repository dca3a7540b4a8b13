import Foundation
import Keratin
import KeratinIO
import Testing

/// `summary`, `predict`, `evaluate`, `convert` and `inspect`.
@Suite("Commands on models", .serialized) struct ModelCommandTests {
    @Test("Weights for which there is no memory are an error, not the end of the process")
    func hugeWeights() throws {
        let tool = try Tool()
        let text =
            #"{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Dense", "config": {"name": "wide", "units": 300000000, "batch_input_shape": [null, 4]}}]}}"#
        try Data(text.utf8).write(to: URL(fileURLWithPath: tool.path("huge.json")))
        // Between the weight alone and the weight beside its first values, and less than the weight.
        for limit in ["7000000", "3500000"] {
            let outcome = try tool.script(
                "ulimit -v $1 && exec \"$0\" summary huge.json --backend cpu", limit)
            expectFailure(outcome, "out of memory", "4577 MiB")
        }
    }

    @Test("A model from a pipe is refused in words, at once")
    func pipes() throws {
        let tool = try Tool()
        try compiledClassifier().save(tool.path("m.keras"))
        let outcome = try tool.script(
            "cat m.keras | exec \"$0\" summary /dev/stdin --backend cpu", seconds: 10)
        expectFailure(outcome, "/dev/stdin", "is a pipe")
    }

    @Test func summaryPrintsTheTable() throws {
        let tool = try Tool()
        try compiledClassifier().save(tool.path("m.keras"))
        let outcome = try tool("summary", "m.keras")
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        for text in ["Model: \"classifier\"", "hidden (Dense)", "(None, 6)", "Total params: "] {
            #expect(outcome.output.contains(text), "\(text) in \(outcome.output)")
        }
    }

    @Test(arguments: [["--backend", "cpu"], ["--backend", "cpu", "--batch-size", "3"], []])
    func predictWritesWhatTheModelGives(_ options: [String]) throws {
        let tool = try Tool()
        let model = try withBackend(.cpu) { try compiledClassifier() }
        try model.save(tool.path("m.keras"))
        let (x, _) = try samples(7)
        let input = try tool.write(x, "x.npy")
        for spelled in [input, "features=\(input)"] {
            let outcome = try tool.run(
                ["predict", "m.keras", "--x", spelled, "--output", "y.npy"] + options)
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            let (ours, expected) = (try tool.read("y.npy"), try model.predict(x))
            #expect(ours.shape == expected.shape)
            let worst =
                zip(try ours.floats(), try expected.floats()).map { abs($0 - $1) }.max() ?? 1
            #expect(worst < 1e-6)
        }
        #expect(try tool.listing() == ["m.keras", "x.npy", "y.npy"])
    }

    /// An array of other types and orders than ours, with the same numbers.
    private func foreign(_ x: NDArray, descr: String, fortran: Bool = false) throws -> [UInt8] {
        let (rows, columns) = (x.shape[0], x.shape[1])
        let order = fortran ? "True" : "False"
        let header =
            "{'descr': '\(descr)', 'fortran_order': \(order), 'shape': (\(rows), \(columns)), }\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        bytes +=
            [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
        func append(_ value: Float) {
            let pattern: [UInt8]
            switch descr.dropFirst() {
            case "f8":
                pattern = withUnsafeBytes(of: Double(value).bitPattern.littleEndian) { Array($0) }
            case "i8": pattern = withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) }
            case "i2": pattern = withUnsafeBytes(of: Int16(value).littleEndian) { Array($0) }
            default: pattern = withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
            }
            bytes += descr.hasPrefix(">") ? pattern.reversed() : pattern
        }
        let values = try x.floats()
        if fortran {
            for column in 0..<columns {
                for row in 0..<rows { append(values[row * columns + column]) }
            }
        } else {
            values.forEach(append)
        }
        return bytes
    }

    @Test func arraysOfOtherTypesAndOrdersAreTheSameNumbers() throws {
        let tool = try Tool()
        try smallClassifier().save(tool.path("m.keras"))
        let x = NDArray((0..<20).map { Float($0 % 7) - 3 }, shape: [5, 4])
        func predicted(_ bytes: [UInt8]) throws -> NDArray {
            try FileAccess.write(bytes, to: tool.path("x.npy"))
            let outcome = try tool("predict", "m.keras", "--x", "x.npy", "--output", "y.npy")
            #expect(outcome.code == 0, "\(outcome.errors)")
            return try tool.read("y.npy")
        }
        let expected = try predicted(x.npy())
        for descr in ["<f4", ">f4", "<f8", ">f8", "<i8", ">i2"] {
            #expect(try predicted(try foreign(x, descr: descr)) == expected, "\(descr)")
            #expect(
                try predicted(try foreign(x, descr: descr, fortran: true)) == expected, "\(descr) F"
            )
        }
    }

    @Test func mistakesInPredictAreWordedAndWriteNothing() throws {
        let tool = try Tool()
        try smallClassifier().save(tool.path("m.keras"))
        let x = try tool.write(samples(3).x, "x.npy")
        let wide = try tool.write(drawn([3, 5]), "wide.npy")
        try FileAccess.write([1, 2, 3], to: tool.path("none.npy"))
        let before = try tool.listing()
        func failure(_ arguments: String..., words: String...) throws {
            let outcome = try tool.run(["predict"] + arguments)
            expectFailure(outcome)
            for word in words {
                #expect(outcome.errors.contains(word), "\(word): \(outcome.errors)")
            }
            #expect(try tool.listing() == before)
        }
        try failure(
            "m.keras", "--x", "pixels=\(x)", "--output", "y.npy", words: "'features'",
            "'pixels'")
        try failure(
            "m.keras", "--x", x, "--input", x, "--output", "y.npy", words: "1 input", "got 2")
        try failure(
            "m.keras", "--x", x, "--output", "y.npy", "--output", "z.npy",
            words: "1 output, got 2")
        try failure("m.keras", "--x", wide, "--output", "y.npy", words: "(None, 4)", "[3, 5]")
        try failure(
            "m.keras", "--x", x, "--output", "y.npy", "--batch-size", "0", words: "batch")
        try failure(
            "m.keras", "--x", x, "--output", "y.npy", "--batch-size=-2", words: "batch")
        try failure(
            "m.keras", "--x", "none.npy", "--output", "y.npy", words: "none.npy: is no NPY file"
        )
        try failure(
            "m.keras", "--x", "gone.npy", "--output", "y.npy",
            words: "gone.npy: cannot be opened")
        try failure(
            "gone.keras", "--x", x, "--output", "y.npy", words: "gone.keras: cannot be opened")
        try failure(
            "m.keras", "--x", x, "--output", "none/y.npy",
            words: "none/y.npy: cannot be written")
        try failure(
            "m.keras", "--x", x, "--output", "y.npy", "--backend", "cuda",
            words: "unknown backend 'cuda'")
        // Mistakes in the command line itself.
        expectFailure(
            try tool("predict", "m.keras"), "--output", "keratin predict --help", code: 64)
    }

    @Test func evaluatePrintsFigures() throws {
        let tool = try Tool()
        let model = try compiledClassifier()
        try model.save(tool.path("m.keras"))
        let (x, y) = try samples(10)
        _ = try (tool.write(x, "x.npy"), tool.write(y, "y.npy"))
        let json = try tool("evaluate", "m.keras", "--x", "x.npy", "--y", "y.npy", "--json")
        let figures = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Double])
        let expected = try model.evaluate(x, y, verbose: 0)
        #expect(figures.keys.sorted() == ["accuracy", "loss"])
        for (key, value) in expected {
            #expect(abs((figures[key] ?? .nan) - value) < 1e-5 * abs(value) + 1e-6, "\(key)")
        }
        let text = try tool("evaluate", "m.keras", "--x", "x.npy", "--y", "y.npy").output
        #expect(text.contains("loss: ") && text.contains("accuracy: "), "\(text)")
        let weights = try tool.write(NDArray([Float](repeating: 2, count: 10)), "w.npy")
        let weighted = try tool(
            "evaluate", "m.keras", "--x", "x.npy", "--y", "y.npy", "--sample-weight", weights,
            "--json")
        #expect(weighted.code == 0, "\(weighted.errors)")
        try smallClassifier().save(tool.path("plain.keras"))
        expectFailure(
            try tool("evaluate", "plain.keras", "--x", "x.npy", "--y", "y.npy"), "is not compiled")
        let few = try tool.write(samples(3).y, "few.npy")
        expectFailure(
            try tool("evaluate", "m.keras", "--x", "x.npy", "--y", few), "10 samples, y has 3")
    }

    @Test func convertGoesBetweenAllFormats() throws {
        let tool = try Tool()
        let model = try compiledClassifier()
        try model.save(tool.path("m.keras"))
        let names = ["w.weights.h5", "w.safetensors", "w.npz"]
        for name in names {
            #expect(try tool("convert", "m.keras", name).code == 0)
            for other in names {
                let outcome = try tool("convert", name, "again.\(other.dropFirst(2))")
                #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
                let read = try smallClassifier()
                try read.loadWeights(tool.path("again.\(other.dropFirst(2))"))
                #expect(try read.getWeights() == model.getWeights(), "\(name) to \(other)")
            }
        }
        #expect(try tool("convert", "m.keras", "again.keras").code == 0)
        #expect(
            try FileAccess.read(tool.path("again.keras")) == FileAccess.read(tool.path("m.keras")))
        #expect(try tool("convert", "m.keras", "m.json").code == 0)
        let text = String(decoding: try FileAccess.read(tool.path("m.json")), as: UTF8.self)
        #expect(try modelFromJSON(text).toJSON() == model.toJSON())
        let before = try tool.listing()
        expectFailure(try tool("convert", "m.keras", "m.txt"), ".safetensors", "m.txt")
        expectFailure(try tool("convert", "w.npz", "m.keras"), "m.keras")
        expectFailure(try tool("convert", "gone.npz", "x.npz"), "gone.npz")
        #expect(try tool.listing() == before)
    }

    @Test func inspectTellsWhatAFileHolds() throws {
        let tool = try Tool()
        try compiledClassifier().save(tool.path("m.keras"))
        try smallClassifier().saveWeights(tool.path("w.safetensors"))
        let keras = try tool("inspect", "m.keras")
        #expect(keras.code == 0 && keras.errors.isEmpty, "\(keras.errors)")
        for text in [
            "format: Keras 3", "model: Sequential", "layer: Dense 'hidden'", "optimizer: Adam",
            "loss: sparse_categorical_crossentropy", "layers/dense/vars/0 float32 [4, 6]",
            "can be loaded: yes, as a model, compiled",
        ] { #expect(keras.output.contains(text), "\(text) in \(keras.output)") }
        let weights = try tool("inspect", "w.safetensors").output
        #expect(weights.contains("layers/dense_1/vars/1 float32 [3]"), "\(weights)")
        // A class that is not there is told, not an error.
        let config = try compiledClassifier().toJSON()
            .replacingOccurrences(of: "\"BatchNormalization\"", with: "\"Strange\"")
        let members = try Zip.read(FileAccess.read(tool.path("m.keras"))).map { member in
            var member = member
            if member.name == "config.json" { member.bytes = Array(config.utf8) }
            return member
        }
        try FileAccess.write(Zip.write(members), to: tool.path("strange.keras"))
        let strange = try tool("inspect", "strange.keras")
        #expect(strange.code == 0, "\(strange.errors)")
        #expect(strange.output.contains("not used: ") && strange.output.contains("'Strange'"))
        #expect(strange.output.contains("can be loaded: no, "), "\(strange.output)")
        expectFailure(try tool("summary", "strange.keras"), "'Strange'", "CustomObjects.register")
        try FileAccess.write([1, 2, 3], to: tool.path("x.npz"))
        expectFailure(try tool("inspect", "x.npz"), "x.npz")
    }
}

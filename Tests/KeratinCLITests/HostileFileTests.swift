import Foundation
import Keratin
import KeratinIO
import Testing

/// Files from strangers: whatever they hold, the tool ends with success or with one worded line. Weights are read in a
/// process of their own, since the HDF5 library itself crashes on some.
@Suite("Hostile files", .serialized) struct HostileFileTests {
    /// The same numbers each time (SplitMix64).
    private struct Generator {
        var state: UInt64

        mutating func draw(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ mixed >> 31) % UInt64(bound))
        }
    }

    private func trained() throws -> Sequential {
        let model = try compiledClassifier()
        let (x, y) = try samples(6)
        try model.fit(x, y, verbose: 0)
        return model
    }

    /// Checks that a run ended well or with a worded error.
    private func expectWorded(_ outcome: Tool.Outcome, _ what: String) {
        let isWorded =
            outcome.code == 0 && outcome.errorLines.isEmpty
            || outcome.code == 1 && outcome.errorLines.count == 1
                && outcome.errorLines[0].hasPrefix("keratin: error: ")
        #expect(isWorded, "\(what): code \(outcome.code), \(outcome.errors.prefix(600))")
    }

    /// Damages bytes: turned bits, overwritten bytes, numbers of all ones, or an early end.
    private func damaged(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var copy = bytes
        switch generator.draw(5) {
        case 0: copy.removeLast(1 + generator.draw(copy.count))
        case 1:
            let place = generator.draw(copy.count)
            for index in place..<min(place + 8, copy.count) { copy[index] = 0xFF }
        case 2:
            for _ in 0..<8 { copy[generator.draw(copy.count)] = UInt8(generator.draw(256)) }
        default:
            for _ in 0...generator.draw(4) {
                copy[generator.draw(copy.count)] ^= 1 << generator.draw(8)
            }
        }
        return copy
    }

    @Test func damagedModelFiles() throws {
        let tool = try Tool()
        try trained().save(tool.path("m.keras"))
        _ = try tool.write(samples(3).x, "x.npy")
        let bytes = try FileAccess.read(tool.path("m.keras"))
        var generator = Generator(state: 1)
        for number in 0..<80 {
            try FileAccess.write(damaged(bytes, &generator), to: tool.path("bad.keras"))
            expectWorded(
                try tool(
                    "predict", "bad.keras", "--x", "x.npy", "--output", "y.npy", "--backend",
                    "cpu"),
                "file \(number)")
        }
    }

    @Test func damagedWeightsInAWholeArchive() throws {
        let tool = try Tool()
        try trained().save(tool.path("m.keras"))
        let members = try Zip.read(FileAccess.read(tool.path("m.keras")))
        var generator = Generator(state: 2)
        for number in 0..<80 {
            let bad = members.map { member in
                var member = member
                if member.name.hasSuffix(".h5") { member.bytes = damaged(member.bytes, &generator) }
                return member
            }
            try FileAccess.write(Zip.write(bad), to: tool.path("bad.keras"))
            expectWorded(try tool("convert", "bad.keras", "out.keras"), "weights \(number)")
        }
    }

    @Test func damagedWeightsFiles() throws {
        let tool = try Tool()
        try trained().saveWeights(tool.path("m.weights.h5"))
        let bytes = try FileAccess.read(tool.path("m.weights.h5"))
        var generator = Generator(state: 3)
        for number in 0..<160 {
            try FileAccess.write(damaged(bytes, &generator), to: tool.path("bad.weights.h5"))
            expectWorded(try tool("convert", "bad.weights.h5", "w.npz"), "weights file \(number)")
        }
    }

    /// Counts the plain values inside a value, and puts another one in the place of one of them.
    private func replacing(
        _ value: ConfigValue, _ target: Int, by new: ConfigValue, _ count: inout Int
    ) -> ConfigValue {
        switch value {
        case .list(let elements):
            return .list(elements.map { replacing($0, target, by: new, &count) })
        case .object(let fields):
            var result = fields
            for key in fields.keys.sorted() {
                result[key] = replacing(fields[key] ?? .null, target, by: new, &count)
            }
            return .object(result)
        default:
            count += 1
            return count - 1 == target ? new : value
        }
    }

    @Test func strangeConfigurations() throws {
        let tool = try Tool()
        let model = try Sequential(name: "net") {
            Input(shape: [6, 6, 2])
            ZeroPadding2D(padding: 1)
            Conv2D(3, kernelSize: 3, strides: 2)
            UpSampling2D(size: 2, interpolation: .bilinear)
            Cropping2D(cropping: 1)
            Reshape([-1, 3])
            GlobalAveragePooling1D()
            RepeatVector(2)
            Dense(2)
        }
        try model.compile(optimizer: .sgd(), loss: "mse")
        try model.save(tool.path("m.keras"))
        _ = try tool.write(drawn([2, 6, 6, 2]), "x.npy")
        let members = try Zip.read(FileAccess.read(tool.path("m.keras")))
        let config = try #require(members.first { $0.name == "config.json" })
        let value = try JSON.decode(config.bytes, name: "config.json")
        var count = 0
        _ = replacing(value, -1, by: .null, &count)
        let strange: [ConfigValue] = [
            .integer(.max), .integer(.min), .integer(1 << 31), .integer(1 << 14), -1, 0, 1e308, "x",
            .null, [], [:], [-1, -1], true,
        ]
        var generator = Generator(state: 4)
        for _ in 0..<160 {
            let (target, new) = (generator.draw(count), strange[generator.draw(strange.count)])
            var seen = 0
            let text = JSON.encode(replacing(value, target, by: new, &seen))
            let bad = members.map { member in
                var member = member
                if member.name == config.name { member.bytes = Array(text.utf8) }
                return member
            }
            try FileAccess.write(Zip.write(bad), to: tool.path("bad.keras"))
            expectWorded(
                try tool(
                    "predict", "bad.keras", "--x", "x.npy", "--output", "y.npy", "--backend",
                    "cpu"),
                "value \(target) as \(new)")
        }
    }
}

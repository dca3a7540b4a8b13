import Keratin
import KeratinCore
import KeratinLayers
import Testing

@testable import KeratinYAML

@Suite("YAML")
struct YAMLTests {
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch let error as KeratinError {
            return error.description
        } catch {
            return "another error: \(error)"
        }
    }

    @Test("A model comes back, with its compilation")
    func model() throws {
        let model = try Sequential {
            Input(shape: [4])
            Dense(3, activation: .relu)
            Dense(2, activation: .softmax)
        }
        try model.compile(optimizer: .adam(learningRate: 1e-5), loss: .categoricalCrossentropy())
        let text = try model.toYAML()
        let copy = try modelFromYAML(text)
        #expect(try copy.toJSON() == model.toJSON())
        #expect(try copy.toYAML() == text)
        #expect(text.contains("class_name: Sequential"))
        #expect(text.contains("units: 3"))
        #expect(try modelFromYAML(text, compile: false).toYAML() != text)
    }

    @Test("Texts as Keras 1 and 2 wrote them")
    func old() throws {
        let text = """
            backend: !!python/unicode 'tensorflow'
            class_name: !!python/str Sequential
            config:
            - class_name: Dense
              config:
                activation: relu
                batch_input_shape: !!python/tuple [null, 4]
                kernel_initializer:
                  class_name: VarianceScaling
                  config: {distribution: uniform, mode: fan_avg, scale: 1.0, seed: null}
                trainable: !!python/bool True
                units: !!python/long 3
                use_bias: true
            keras_version: 2.1.3
            """
        let value = try YAML.decode(text)
        #expect(value["backend"] == "tensorflow")
        #expect(value["keras_version"] == "2.1.3")
        guard case .list(let layers)? = value["config"] else {
            Issue.record("no layers")
            return
        }
        let config = try #require(layers.first?["config"])
        #expect(config["batch_input_shape"] == [.null, 4])
        #expect(config["units"] == 3)
        #expect(config["trainable"] == true)
        #expect(config["kernel_initializer"]?["config"]?["scale"] == 1.0)
        let model = try modelFromYAML(text)
        #expect(model.layers.count == 1)
        let shared = try YAML.decode("a: &id001 !!python/tuple [2, 2]\nb: *id001\n")
        #expect(shared == ["a": [2, 2], "b": [2, 2]])
    }

    @Test("Every kind of value comes back")
    func values() throws {
        let strings = [
            "relu", "a b", "yes", "null", "~", "", "1", "1e5", "0x1F", "2020-01-01", "<<", "a: b",
            "- a", "#", "'", "\"", "\\", "line\nfeed", "tab\t", "ä", "@x", " a ", "Custom>Layer",
            "on",
            "1:30", ".inf", "=", "\u{0}", "true", "-", "?",
        ]
        let numbers: [ConfigValue] = [
            0, -7, 9_007_199_254_740_993, 0.5, 1e-5, -1.5e300, 1e22, 1e-7, 123456.789, 3.0,
        ]
        for value in strings.map({ ConfigValue.string($0) }) + numbers + [true, false, .null] {
            let nested: ConfigValue = ["key": [value, [value], [:], []]]
            #expect(try YAML.decode(YAML.encode(nested)) == nested, "\(value)")
        }
        for string in strings {
            let value: ConfigValue = .object([string: 1])
            #expect(try YAML.decode(YAML.encode(value)) == value, "\(string)")
        }
        #expect(try YAML.decode(YAML.encode(.number(-.infinity))) == .number(-.infinity))
        // YAML 1.1, which Python reads, sees a string in 1e-05.
        #expect(try YAML.encode([1e-5]) == "- 1.0e-05\n")
    }

    @Test("Bad texts are worded errors")
    func bad() {
        func text(_ yaml: String) -> String { message { _ = try YAML.decode(yaml) } }
        #expect(text("") == "the YAML text: is empty")
        #expect(text("a: [1").contains("is no valid YAML"))
        #expect(text("a: 1\na: 2").contains("is no valid YAML"))
        #expect(text("a: *b").contains("is no valid YAML"))
        #expect(text("a: 1\n---\nb: 2").contains("is no valid YAML"))
        #expect(text("a:\n  b: !!python/object/apply:os.system ['ls']").contains("in line 2"))
        #expect(text("a: !!python/name:os.system ''").contains("no plain value"))
        #expect(text("a: !mine 3").contains("'!mine'"))
        #expect(text("a: !!int word").contains("no plain value"))
        #expect(text("[1, 2]: 3").contains("no plain value"))
        #expect(message { _ = try modelFromYAML("- 1") }.contains("expected a serialized model"))
        #expect(message { _ = try modelFromYAML("class_name: Nothing") }.contains("Nothing"))
    }

    @Test("Bombs and deep nesting are refused")
    func bombs() {
        var bomb = "a0: &a0 [1, 1]\n"
        for level in 1...40 {
            bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
        }
        #expect(message { _ = try YAML.decode(bomb) }.contains("too large"))
        for opening in ["[", "{a: ", "- ", "? "] {
            let text = String(repeating: opening, count: 100_000)
            #expect(message { _ = try YAML.decode(text) }.contains("the YAML text: "))
        }
        let nested = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
        #expect(message { _ = try YAML.decode(nested) }.contains("nested too deeply"))
    }

    @Test("Wrong characters in a text: a value or an error of one line")
    func damaged() throws {
        let text = Array(
            """
            class_name: Sequential
            config:
            - class_name: Dense
              config: {units: 3, batch_input_shape: &id001 !!python/tuple [null, 4]}
            - class_name: Activation
              config: {activation: relu, shape: *id001}
            """.utf8)
        let characters = Array("[]{}*&!?:-|>'\"#%@,\n\t ~<=\u{1}".utf8)
        for seed in 0..<1000 {
            var copy = text
            copy[seed * 7919 % copy.count] = characters[seed % characters.count]
            copy[seed * 104_729 % copy.count] = characters[seed / 7 % characters.count]
            let answer = message { _ = try YAML.decode(String(decoding: copy, as: UTF8.self)) }
            #expect(!answer.hasPrefix("another") && !answer.contains("\n"), "\(answer)")
        }
    }

    @Test("Beginnings of a text: a value or a worded error")
    func truncated() throws {
        let model = try Sequential {
            Input(shape: [4])
            Dense(3, activation: .relu)
        }
        let text = Array(try model.toYAML().utf8)
        for count in stride(from: 0, to: text.count, by: 5) {
            let part = String(decoding: text.prefix(count), as: UTF8.self)
            #expect(!message { _ = try modelFromYAML(part) }.hasPrefix("another"), "\(count)")
        }
    }
}

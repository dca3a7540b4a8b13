import KeratinIO
import KeratinLayers

/// Damage to configurations that leaves them JSON.
enum ConfigMutation {
    /// The text of a value with some of its parts changed.
    static func text(_ value: ConfigValue, _ random: inout MutationRandom) -> [UInt8] {
        var changed = value
        for _ in 0...random.pick([0, 0, 0, 1, 2, 5]) {
            changed = replacing(random.draw(count(changed)), in: changed, &random)
        }
        var text = Array(JSON.encode(changed).utf8)
        if random.once(in: 12) { duplicateKey(&text, &random) }
        if random.once(in: 20) { text = ByteMutation.changed(text: text, &random) }
        return text
    }

    private static func count(_ value: ConfigValue) -> Int {
        switch value {
        case .list(let values): values.reduce(1) { $0 + count($1) }
        case .object(let fields): fields.values.reduce(1) { $0 + count($1) }
        default: 1
        }
    }

    /// The part with a number, counted depth first with keys in order.
    private static func part(_ target: Int, of value: ConfigValue) -> ConfigValue {
        var index = 0
        var found = value
        func look(_ value: ConfigValue) {
            if index == target { found = value }
            index += 1
            switch value {
            case .list(let values): for value in values { look(value) }
            case .object(let fields): for key in fields.keys.sorted() { look(fields[key] ?? .null) }
            default: break
            }
        }
        look(value)
        return found
    }

    private static func replacing(
        _ target: Int, in whole: ConfigValue, _ random: inout MutationRandom
    ) -> ConfigValue {
        var index = 0
        func look(_ value: ConfigValue) -> ConfigValue {
            index += 1
            if index - 1 == target { return changed(value, whole, &random) }
            switch value {
            case .list(let values): return .list(values.map(look))
            case .object(let fields):
                var result = fields
                for key in fields.keys.sorted() { result[key] = look(fields[key] ?? .null) }
                return .object(result)
            default: return value
            }
        }
        return look(whole)
    }

    private static let strange: [ConfigValue] = [
        .null, true, false, 0, 1, -1, 2, 3, 7, .integer(.max), .integer(.min), .integer(1 << 31),
        .integer(1 << 31 - 1), .integer(1 << 62), .integer(1 << 16), .integer(100_000), 0.5, -0.5,
        1.5,
        1e308, .number(.nan), .number(.infinity), .number(-.infinity), 1e-300, 2.0, "", "x", "relu",
        "NaN", "0",
        "float16", "valid", "same", "causal", "channels_first", "Dense", [], [:], [.null],
        [-1, -1], [0, 0], [1],
        [1, 2, 3], [.null, .null, .null, .null], [[1, 2], [3]], ["a", 0, 0], ["a", "b"],
        ["class_name": "Dense"], ["class_name": "__tuple__", "items": [1, 2]],
        ["class_name": "Dense", "config": ["units": 3]],
        ["class_name": "Sequential", "config": ["layers": []]],
        [
            "class_name": "__keras_tensor__",
            "config": ["shape": [], "keras_history": ["a", 0, 0]],
        ],
        ["class_name": "__numpy__", "config": ["value": [[1, 2], [3, 4]], "dtype": "int64"]],
        [
            "class_name": "Functional",
            "config": ["layers": [], "input_layers": [], "output_layers": []],
        ],
        [
            "module": "keras.layers", "class_name": "Bidirectional", "config": [:],
            "registered_name": "x>y",
        ],
    ]

    private static func changed(
        _ value: ConfigValue, _ whole: ConfigValue, _ random: inout MutationRandom
    ) -> ConfigValue {
        if random.once(in: 3) { return random.pick(strange) }
        if random.once(in: 6) { return part(random.draw(count(whole)), of: whole) }
        if random.once(in: 40) {
            var nested = value
            for _ in 0..<random.pick([3, 100, 400]) {
                nested = random.once(in: 2) ? [nested] : ["config": nested]
            }
            return nested
        }
        switch value {
        case .integer(let number):
            return random.pick([
                .integer(number &+ 1), .integer(number &- 1), .integer(0 &- number),
                .integer(number &* 2),
                .integer(number &* 1_000_003), .number(Double(number) + 0.5), .string("\(number)"),
                [value],
            ])
        case .number(let number):
            return .number(
                random.pick([-number, number * 1e9, number / 1e9, 0, .nan, .infinity, 1 - number]))
        case .string(let text):
            return random.pick([
                .string(text + "x"), .string(String(text.dropLast())), .string(text.uppercased()),
                .string(text + text),
                .string(text + "\u{0}"), .string(text + "/.."), [value],
                .string(String(repeating: text.isEmpty ? "a" : text, count: 2_000)),
            ])
        case .boolean(let flag):
            return random.pick([.boolean(!flag), .integer(flag ? 1 : 0), .integer(2)])
        case .list(var values):
            guard !values.isEmpty else { return random.pick(strange) }
            let place = random.draw(values.count)
            switch random.draw(6) {
            case 0: values.remove(at: place)
            case 1: values.insert(values[place], at: random.draw(values.count))
            case 2: values.swapAt(place, random.draw(values.count))
            case 3: values.append(random.pick(strange))
            case 4: values.reverse()
            default: values = Array((0..<random.pick([2, 50])).map { _ in values }.joined())
            }
            return .list(values)
        case .object(var fields):
            guard !fields.isEmpty else { return random.pick(strange) }
            let keys = fields.keys.sorted()
            let key = random.pick(keys)
            switch random.draw(6) {
            case 0, 1: fields[key] = nil
            case 2:
                let other = random.pick(keys)
                (fields[key], fields[other]) = (fields[other], fields[key])
            case 3: fields[key + "x"] = fields.removeValue(forKey: key)
            case 4:
                fields[
                    random.pick([
                        "units", "axis", "name", "config", "layers", "dtype", "padding", "x",
                    ])] = random.pick(strange)
            default: return .list(keys.map { fields[$0] ?? .null })
            }
            return .object(fields)
        case .null: return random.pick(strange)
        }
    }

    /// Writes a key of some object once more, with another value.
    private static func duplicateKey(_ text: inout [UInt8], _ random: inout MutationRandom) {
        let colons = text.indices.filter { text[$0] == 58 && $0 > 2 && text[$0 - 1] == 34 }
        guard !colons.isEmpty else { return }
        let colon = random.pick(colons)
        guard let start = text[..<(colon - 1)].lastIndex(of: 34) else { return }
        let other = Array(JSON.encode(random.pick(strange)).utf8)
        text.insert(contentsOf: Array(text[start...colon]) + other + [44], at: start)
    }
}

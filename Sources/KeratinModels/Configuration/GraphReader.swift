import KeratinCore
import KeratinLayers
import KeratinTensor

/// Puts together the graph that a functional model's configuration describes, in the form of Keras 3 or of tf.keras.
struct GraphReader {
    /// One use of a layer.
    private struct Use {
        var entry: Int
        var arguments: [ConfigValue]
        var keywords: [String: ConfigValue]
    }

    private let place: String
    private let entries: [(name: String, object: SerializedObject, nodes: [ConfigValue])]
    private let ends: (inputs: ConfigValue, outputs: ConfigValue)
    /// Functional models whose uses the file counts from 1.
    private var countedFromOne: Set<String> = []
    /// The results of each use of a layer that is put together.
    private var results: [String: [[Tensor]]] = [:]

    init(_ fields: [String: ConfigValue], at place: String) throws {
        self.place = place
        guard case .list(let layers)? = fields["layers"], let inputs = fields["input_layers"],
            let outputs = fields["output_layers"]
        else {
            throw KeratinError(
                .invalidData, "the configuration needs layers, input_layers and output_layers",
                at: place)
        }
        ends = (inputs, outputs)
        entries = try layers.map { value in
            let object = try SerializedObject(value, what: "layer")
            guard let name = value["name"]?.asText ?? object.config["name"]?.asText else {
                throw KeratinError(.invalidData, "a layer has no name", at: place)
            }
            var nodes: [ConfigValue] = []
            if case .list(let values)? = value["inbound_nodes"] { nodes = values }
            return (name, object, nodes)
        }
        findCounting()
    }

    /// tf.keras counts the uses of a functional model from 1: then the last number is the number of uses.
    private mutating func findCounting() {
        var largest: [String: Int] = [:]
        func look(_ value: ConfigValue) {
            if let reference = Reference(value) {
                largest[reference.name] = max(largest[reference.name] ?? 0, reference.use)
            } else if case .list(let values) = value {
                for value in values { look(value) }
            } else if case .object(let fields) = value {
                for value in fields.values { look(value) }
            }
        }
        for entry in entries { for node in entry.nodes { look(node) } }
        for entry in entries
        where LayerRegistry.modelClasses.contains(entry.object.className) {
            if largest[entry.name] == entry.nodes.count { countedFromOne.insert(entry.name) }
        }
    }

    /// The symbolic inputs and outputs.
    /// - Parameter make: makes a layer.
    mutating func read(
        _ make: (SerializedObject) throws -> Layer
    ) throws -> (inputs: [Tensor], outputs: [Tensor]) {
        var layers: [Layer?] = []
        var uses: [Use] = []
        for (index, entry) in entries.enumerated() {
            guard results[entry.name] == nil else {
                throw KeratinError(
                    .invalidData, "two layers have the name '\(entry.name)'", at: place)
            }
            results[entry.name] = []
            let isOperation = entry.object.module?.hasPrefix("keras.src.ops") ?? false
            let layer = isOperation ? nil : try make(entry.object)
            layers.append(layer)
            if let input = layer as? Input { results[entry.name] = [[input.tensor]] }
            uses += try entry.nodes.map { try use($0, index) }
        }
        // Uses come in any order; those of one layer in theirs.
        while !uses.isEmpty {
            var waiting: [Use] = []
            var blocked: Set<Int> = []
            for use in uses {
                if blocked.contains(use.entry) || !isReady(use) {
                    blocked.insert(use.entry)
                    waiting.append(use)
                    continue
                }
                let entry = entries[use.entry]
                do {
                    let made =
                        try layers[use.entry].map { try call($0, use) } ?? operation(entry, use)
                    results[entry.name]?.append(made)
                } catch let error as KeratinError {
                    throw error.nested(in: entry.name)
                }
            }
            guard waiting.count < uses.count else {
                throw KeratinError(
                    .invalidData,
                    "the graph has a circle, or lacks what these need: \(Set(waiting.map { entries[$0.entry].name }).sorted().joined(separator: ", "))",
                    at: place)
            }
            uses = waiting
        }
        return (try ends(ends.inputs, "input_layers"), try ends(ends.outputs, "output_layers"))
    }

    private func ends(_ value: ConfigValue, _ field: String) throws -> [Tensor] {
        do {
            return try tensors(value, isEnd: true)
        } catch var error as KeratinError {
            error.message = "\(field): \(error.message)"
            throw error
        }
    }

    // MARK: Arguments

    private func use(_ node: ConfigValue, _ entry: Int) throws -> Use {
        if case .object(let fields) = node {
            var arguments: [ConfigValue] = []
            if case .list(let values)? = fields["args"] { arguments = values }
            var keywords: [String: ConfigValue] = [:]
            if case .object(let values)? = fields["kwargs"] { keywords = values }
            return Use(entry: entry, arguments: arguments, keywords: keywords)
        }
        // tf.keras: a list of tensors, the first of which may have the arguments by name behind it.
        guard case .list(let values) = node else {
            throw KeratinError(
                .invalidData, "a node must be an object or a list, got \(node)", at: place)
        }
        // One tensor alone may stand without its list.
        let references = Reference(node) != nil ? [node] : values
        var keywords: [String: ConfigValue] = [:]
        if case .list(let parts)? = references.first, case .object(let named)? = parts.last {
            keywords = named
        }
        return Use(
            entry: entry, arguments: references.count == 1 ? references : [.list(references)],
            keywords: keywords)
    }

    private func isReady(_ use: Use) -> Bool {
        func isReady(_ value: ConfigValue) -> Bool {
            if let reference = Reference(value) { return tensor(reference) != nil }
            switch value {
            case .list(let values): return values.allSatisfy(isReady)
            case .object(let fields): return fields.values.allSatisfy(isReady)
            default: return true
            }
        }
        return use.arguments.allSatisfy(isReady) && use.keywords.values.allSatisfy(isReady)
    }

    private func tensor(_ reference: Reference, isEnd: Bool = false) -> Tensor? {
        guard let uses = results[reference.name] else { return nil }
        var number = reference.use
        if countedFromOne.contains(reference.name) || isEnd && isFunctional(reference.name) {
            number = max(number - 1, 0)
        }
        guard uses.indices.contains(number), uses[number].indices.contains(reference.result) else {
            return nil
        }
        return uses[number][reference.result]
    }

    private func isFunctional(_ name: String) -> Bool {
        entries.contains {
            $0.name == name && ["Functional", "Model"].contains($0.object.className)
        }
    }

    /// The tensors of a structure of references; numbers become constants.
    private func tensors(_ value: ConfigValue, isEnd: Bool = false) throws -> [Tensor] {
        if let reference = Reference(value) {
            guard let tensor = tensor(reference, isEnd: isEnd) else {
                throw KeratinError(
                    .invalidData, "there is no tensor \(value)", at: place)
            }
            return [tensor]
        }
        switch value {
        case .list(let values): return try values.flatMap { try tensors($0, isEnd: isEnd) }
        case .object(let fields) where isEnd:
            // Keras sorts the names of a dictionary.
            return try fields.sorted { $0.key < $1.key }.flatMap {
                try tensors($0.value, isEnd: isEnd)
            }
        default:
            throw KeratinError(.invalidData, "expected a tensor, got \(value)", at: place)
        }
    }

    private func holdsTensor(_ value: ConfigValue) -> Bool {
        if Reference(value) != nil { return true }
        if case .list(let values) = value { return values.contains(where: holdsTensor) }
        return false
    }

    // MARK: Calls

    private func call(_ layer: Layer, _ use: Use) throws -> [Tensor] {
        var context = CallContext()
        var inputs: [Tensor] = []
        var takesList = false
        for (index, argument) in use.arguments.enumerated() where argument != .null {
            guard holdsTensor(argument) else {
                throw KeratinError(
                    .unavailable, "argument \(index) is no tensor: \(argument)", at: layer.place)
            }
            if index == 0, case .list = argument, Reference(argument) == nil { takesList = true }
            inputs += try tensors(argument)
        }
        // Inputs that were given by name stand in the order of the arguments.
        let names = layer.argumentNames
        for name in names.dropFirst(inputs.count) {
            guard let value = use.keywords[name], holdsTensor(value) else { break }
            inputs += try tensors(value)
        }
        for (name, value) in use.keywords
        where value != .null && name != "training" && !names.contains(name) {
            if holdsTensor(value) {
                let given = try tensors(value)
                if inputs.isEmpty, use.arguments.isEmpty,
                    use.keywords.count == 1 || name == "inputs"
                {
                    inputs = given
                } else {
                    context.tensors[name] = given
                }
            } else {
                context.options[name] = value
            }
        }
        return try layer.apply(inputs, context, takesList: takesList)
    }

    private func operation(
        _ entry: (name: String, object: SerializedObject, nodes: [ConfigValue]), _ use: Use
    ) throws -> [Tensor] {
        func operand(_ value: ConfigValue) throws -> GraphOperand {
            if let reference = Reference(value) {
                guard let tensor = tensor(reference) else {
                    throw KeratinError(.invalidData, "there is no tensor \(value)", at: place)
                }
                return .tensor(tensor)
            }
            if holdsTensor(value), case .list(let values) = value {
                return .list(try values.map(operand))
            }
            return .value(value)
        }
        var fields: [String: ConfigValue] = [:]
        if case .object(let values) = entry.object.config { fields = values }
        return try GraphOperation.$givenName.withValue(entry.name) {
            try GraphOperations.apply(
                entry.object.className, config: fields, try use.arguments.map(operand),
                named: try use.keywords.mapValues(operand))
        }
    }
}

/// A tensor of a graph in a file: a layer, its use, and the result of that.
private struct Reference {
    var name: String
    var use: Int
    var result: Int

    init?(_ value: ConfigValue) {
        var parts: [ConfigValue]
        if value["class_name"]?.asText == "__keras_tensor__",
            case .list(let history)? = value["config"]?["keras_history"]
        {
            parts = history
        } else if case .list(let values) = value {
            parts = values
            // tf.keras puts arguments by name behind it.
            if parts.count == 4, case .object = parts[3] { parts.removeLast() }
        } else {
            return nil
        }
        guard parts.count == 3, let name = parts[0].asText, case .integer(let use) = parts[1],
            case .integer(let result) = parts[2]
        else { return nil }
        (self.name, self.use, self.result) = (name, use, result)
    }
}

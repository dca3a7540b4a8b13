import KeratinCore
import KeratinLayers

/// Stacks of layers of Keras 1 and 2.
struct SequentialUpgrade {
    private let upgrade: ConfigUpgrade

    init(_ upgrade: ConfigUpgrade) { self.upgrade = upgrade }

    /// The stack as Keras 3 writes it; in Keras 1 and 2 the configuration may be the bare list of layers, and the first layer
    /// says the shape of the input.
    func upgraded(_ fields: ConfigUpgrade.Fields) throws -> ConfigValue {
        var fields = fields
        var config = fields["config"]?.fields ?? [:]
        // A bare list has no name; in a graph it stands beside it.
        if config["name"] == nil, let name = fields["name"] { config["name"] = name }
        guard let entries = fields["config"]?.elements ?? config["layers"]?.elements else {
            throw KeratinError(.invalidData, "the configuration has no layers", at: "Sequential")
        }
        if let first = entries.first, first["class_name"] == "Merge",
            let branches = branches(of: first)
        {
            return .object(
                fields.merging(try merged(branches, entries, name: config["name"])) { $1 })
        }
        var layers = try entries.map { try upgrade.layer($0) }
        if let first = entries.first, first["class_name"] != "InputLayer",
            let input = Self.input(of: first)
        {
            layers.insert(input, at: 0)
        }
        config["layers"] = .list(layers)
        fields["config"] = .object(config)
        return .object(fields)
    }

    // MARK: The input

    /// The input that a first layer asks for; nil: it says nothing of its shape.
    static func input(of layer: ConfigValue) -> ConfigValue? {
        guard let shape = batchShape(of: layer) else { return nil }
        let name = layer["config"]?["name"]?.text.map { "\($0)_input" } ?? "input"
        return [
            "class_name": "InputLayer",
            "config": [
                "name": .string(name), "batch_shape": shape,
                "dtype": layer["config"]?["input_dtype"] ?? "float32",
            ],
        ]
    }

    private static func batchShape(of layer: ConfigValue) -> ConfigValue? {
        let className = layer["class_name"]?.text ?? ""
        if ["Sequential", "Model", "Functional"].contains(className) {
            let config = layer["config"]
            guard let entries = config?.elements ?? config?["layers"]?.elements else { return nil }
            if className == "Sequential" { return entries.first.flatMap { batchShape(of: $0) } }
            guard let name = config?["input_layers"]?.elements?.first?.elements?.first else {
                return nil
            }
            return entries.first { ($0["name"] ?? $0["config"]?["name"]) == name }
                .flatMap { batchShape(of: $0) }
        }
        guard let config = layer["config"]?.fields else { return nil }
        for key in ["batch_input_shape", "batch_shape"] {
            if let shape = config[key], shape != .null { return shape }
        }
        // Keras 0.3 and 1 also took the number of features and of steps.
        guard let features = config["input_dim"], features != .null else {
            return className == "Bidirectional"
                ? layer["config"]?["layer"].flatMap { batchShape(of: $0) } : nil
        }
        let steps = config["input_length"] ?? .null
        switch className {
        case "Embedding": return [.null, steps]
        case "Dense", "MaxoutDense", "Highway": return [.null, features]
        default: return [.null, steps, features]
        }
    }

    // MARK: Branches that a Merge joins

    private func branches(of merge: ConfigValue) -> [ConfigValue]? {
        merge["config"]?["layers"]?.elements
    }

    /// A graph: the branches on inputs of their own, what joins them, and the stack that follows (keras/models.py of 1.2.2).
    private func merged(
        _ branches: [ConfigValue], _ entries: [ConfigValue], name: ConfigValue?
    ) throws -> ConfigUpgrade.Fields {
        var (layers, inputs, joined) = ([ConfigValue](), [ConfigValue](), [ConfigValue]())
        var uses: [String: Int] = [:]
        func reference(_ name: String, _ use: Int = 0) -> ConfigValue {
            [.string(name), .integer(use), 0]
        }
        for (index, branch) in branches.enumerated() {
            let upgraded = try upgrade.layer(branch)
            let branchName = branch["config"]?["name"]?.text ?? "branch_\(index + 1)"
            let use = uses[branchName, default: 0]
            uses[branchName] = use + 1
            let shapes = try inputShapes(of: upgraded, branchName)
            let names = shapes.indices.map { "\(branchName)_input_\(index + 1)_\($0 + 1)" }
            for (inputName, input) in zip(names, shapes) {
                layers.append([
                    "class_name": "InputLayer", "name": .string(inputName),
                    "config": .object(input.merging(["name": .string(inputName)]) { $1 }),
                    "inbound_nodes": [],
                ])
                inputs.append(reference(inputName))
            }
            let node = ConfigValue.list(names.map { reference($0) })
            joined.append(reference(branchName, use))
            if use > 0 {
                // The same branch once more.
                layers = layers.map { layer in
                    guard layer["name"]?.text == branchName, var fields = layer.fields,
                        let nodes = fields["inbound_nodes"]?.elements
                    else { return layer }
                    fields["inbound_nodes"] = .list(nodes + [node])
                    return .object(fields)
                }
                continue
            }
            var fields = upgraded.fields ?? [:]
            if var config = fields["config"]?.fields {
                config["name"] = .string(branchName)
                fields["config"] = .object(config)
            }
            fields["name"] = .string(branchName)
            fields["inbound_nodes"] = [node]
            layers.append(.object(fields))
        }
        var last = ConfigValue.list(joined)
        for (index, entry) in entries.enumerated() {
            guard var fields = entry.fields else { continue }
            let layerName = entry["config"]?["name"]?.text ?? "layer_\(index + 1)"
            fields["name"] = .string(layerName)
            fields["inbound_nodes"] = [last]
            layers += try GraphUpgrade(upgrade).entries(.object(fields))
            last = [reference(layerName)]
        }
        return [
            "class_name": "Functional",
            "config": [
                "name": name ?? .null, "layers": .list(layers), "input_layers": .list(inputs),
                "output_layers": last,
            ],
        ]
    }

    /// What the inputs of an upgraded branch are made of.
    private func inputShapes(
        of branch: ConfigValue, _ name: String
    ) throws -> [ConfigUpgrade.Fields] {
        let layers = branch["config"]?["layers"]?.elements ?? []
        let found: [ConfigValue]
        if let references = branch["config"]?["input_layers"]?.elements {
            found = references.compactMap { reference in
                layers.first { $0["name"] == reference.elements?.first }
            }
        } else {
            found = Array(layers.prefix(1))
        }
        let inputs = found.filter { $0["class_name"] == "InputLayer" }
            .compactMap { $0["config"]?.fields }
        guard !inputs.isEmpty else {
            throw KeratinError(
                .invalidData, "a branch of a Merge does not say the shape of its input", at: name)
        }
        return inputs
    }
}

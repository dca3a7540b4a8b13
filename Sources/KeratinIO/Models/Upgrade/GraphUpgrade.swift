import KeratinCore
import KeratinLayers

/// Graphs of layers of Keras 1 and 2 and of tf.keras.
struct GraphUpgrade {
    private let upgrade: ConfigUpgrade

    init(_ upgrade: ConfigUpgrade) { self.upgrade = upgrade }

    func upgraded(_ fields: ConfigUpgrade.Fields) throws -> ConfigValue {
        var fields = fields
        guard var config = fields["config"]?.fields, let layers = config["layers"]?.elements else {
            throw KeratinError(.invalidData, "the configuration has no layers", at: "Functional")
        }
        config["layers"] = .list(try layers.flatMap { try entries($0) })
        fields["class_name"] = "Functional"
        fields["config"] = .object(config)
        return .object(fields)
    }

    /// Layers whose list of inputs is one sequence and its states.
    private static let recurrent: Set<String> = [
        "LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D",
        "ConvLSTM3D",
    ]

    /// What a layer of an old graph becomes: mostly one layer, with its uses.
    func entries(_ entry: ConfigValue) throws -> [ConfigValue] {
        guard var fields = entry.fields, let className = fields["class_name"]?.text else {
            return [entry]
        }
        let name = fields["name"]?.text ?? fields["config"]?["name"]?.text ?? className
        if let operation = try OperatorLayers.upgraded(fields, className, name) {
            return [operation]
        }
        if className == "Merge", let arguments = fields["config"]?.fields {
            let merge: (className: String, arguments: LayerRule.Arguments, isCosine: Bool)
            do {
                merge = try Keras1Layers.merge(arguments)
            } catch let error as KeratinError {
                throw error.located(at: "Merge '\(name)'")
            }
            if merge.isCosine { return cosine(fields, merge.arguments, name) }
        }
        guard var upgraded = try upgrade.layer(entry).fields else { return [entry] }
        fields = upgraded
        if Self.recurrent.contains(fields["class_name"]?.text ?? ""),
            let nodes = fields["inbound_nodes"]?.elements
        {
            upgraded["inbound_nodes"] = .list(nodes.map(withStates))
        }
        return [.object(upgraded)]
    }

    /// Keras 1 gave cosines an axis more than Keras 2 does: [batch, 1, 1] for two vectors (keras/engine/topology.py of 1.2.2).
    private func cosine(
        _ entry: ConfigUpgrade.Fields, _ arguments: LayerRule.Arguments, _ name: String
    ) -> [ConfigValue] {
        let dotName = "\(name)_dot"
        var dot = entry
        dot["class_name"] = "Dot"
        dot["name"] = .string(dotName)
        dot["config"] = .object(arguments.merging(["name": .string(dotName)]) { $1 })
        let uses = entry["inbound_nodes"]?.elements?.indices ?? 0..<0
        let reshape: ConfigValue = [
            "class_name": "Reshape", "name": .string(name),
            "config": ["name": .string(name), "target_shape": [1, -1]],
            "inbound_nodes": .list(
                uses.map { [[.string(dotName), .integer($0), 0]] }),
        ]
        return [.object(dot), reshape]
    }

    /// A use with the sequence as its argument, and the states by name.
    private func withStates(_ node: ConfigValue) -> ConfigValue {
        guard let inputs = node.elements, inputs.count > 1, inputs[0].elements != nil else {
            return node
        }
        let references = inputs.map { NodeReference.plain($0) }
        var keywords = inputs[0].elements?.last?.fields ?? [:]
        keywords["initial_state"] = .list(Array(references[1...]))
        return ["args": [references[0]], "kwargs": .object(keywords)]
    }
}

/// References to tensors in the nodes of old graphs: `[layer, use, result]`, and arguments by name behind it.
enum NodeReference {
    /// Without the arguments by name.
    static func plain(_ reference: ConfigValue) -> ConfigValue {
        .list(Array((reference.elements ?? []).prefix(3)))
    }
}

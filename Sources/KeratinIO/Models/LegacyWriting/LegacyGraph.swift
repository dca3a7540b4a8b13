import KeratinCore
import KeratinLayers

/// The uses of layers in a graph as Keras 2 wrote them: a list for each use, with `[layer, use, result, {arguments by name}]` for each tensor.
struct LegacyGraph {
    /// The names of the models in the graph.
    private let models: Set<String>

    init(_ entries: [ConfigValue]) {
        models = Set(
            entries.compactMap { entry in
                guard case .string(let name)? = entry["name"],
                    case .string(let className)? = entry["class_name"],
                    LayerRegistry.modelClasses.contains(className)
                else { return nil }
                return name
            })
    }

    /// A layer's uses; where only Keras 3 can say it, in its form, and what tf.keras lacks.
    func nodes(_ entry: ConfigValue) -> (nodes: ConfigValue, problem: String?) {
        guard case .list(let nodes)? = entry["inbound_nodes"] else { return ([], nil) }
        var converted: [ConfigValue] = []
        for node in nodes {
            switch Result(catching: { try self.node(node) }) {
            case .success(let node): converted.append(node)
            case .failure(let problem):
                return (entry["inbound_nodes"] ?? [], (problem as? Problem)?.text)
            }
        }
        return (.list(converted), nil)
    }

    private struct Problem: Error {
        var text: String
    }

    private func node(_ node: ConfigValue) throws -> ConfigValue {
        guard case .list(let arguments)? = node["args"],
            case .object(let keywords)? = node["kwargs"],
            arguments.count == 1
        else { throw Problem(text: "layers that take several arguments of tensors") }
        for value in keywords.values where holdsTensor(value) {
            throw Problem(text: "layers that take tensors by name")
        }
        var tensors: [ConfigValue] = [arguments[0]]
        if case .list(let values) = arguments[0] { tensors = values }
        return .list(
            try tensors.map { tensor in
                guard case .list(let place)? = tensor["config"]?["keras_history"],
                    tensor["class_name"] == "__keras_tensor__"
                else { throw Problem(text: "constants in the graph") }
                // tf.keras counts the uses of a model from 1, Keras 3 from 0; what each cannot find keeps tf.keras busy for ever.
                if case .string(let name)? = place.first, models.contains(name) {
                    throw Problem(text: "layers behind a model inside of the graph")
                }
                return .list(place + [.object(keywords)])
            })
    }

    private func holdsTensor(_ value: ConfigValue) -> Bool {
        switch value {
        case .list(let values): values.contains(where: holdsTensor)
        case .object(let fields):
            fields["class_name"] == "__keras_tensor__" || fields.values.contains(where: holdsTensor)
        default: false
        }
    }
}

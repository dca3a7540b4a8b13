import KeratinCore
import KeratinLayers

/// Layers that stand for one call of a TensorFlow function in a graph of tf.keras: `TFOpLambda` and `SlicingOpLambda` of 2.4 to
/// 2.15 (keras/layers/core/tf_op_layer.py), `TensorFlowOpLayer` of 2.0 to 2.3 (keras/engine/base_layer.py).
enum OperatorLayers {
    /// The operation of Keras 3 for a layer's entry in a graph; nil: it is another kind of layer.
    /// - Throws: `KeratinError` for functions that are not there; it names the function and the layer.
    static func upgraded(
        _ entry: ConfigUpgrade.Fields, _ className: String, _ name: String
    ) throws -> ConfigValue? {
        let nodes = entry["inbound_nodes"]?.elements ?? []
        do {
            switch className {
            case "TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod":
                guard let function = entry["config"]?["function"]?.text else {
                    throw KeratinError(
                        .unavailable,
                        "a \(className) without a function is a call that cannot be run: replace it by layers of Keras"
                    )
                }
                return try operation(
                    name, try nodes.map { try TensorFlowFunctions.call(function, Use($0)) })
            case "TensorFlowOpLayer":
                let node = try RawOperation(entry["config"] ?? .null)
                return try operation(
                    "tf_op_layer_\(name)".hasPrefix("tf_op_layer_tf_op_layer_")
                        ? name : entry["name"]?.text ?? name,
                    try nodes.map { try node.call(Use($0)) })
            default: return nil
            }
        } catch let error as KeratinError {
            throw error.located(at: "\(className) '\(name)'")
        }
    }

    /// One operation with its uses.
    private static func operation(
        _ name: String, _ calls: [OperationCall]
    ) throws -> ConfigValue {
        guard let first = calls.first else {
            throw KeratinError(.invalidData, "is used nowhere")
        }
        // Arguments are those of each use, since the uses of one function may differ in them.
        guard calls.allSatisfy({ $0.className == first.className && $0.config == first.config })
        else {
            throw KeratinError(
                .unavailable, "is called several times with arguments that differ")
        }
        return [
            "module": .string("keras.src.ops.\(first.module)"),
            "class_name": .string(first.className), "name": .string(name),
            "config": .object(first.config.merging(["name": .string(name)]) { $1 }),
            "inbound_nodes": .list(
                calls.map { ["args": .list($0.operands), "kwargs": [:]] }),
        ]
    }

    /// One use of a function as tf.keras writes it: the tensors of the first argument, and the arguments by name behind each.
    struct Use {
        /// References, or constants.
        var inputs: [ConfigValue] = []
        var arguments: ConfigUpgrade.Fields = [:]

        init(_ node: ConfigValue) throws {
            guard let elements = node.elements else {
                throw KeratinError(.invalidData, "a node must be a list, got \(node)")
            }
            // One tensor stands without its list.
            let references = elements.first?.text == nil ? elements : [node]
            for reference in references {
                guard let parts = reference.elements, parts.count >= 3 else {
                    throw KeratinError(.invalidData, "expected a tensor, got \(reference)")
                }
                inputs.append(
                    parts[0] == "_CONSTANT_VALUE" ? parts[2] : NodeReference.plain(reference))
                if parts.count > 3, let named = parts[3].fields { arguments = named }
            }
        }
    }
}

/// An operation of Keras 3 with what it is applied to.
struct OperationCall {
    var module = "numpy"
    var className: String
    var config: ConfigUpgrade.Fields = [:]
    var operands: [ConfigValue]
}

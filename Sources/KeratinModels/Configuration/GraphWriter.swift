import KeratinCore
import KeratinLayers
import KeratinTensor

/// Writes a graph as Keras's functional models are written: the layers with their uses, and what goes in and out.
struct GraphWriter {
    private let graph: Graph
    /// The numbers of nodes among the uses of their layer in this graph.
    private let numbers: [ObjectIdentifier: Int]

    init(_ graph: Graph) {
        self.graph = graph
        numbers = Dictionary(
            uniqueKeysWithValues: graph.functions.flatMap { uses in
                uses.enumerated().map { (ObjectIdentifier($1), $0) }
            })
    }

    func config() throws -> [String: ConfigValue] {
        [
            "layers": .list(try graph.functions.map(entry)),
            "input_layers": .list(graph.inputs.map { place($0) }),
            "output_layers": .list(graph.outputs.map { place($0, countsFromOne: true) }),
        ]
    }

    /// A layer with its uses.
    private func entry(_ uses: [GraphNode]) throws -> ConfigValue {
        let function = uses[0].function
        let object: SerializedObject
        switch function {
        case let call as LayerCall:
            var layer = try call.layer.serialized()
            let shapes = uses[0].inputs.prefix(call.inputCount).map {
                ConfigValue(SymbolicType(of: $0).extents)
            }
            let names = call.layer.argumentNames
            if layer.buildConfig == nil, !names.isEmpty {
                let named = zip(names, shapes).map { ("\($0)_shape", $1) }
                layer.buildConfig = [
                    "shapes_dict": .object(Dictionary(uniqueKeysWithValues: named))
                ]
            } else if layer.buildConfig == nil, let first = shapes.first {
                layer.buildConfig = ["input_shape": call.takesList ? .list(shapes) : first]
            }
            object = layer
        case let input as GraphInput: object = try input.layer.serialized()
        case let operation as GraphOperation:
            var config: [String: ConfigValue] = ["name": .string(operation.name)]
            for (name, value) in operation.form.config { config[name] = value.value { _ in .null } }
            object = SerializedObject(
                module: "keras.src.ops.\(operation.form.module)",
                className: operation.form.className, config: config,
                registeredName: operation.form.className)
        default:
            throw KeratinError(.unavailable, "cannot be saved", at: function.name)
        }
        guard case .object(var fields) = object.value else { return object.value }
        fields["name"] = .string(function.name)
        fields["inbound_nodes"] = .list(try uses.filter { !$0.isInput }.map(call))
        return .object(fields)
    }

    /// One use: its arguments.
    private func call(_ node: GraphNode) throws -> ConfigValue {
        let tensors = try node.inputs.map(tensor)
        var keywords: [String: ConfigValue] = [:]
        let positional: [ConfigValue]
        switch node.function {
        case let call as LayerCall:
            let inputs = Array(tensors.prefix(call.inputCount))
            positional = call.takesList ? [.list(inputs)] : inputs
            keywords = call.context.options
            var rest = tensors.dropFirst(call.inputCount)
            for name in call.context.names {
                let values = Array(rest.prefix(call.context.tensors[name]?.count ?? 0))
                rest = rest.dropFirst(values.count)
                // States are a list even if there is one.
                keywords[name] =
                    values.count == 1 && name != "initial_state" ? values[0] : .list(values)
            }
        case let operation as GraphOperation:
            positional = operation.form.arguments.map { $0.value { tensors[$0] } }
            for (name, value) in operation.form.keywords {
                keywords[name] = value.value { tensors[$0] }
            }
        default: positional = tensors
        }
        return ["args": .list(positional), "kwargs": .object(keywords)]
    }

    private func tensor(_ tensor: Tensor) throws -> ConfigValue {
        guard let symbolic = tensor.graph else {
            return [
                "class_name": "__tensor__",
                "config": [
                    "value": try nested(tensor), "dtype": .string(tensor.dtype.rawValue),
                ],
            ]
        }
        return [
            "class_name": "__keras_tensor__",
            "config": [
                "shape": ConfigValue(symbolic.type.extents),
                "dtype": .string(symbolic.type.dtype.rawValue),
                "keras_history": place(symbolic),
            ],
        ]
    }

    /// The numbers of a constant as nested lists.
    private func nested(_ tensor: Tensor) throws -> ConfigValue {
        let values = try tensor.cast(to: .float32).floats()
        let isFloat = tensor.dtype == .float32
        func list(_ start: Int, _ shape: ArraySlice<Int>) -> ConfigValue {
            guard let extent = shape.first else {
                let value = Double(values[start])
                return isFloat ? .number(value) : .integer(Int(value))
            }
            let step = shape.dropFirst().reduce(1, *)
            return .list((0..<extent).map { list(start + $0 * step, shape.dropFirst()) })
        }
        return list(0, tensor.shape.dimensions[...])
    }

    /// Layer, use and result. Keras counts the uses of a functional model from 1 where outputs are listed.
    private func place(_ tensor: GraphTensor, countsFromOne: Bool = false) -> ConfigValue {
        var number = numbers[ObjectIdentifier(tensor.node)] ?? 0
        if countsFromOne, let call = tensor.node.function as? LayerCall,
            let model = call.layer as? Model, type(of: model).isPlainGraph
        {
            number += 1
        }
        return [
            .string(tensor.node.function.name), .integer(number), .integer(tensor.index),
        ]
    }
}

extension OperationForm.Argument {
    /// The argument as JSON.
    fileprivate func value(_ tensor: (Int) -> ConfigValue) -> ConfigValue {
        switch self {
        case .tensor(let index): tensor(index)
        case .list(let values): .list(values.map { $0.value(tensor) })
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .boolean(let value): .boolean(value)
        case .text("..."): ["class_name": "__ellipsis__", "config": [:]]
        case .text(let value): .string(value)
        case .slice(let start, let stop, let step):
            [
                "class_name": "__slice__",
                "config": [
                    "start": start.map { .integer($0) } ?? .null,
                    "stop": stop.map { .integer($0) } ?? .null,
                    "step": step.map { .integer($0) } ?? .null,
                ],
            ]
        case .null: .null
        }
    }
}

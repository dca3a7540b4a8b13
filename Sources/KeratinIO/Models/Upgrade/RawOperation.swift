import KeratinCore
import KeratinLayers

/// A `TensorFlowOpLayer`: one operation of TensorFlow's graph, with what is constant among its inputs.
struct RawOperation {
    private let name: String
    private let attributes: ConfigUpgrade.Fields
    /// By the place of the input.
    private let constants: [Int: ConfigValue]

    init(_ config: ConfigValue) throws {
        var definition = config["node_def"] ?? .null
        if case .string(let text) = definition {
            definition = (try? JSON.decode(Array(text.utf8), name: "node_def")) ?? .null
        }
        guard let name = definition["op"]?.text else {
            throw KeratinError(.unavailable, "does not say which operation it is")
        }
        self.name = name
        attributes = definition["attr"]?.fields ?? [:]
        var constants: [Int: ConfigValue] = [:]
        for (place, value) in config["constants"]?.fields ?? [:] {
            if let place = Int(place) { constants[place] = value }
        }
        self.constants = constants
    }

    /// Names of the arguments behind the first, by the operation; where TensorFlow's function has another name it comes first.
    private static let signatures: [String: (function: String, arguments: [String])] = [
        "AddV2": ("add", ["y"]), "Add": ("add", ["y"]), "BiasAdd": ("add", ["y"]),
        "Sub": ("subtract", ["y"]), "Mul": ("multiply", ["y"]), "RealDiv": ("truediv", ["y"]),
        "Div": ("divide", ["y"]), "DivNoNan": ("divide_no_nan", ["y"]), "Pow": ("pow", ["y"]),
        "FloorDiv": ("floordiv", ["y"]), "FloorMod": ("floormod", ["y"]),
        "Maximum": ("maximum", ["y"]), "Minimum": ("minimum", ["y"]), "Equal": ("equal", ["y"]),
        "NotEqual": ("not_equal", ["y"]), "Less": ("less", ["y"]),
        "LessEqual": ("less_equal", ["y"]), "Greater": ("greater", ["y"]),
        "GreaterEqual": ("greater_equal", ["y"]), "MatMul": ("matmul", ["b"]),
        "BatchMatMul": ("matmul", ["b"]), "BatchMatMulV2": ("matmul", ["b"]),
        "Sum": ("reduce_sum", ["axis"]), "Mean": ("reduce_mean", ["axis"]),
        "Max": ("reduce_max", ["axis"]), "Min": ("reduce_min", ["axis"]),
        "Prod": ("reduce_prod", ["axis"]), "ArgMax": ("argmax", ["axis"]),
        "Reshape": ("reshape", ["shape"]), "Transpose": ("transpose", ["perm"]),
        "ExpandDims": ("expand_dims", ["axis"]), "Squeeze": ("squeeze", []),
        "Tile": ("tile", ["multiples"]), "GatherV2": ("gather", ["indices", "axis"]),
        "Pad": ("pad", ["paddings"]), "PadV2": ("pad", ["paddings", "constant_values"]),
        "ClipByValue": ("clip_by_value", ["clip_value_min", "clip_value_max"]),
        "SelectV2": ("where", ["x", "y"]), "Select": ("where", ["x", "y"]),
        "Abs": ("abs", []), "Neg": ("negative", []), "Exp": ("exp", []), "Log": ("log", []),
        "Log1p": ("log1p", []), "Sqrt": ("sqrt", []), "Rsqrt": ("rsqrt", []),
        "Square": ("square", []), "Sin": ("sin", []), "Cos": ("cos", []), "Tanh": ("tanh", []),
        "Sigmoid": ("sigmoid", []), "Relu": ("relu", []), "Relu6": ("relu6", []),
        "Elu": ("elu", []), "Selu": ("selu", []), "Softplus": ("softplus", []),
        "Softsign": ("softsign", []), "Softmax": ("softmax", []),
        "LogSoftmax": ("log_softmax", []), "LeakyRelu": ("leaky_relu", []),
        "Identity": ("identity", []), "StopGradient": ("stop_gradient", []),
        "Erf": ("erf", []), "Floor": ("floor", []), "Ceil": ("ceil", []),
        "Round": ("round", []), "Sign": ("sign", []), "Reciprocal": ("reciprocal", []),
        "ZerosLike": ("zeros_like", []), "OnesLike": ("ones_like", []), "Cast": ("cast", []),
        "ConcatV2": ("concat", []), "Pack": ("stack", []), "StridedSlice": ("getitem", []),
    ]

    func call(_ use: OperatorLayers.Use) throws -> OperationCall {
        guard let (function, names) = Self.signatures[name] else {
            throw KeratinError(
                .unavailable,
                "the TensorFlow operation '\(name)' has no counterpart here: replace its use by a layer"
            )
        }
        // Tensors stand where no constant does.
        var inputs: [ConfigValue] = []
        var tensors = use.inputs[...]
        while inputs.count < use.inputs.count + constants.count {
            if let constant = constants[inputs.count] {
                inputs.append(constant)
            } else if let tensor = tensors.popFirst() {
                inputs.append(tensor)
            } else {
                throw KeratinError(.invalidData, "the constants of '\(name)' do not fit its inputs")
            }
        }
        var call = use
        call.arguments = [:]
        if name == "ConcatV2" {
            call.arguments["axis"] = inputs.popLast()
            call.inputs = inputs
        } else if name == "Pack" {
            call.arguments["axis"] = .integer(integer("axis") ?? 0)
            call.inputs = inputs
        } else if name == "StridedSlice" {
            call.inputs = Array(inputs.prefix(1))
            call.arguments["slice_spec"] = try slices(inputs)
        } else {
            call.inputs = Array(inputs.prefix(1))
            for (name, value) in zip(names, inputs.dropFirst()) { call.arguments[name] = value }
        }
        if let keeps = attributes["keep_dims"]?["b"] { call.arguments["keepdims"] = keeps }
        if let axes = attributes["squeeze_dims"]?["list"]?["i"]?.elements, !axes.isEmpty {
            call.arguments["axis"] = .list(try axes.map { .integer(try number($0)) })
        }
        if let slope = attributes["alpha"]?["f"] { call.arguments["alpha"] = slope }
        if name == "Cast" {
            let type = attributes["DstT"]?["type"]?.text ?? "DT_FLOAT"
            guard let dtype = Self.types[type] else {
                throw KeratinError(.unavailable, "a cast to \(type) is not there")
            }
            call.arguments["dtype"] = .string(dtype)
        }
        for flag in ["transpose_a", "transpose_b"] {
            if let value = attributes[flag]?["b"] { call.arguments[flag] = value }
        }
        return try TensorFlowFunctions.call(function, call)
    }

    private static let types = [
        "DT_FLOAT": "float32", "DT_DOUBLE": "float64", "DT_INT32": "int32", "DT_INT64": "int64",
        "DT_BOOL": "bool", "DT_UINT8": "uint8", "DT_HALF": "float16",
    ]

    /// JSON of protocol buffers holds integers of 64 bits as texts.
    private func number(_ value: ConfigValue) throws -> Int {
        guard let number = value.asExtent ?? value.text.flatMap({ Int($0) }) else {
            throw KeratinError(.invalidData, "expected an integer, got \(value)")
        }
        return number
    }

    private func integer(_ attribute: String) -> Int? {
        attributes[attribute]?["i"].flatMap { try? number($0) }
    }

    /// Starts, ends and strides with masks of bits, as items.
    private func slices(_ inputs: [ConfigValue]) throws -> ConfigValue {
        guard inputs.count == 4, let starts = inputs[1].elements, let ends = inputs[2].elements,
            let steps = inputs[3].elements, starts.count == ends.count,
            starts.count == steps.count, starts.count < 32
        else {
            throw KeratinError(.unavailable, "a slice with bounds that are computed is not there")
        }
        func bit(_ mask: String, _ place: Int) -> Bool { (integer(mask) ?? 0) >> place & 1 == 1 }
        return .list(
            try starts.indices.map { place in
                if bit("ellipsis_mask", place) {
                    return ["class_name": "__ellipsis__", "config": [:]]
                }
                if bit("new_axis_mask", place) { return .null }
                if bit("shrink_axis_mask", place) { return .integer(try number(starts[place])) }
                return [
                    "start": bit("begin_mask", place) ? .null : starts[place],
                    "stop": bit("end_mask", place) ? .null : ends[place], "step": steps[place],
                ]
            })
    }
}

import KeratinCore
import KeratinLayers

/// Functions of TensorFlow and of `keras.backend`, as operations of Keras 3: the signatures are those of TensorFlow 2.15's
/// documentation.
enum TensorFlowFunctions {
    typealias Fields = ConfigUpgrade.Fields
    private typealias Make = @Sendable (Arguments) throws -> OperationCall

    /// The first argument, and the others by name.
    struct Arguments {
        var inputs: [ConfigValue]
        var named: Fields

        /// The first argument, where it is one tensor.
        var first: ConfigValue { inputs.first ?? .null }

        /// The first of several names that is there.
        func value(_ names: [String]) -> ConfigValue? {
            names.lazy.compactMap { named[$0] }.first { $0 != .null }
        }

        func required(_ names: [String]) throws -> ConfigValue {
            guard let value = value(names) else {
                throw KeratinError(.invalidData, "has no argument '\(names[0])'")
            }
            return value
        }
    }

    /// - Parameter function: its name in TensorFlow: `math.reduce_mean`, `__operators__.add`.
    static func call(
        _ function: String, _ use: OperatorLayers.Use
    ) throws -> OperationCall {
        let short = function.split(separator: ".").last.map(String.init) ?? function
        guard let make = table[short] else {
            throw KeratinError(
                .unavailable,
                "the TensorFlow function '\(function)' has no counterpart here: replace its use by a layer, or by a function of keras.ops"
            )
        }
        return try make(Arguments(inputs: use.inputs, named: use.arguments))
    }

    private static let axis = ["axis", "reduction_indices", "dim", "dimension"]

    /// Of one tensor.
    private static func unary(
        _ className: String, _ module: String = "numpy", _ config: Fields = [:]
    ) -> Make {
        {
            OperationCall(
                module: module, className: className, config: config, operands: [$0.first])
        }
    }

    /// Of two tensors or numbers.
    private static func binary(_ className: String) -> Make {
        { arguments in
            let second =
                arguments.inputs.count > 1
                ? arguments.inputs[1]
                : try arguments.required(["y", "b", "other", "exponent", "a"])
            return OperationCall(className: className, operands: [arguments.first, second])
        }
    }

    private static func reduction(_ className: String) -> Make {
        { arguments in
            var config: Fields = [:]
            config["axis"] = arguments.value(axis) ?? .null
            config["keepdims"] = arguments.value(["keepdims", "keep_dims"]) ?? false
            return OperationCall(
                className: className, config: config, operands: [arguments.first])
        }
    }

    /// With arguments under other names.
    private static func renamed(
        _ className: String, _ names: KeyValuePairs<String, [String]>, module: String = "numpy",
        fixed: Fields = [:]
    ) -> Make {
        let pairs = names.map { ($0.key, $0.value) }
        return { arguments in
            var config = fixed
            for (name, olds) in pairs {
                if let value = arguments.value(olds) { config[name] = value }
            }
            return OperationCall(
                module: module, className: className, config: config, operands: [arguments.first])
        }
    }

    private static let table: [String: Make] = [
        numbers, reductions, shapes, networks,
    ].reduce(into: [:]) { $0.merge($1) { $1 } }

    private static let numbers: [String: Make] = [
        "add": binary("Add"), "subtract": binary("Subtract"), "sub": binary("Subtract"),
        "multiply": binary("Multiply"), "mul": binary("Multiply"), "divide": binary("Divide"),
        "truediv": binary("TrueDivide"), "div": binary("Divide"),
        "divide_no_nan": binary("DivideNoNan"), "floordiv": binary("FloorDivide"),
        "floormod": binary("Mod"), "mod": binary("Mod"), "pow": binary("Power"),
        "maximum": binary("Maximum"), "minimum": binary("Minimum"), "equal": binary("Equal"),
        "not_equal": binary("NotEqual"), "less": binary("Less"),
        "less_equal": binary("LessEqual"), "greater": binary("Greater"),
        "greater_equal": binary("GreaterEqual"), "logical_and": binary("LogicalAnd"),
        "logical_or": binary("LogicalOr"), "logical_xor": binary("LogicalXor"),
        "and": binary("LogicalAnd"), "or": binary("LogicalOr"), "atan2": binary("Arctan2"),
        "logical_not": unary("LogicalNot"), "abs": unary("Absolute"), "neg": unary("Negative"),
        "negative": unary("Negative"), "exp": unary("Exp"), "expm1": unary("Expm1"),
        "log": unary("Log"), "log1p": unary("Log1p"), "sqrt": unary("Sqrt"),
        "rsqrt": unary("Rsqrt", "math"), "square": unary("Square"), "sin": unary("Sin"),
        "cos": unary("Cos"), "tan": unary("Tan"), "sinh": unary("Sinh"), "cosh": unary("Cosh"),
        "atan": unary("Arctan"), "asin": unary("Arcsin"), "acos": unary("Arccos"),
        "tanh": unary("Tanh"), "erf": unary("Erf", "math"), "floor": unary("Floor"),
        "ceil": unary("Ceil"), "round": unary("Round"), "sign": unary("Sign"),
        "reciprocal": unary("Reciprocal"), "identity": unary("Copy"),
        "stop_gradient": unary("StopGradient", "core"), "zeros_like": unary("ZerosLike"),
        "ones_like": unary("OnesLike"), "is_nan": unary("Isnan"), "is_inf": unary("Isinf"),
        "is_finite": unary("Isfinite"),
        "cast": renamed("Cast", ["dtype": ["dtype"]], module: "core"),
        "to_float": unary("Cast", "core", ["dtype": "float32"]),
        "clip_by_value": renamed(
            "Clip", ["x_min": ["clip_value_min"], "x_max": ["clip_value_max"]]),
        "clip": renamed("Clip", ["x_min": ["min_value"], "x_max": ["max_value"]]),
        "cumsum": renamed("Cumsum", ["axis": axis]),
        "cumprod": renamed("Cumprod", ["axis": axis]),
        "where": { arguments in
            OperationCall(
                className: "Where",
                operands: [
                    arguments.first, try arguments.required(["x"]), try arguments.required(["y"]),
                ])
        },
    ]

    private static let reductions: [String: Make] = [
        "reduce_sum": reduction("Sum"), "reduce_mean": reduction("Mean"),
        "reduce_max": reduction("Max"), "reduce_min": reduction("Min"),
        "reduce_prod": reduction("Prod"), "reduce_any": reduction("Any"),
        "reduce_all": reduction("All"), "reduce_std": reduction("Std"),
        "reduce_variance": reduction("Var"), "reduce_logsumexp": reduction("Logsumexp"),
        "sum": reduction("Sum"), "mean": reduction("Mean"), "max": reduction("Max"),
        "min": reduction("Min"), "prod": reduction("Prod"), "any": reduction("Any"),
        "all": reduction("All"), "std": reduction("Std"), "var": reduction("Var"),
        "logsumexp": reduction("Logsumexp"),
        "argmax": renamed("Argmax", ["axis": axis]), "argmin": renamed("Argmin", ["axis": axis]),
        "argsort": renamed("Argsort", ["axis": axis]), "sort": renamed("Sort", ["axis": axis]),
    ]

    private static let shapes: [String: Make] = [
        "reshape": { arguments in
            OperationCall(
                className: "Reshape",
                config: ["newshape": try extents(arguments.required(["shape"]))],
                operands: [arguments.first])
        },
        "transpose": renamed("Transpose", ["axes": ["perm"]]),
        "permute_dimensions": renamed("Transpose", ["axes": ["pattern"]]),
        "expand_dims": renamed("ExpandDims", ["axis": axis], fixed: ["axis": -1]),
        "squeeze": renamed("Squeeze", ["axis": axis]),
        "reverse": renamed("Flip", ["axis": ["axis", "axes"]]),
        "tile": renamed("Tile", ["repeats": ["multiples", "n"]]),
        "repeat_elements": renamed("Repeat", ["repeats": ["rep"], "axis": axis]),
        "repeat": renamed("Repeat", ["repeats": ["repeats"], "axis": axis]),
        "concat": joined("Concatenate", default: 0),
        "concatenate": joined("Concatenate", default: -1),
        "stack": joined("Stack", default: 0),
        "unstack": renamed("Unstack", ["num": ["num"], "axis": axis], module: "core"),
        "split": { arguments in
            var sections = try arguments.required(["num_or_size_splits", "value"])
            if let sizes = sections.elements?.map(\.asExtent) {
                // Sizes become the places between them.
                var (place, places) = (0, [ConfigValue]())
                for size in sizes.dropLast() {
                    guard let size, size >= 0 else {
                        throw KeratinError(.unavailable, "split needs sizes as numbers")
                    }
                    place += size
                    places.append(.integer(place))
                }
                sections = .list(places)
            }
            return OperationCall(
                className: "Split",
                config: [
                    "indices_or_sections": sections, "axis": arguments.value(axis) ?? 0,
                ], operands: [arguments.first])
        },
        "pad": { arguments in
            var config: Fields = ["pad_width": try arguments.required(["paddings"])]
            config["mode"] = .string(
                (arguments.value(["mode"])?.text ?? "constant").lowercased())
            if let value = arguments.value(["constant_values"]), value.asNumber != 0 {
                config["constant_values"] = value
            }
            return OperationCall(className: "Pad", config: config, operands: [arguments.first])
        },
        "gather": { arguments in
            OperationCall(
                className: "Take", config: ["axis": arguments.value(axis) ?? 0],
                operands: [arguments.first, try arguments.required(["indices"])])
        },
        "one_hot": renamed(
            "OneHot", ["num_classes": ["depth", "num_classes"], "axis": axis], module: "nn"),
        "getitem": { arguments in
            OperationCall(
                className: "GetItem",
                operands: [arguments.first, try items(arguments.required(["slice_spec"]))])
        },
    ]

    private static let networks: [String: Make] = [
        "relu": { arguments in
            // That of keras.backend has a slope, a bound and a threshold.
            let bound = arguments.value(["max_value"])
            let slope = arguments.value(["alpha", "negative_slope"])?.asNumber ?? 0
            guard (arguments.value(["threshold"])?.asNumber ?? 0) == 0,
                bound == nil || slope == 0
            else { throw KeratinError(.unavailable, "relu with a threshold is not there") }
            if let bound, bound.asNumber == 6 {
                return OperationCall(module: "nn", className: "Relu6", operands: [arguments.first])
            }
            if let bound {
                return OperationCall(
                    className: "Clip", config: ["x_min": 0, "x_max": bound],
                    operands: [arguments.first])
            }
            guard slope != 0 else {
                return OperationCall(module: "nn", className: "Relu", operands: [arguments.first])
            }
            return OperationCall(
                module: "nn", className: "LeakyRelu",
                config: ["negative_slope": .number(slope)], operands: [arguments.first])
        },
        "relu6": unary("Relu6", "nn"), "sigmoid": unary("Sigmoid", "nn"),
        "softplus": unary("Softplus", "nn"), "softsign": unary("Softsign", "nn"),
        "selu": unary("Selu", "nn"), "silu": unary("Silu", "nn"), "swish": unary("Silu", "nn"),
        "elu": renamed("Elu", ["alpha": ["alpha"]], module: "nn"),
        "leaky_relu": renamed(
            "LeakyRelu", ["negative_slope": ["alpha", "negative_slope"]], module: "nn",
            fixed: ["negative_slope": 0.2]),
        "gelu": renamed(
            "Gelu", ["approximate": ["approximate"]], module: "nn",
            fixed: ["approximate": false]),
        "softmax": renamed("Softmax", ["axis": axis], module: "nn", fixed: ["axis": -1]),
        "softmax_v2": renamed("Softmax", ["axis": axis], module: "nn", fixed: ["axis": -1]),
        "log_softmax": renamed("LogSoftmax", ["axis": axis], module: "nn", fixed: ["axis": -1]),
        "l2_normalize": renamed(
            "Normalize", ["axis": axis], module: "nn", fixed: ["order": 2, "epsilon": 1e-6]),
        "matmul": { arguments in
            func flag(_ name: String) -> Bool { arguments.value([name]) == .boolean(true) }
            guard !["transpose_a", "transpose_b", "adjoint_a", "adjoint_b"].contains(where: flag)
            else {
                throw KeratinError(
                    .unavailable, "matmul of transposed matrices is not there: use Dot")
            }
            return try binary("Matmul")(arguments)
        },
        "dot": binary("Matmul"),
        "tensordot": { arguments in
            OperationCall(
                className: "Tensordot", config: ["axes": arguments.value(["axes"]) ?? 2],
                operands: [arguments.first, try arguments.required(["b"])])
        },
        "depth_to_space": renamed(
            "DepthToSpace", ["block_size": ["block_size"]], module: "nn"),
        "space_to_depth": renamed(
            "SpaceToDepth", ["block_size": ["block_size"]], module: "nn"),
    ]

    /// Several tensors as one.
    private static func joined(_ className: String, default fallback: Int) -> Make {
        { arguments in
            OperationCall(
                className: className,
                config: ["axis": arguments.value(axis) ?? .integer(fallback)],
                operands: [.list(arguments.inputs)])
        }
    }

    private static func extents(_ shape: ConfigValue) throws -> ConfigValue {
        guard let extents = shape.elements, extents.allSatisfy({ $0.asExtent != nil }) else {
            throw KeratinError(
                .unavailable, "reshape needs a shape of numbers, got \(shape): use Reshape")
        }
        return shape
    }

    /// What is taken of a tensor, as Keras 3 writes it.
    private static func items(_ spec: ConfigValue) throws -> ConfigValue {
        func item(_ value: ConfigValue) -> ConfigValue {
            if value == "..." { return ["class_name": "__ellipsis__", "config": [:]] }
            guard let fields = value.fields, fields["class_name"] == nil else { return value }
            return ["class_name": "__slice__", "config": .object(fields)]
        }
        return spec.elements.map { .list($0.map(item)) } ?? item(spec)
    }
}

import KeratinCore

/// How Keras's files write an operation of a graph: its class, the arguments that it was made with, and those that it was called with.
package struct OperationForm {
    /// An argument of an operation.
    package indirect enum Argument: Hashable, Sendable {
        /// A tensor, by its number among those that the operation was given.
        case tensor(Int)
        case list([Argument])
        case integer(Int)
        case number(Double)
        case boolean(Bool)
        case text(String)
        /// `start:stop:step` of an axis.
        case slice(Int?, Int?, Int?)
        case null
    }

    package var className: String
    /// The module below `keras.src.ops`.
    package var module: String
    package var config: [(name: String, value: Argument)]
    package var arguments: [Argument]
    /// Arguments that it was called with by name.
    package var keywords: [(name: String, value: Argument)] = []

    package init(
        _ className: String, module: String = "numpy",
        config: [(name: String, value: Argument)] = [], arguments: [Argument]? = nil
    ) {
        self.className = className
        self.module = module
        self.config = config
        self.arguments = arguments ?? [.tensor(0)]
    }
}

extension OperationForm.Argument {
    /// A number as Python would write it.
    package init(_ value: Double) {
        self = Int(exactly: value).map { .integer($0) } ?? .number(value)
    }

    package init(_ values: [Int]?) {
        self = values.map { .list($0.map { .integer($0) }) } ?? .null
    }
}

/// An operation on tensors as a node of a graph.
package final class GraphOperation: GraphFunction {
    package let name: String
    package let form: OperationForm
    private let body: ([Tensor]) throws -> [Tensor]
    /// The name of the operation that is made next, where a file has one.
    @TaskLocal package static var givenName: String?

    /// - Parameter name: nil gives the class in snake_case, numbered within the process.
    package init(
        _ form: OperationForm, name: String? = nil, _ body: @escaping ([Tensor]) throws -> [Tensor]
    ) {
        self.form = form
        self.name = name ?? GraphOperation.givenName ?? AutomaticName.next(form.className)
        self.body = body
    }

    package var className: String { form.className }
    package var identity: ObjectIdentifier { ObjectIdentifier(self) }

    package func call(_ inputs: [Tensor], training: Bool) throws -> [Tensor] {
        do {
            return try body(inputs)
        } catch let error as KeratinError {
            throw error.nested(in: "\(className) '\(name)'")
        }
    }
}

extension Tensor {
    /// The results of an operation on tensors some of which are symbolic: a node of their graph.
    package static func nodes(
        _ form: OperationForm, _ inputs: [Tensor], _ body: @escaping ([Tensor]) throws -> [Tensor]
    ) throws -> [Tensor] {
        try GraphNode(GraphOperation(form, body), inputs).outputs
    }

    /// The only result of an operation on symbolic tensors.
    static func node(
        _ form: OperationForm, _ inputs: [Tensor], _ body: @escaping ([Tensor]) throws -> Tensor
    ) -> Tensor {
        carrying(inputs) { try nodes(form, inputs) { [try body($0)] }[0] }
    }
}

extension OperationForm {
    static func unary(_ function: UnaryFunction) -> OperationForm {
        let (name, module): (String, String) =
            switch function {
            case .negate: ("Negative", "numpy")
            case .abs: ("Absolute", "numpy")
            case .sign: ("Sign", "numpy")
            case .reciprocal: ("Reciprocal", "numpy")
            case .sqrt: ("Sqrt", "numpy")
            case .rsqrt: ("Rsqrt", "math")
            case .square: ("Square", "numpy")
            case .exp: ("Exp", "numpy")
            case .expm1: ("Expm1", "numpy")
            case .log: ("Log", "numpy")
            case .log1p: ("Log1p", "numpy")
            case .sin: ("Sin", "numpy")
            case .cos: ("Cos", "numpy")
            case .arctan: ("Arctan", "numpy")
            case .tanh: ("Tanh", "numpy")
            case .sigmoid: ("Sigmoid", "nn")
            case .relu: ("Relu", "nn")
            case .softplus: ("Softplus", "nn")
            case .erf: ("Erf", "math")
            case .erfc: ("Erfc", "math")
            case .floor: ("Floor", "numpy")
            case .ceil: ("Ceil", "numpy")
            case .round: ("Round", "numpy")
            case .not: ("LogicalNot", "numpy")
            case .isNaN: ("Isnan", "numpy")
            case .isFinite: ("Isfinite", "numpy")
            case .uniform: ("Uniform", "random")
            }
        return OperationForm(name, module: module)
    }

    static func binary(
        _ function: BinaryFunction, _ left: Argument, _ right: Argument
    ) -> OperationForm {
        let name =
            switch function {
            case .add: "Add"
            case .subtract: "Subtract"
            case .multiply: "Multiply"
            case .divide: "TrueDivide"
            case .maximum: "Maximum"
            case .minimum: "Minimum"
            case .power: "Power"
            case .remainder: "Mod"
            case .equal: "Equal"
            case .notEqual: "NotEqual"
            case .less: "Less"
            case .lessEqual: "LessEqual"
            case .greater: "Greater"
            case .greaterEqual: "GreaterEqual"
            case .and: "LogicalAnd"
            case .or: "LogicalOr"
            }
        return OperationForm(name, arguments: [left, right])
    }

    static func reduce(
        _ function: ReduceFunction, _ axes: [Int]?, _ keepsDimensions: Bool
    ) -> OperationForm {
        let name =
            switch function {
            case .sum: "Sum"
            case .product: "Prod"
            case .maximum: "Max"
            case .minimum: "Min"
            }
        return OperationForm(
            name,
            config: [("axis", Argument(axes)), ("keepdims", .boolean(keepsDimensions))])
    }
}

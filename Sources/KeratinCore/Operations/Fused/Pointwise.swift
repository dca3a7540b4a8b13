/// An expression over corresponding elements of its inputs: a short list of nodes in order, each of
/// which reads earlier ones.
public struct PointwiseExpression: Hashable, Sendable {
    /// One value for each element; numbers in nodes count earlier nodes.
    public enum Node: Hashable, Sendable {
        case input(Int)
        case constant(Double)
        case unary(UnaryFunction, Int)
        case binary(BinaryFunction, Int, Int)
        case select(Int, Int, Int)
        case cast(Int)
    }

    /// The nodes, in an order in which each reads only earlier ones.
    public var nodes: [Node]
    /// The element type of each node.
    public var dtypes: [DType]
    /// The nodes whose values are the results.
    public var results: [Int]

    /// An expression; `dtypes` has one entry per node.
    public init(nodes: [Node], dtypes: [DType], results: [Int]) {
        self.nodes = nodes
        self.dtypes = dtypes
        self.results = results
    }
}

/// Elementwise work over one iteration space: inputs broadcast to `shape` by NumPy's rule, every
/// result has the shape `shape`. A result may be stored over an input of the same type that has exactly
/// that shape.
public struct Pointwise: FusedOperation {
    /// What is computed for each element.
    public var expression: PointwiseExpression
    /// The iteration space, which is the shape of every result.
    public var shape: Shape

    /// An expression over a space to which its inputs broadcast.
    public init(_ expression: PointwiseExpression, shape: Shape) {
        self.expression = expression
        self.shape = shape
    }

    /// The one-node expression of an elementwise primitive; nil for other primitives.
    public init?(_ primitive: Primitive, inputs: [TensorType], result: TensorType) {
        let count = inputs.count
        let node: PointwiseExpression.Node
        switch primitive {
        case .unary(let function): node = .unary(function, 0)
        case .cast: node = .cast(0)
        case .binary(let function): node = .binary(function, 0, 1)
        case .select: node = .select(0, 1, 2)
        default: return nil
        }
        expression = PointwiseExpression(
            nodes: (0..<count).map { .input($0) } + [node],
            dtypes: inputs.map(\.dtype) + [result.dtype], results: [count])
        shape = result.shape
    }

    public var name: String { "pointwise" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        for (index, input) in inputs.enumerated() where !input.shape.broadcasts(to: shape) {
            throw KeratinError(
                .shapeMismatch, "input \(index), \(input), does not broadcast to \(shape)")
        }
        for (index, node) in expression.nodes.enumerated() {
            if case .input(let input) = node, inputs[input].dtype != expression.dtypes[index] {
                throw KeratinError(.dtypeMismatch, "input \(input) is \(inputs[input])")
            }
        }
        return expression.results.map { TensorType(shape, expression.dtypes[$0]) }
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        var values = [Value]()
        for (index, node) in expression.nodes.enumerated() {
            let dtype = expression.dtypes[index]
            let value: Value =
                switch node {
                case .input(let input): inputs[input]
                case .constant(let constant): try builder.fill(constant, TensorType(.scalar, dtype))
                case .unary(let function, let a): try builder.unary(function, values[a])
                case .binary(let function, let a, let b):
                    try builder.binary(function, values[a], values[b])
                case .select(let c, let a, let b):
                    try builder.append(.select, [values[c], values[a], values[b]])
                case .cast(let a): try builder.append(.cast(dtype), [values[a]])
                }
            values.append(value)
        }
        var results = [Value]()
        for index in expression.results {
            let value = values[index]
            results.append(
                builder.type(of: value).shape == shape
                    ? value : try builder.append(.broadcast(shape), [value]))
        }
        return results
    }
}

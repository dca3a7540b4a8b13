import KeratinCore
import Synchronization

/// What a node of a graph computes: a layer with the way in which it was called, or an operation.
package protocol GraphFunction: AnyObject {
    /// The layer's or the operation's name.
    var name: String { get }
    /// The class as Keras names it.
    var className: String { get }
    /// Equal for all uses of one layer.
    var identity: ObjectIdentifier { get }
    /// Whether what uses the inputs later sees no masks on them.
    var endsMasks: Bool { get }
    func call(_ inputs: [Tensor], training: Bool) throws -> [Tensor]
}

extension GraphFunction {
    package var endsMasks: Bool { false }
}

/// One use of a layer or an operation in a graph. A node keeps those alive that it needs; nobody keeps the nodes that need it.
package final class GraphNode: @unchecked Sendable {
    // Unchecked, since functions hold layers, which are confined to one isolation domain: what is built of symbolic tensors is
    // built there, and models lock what they run.
    package let function: any GraphFunction
    /// All tensors that the call was given. Those that are not symbolic are constants.
    package let inputs: [Tensor]
    package let types: [SymbolicType]
    /// Counts nodes in the order in which they were made.
    package let number: Int
    private static let count = Atomic<Int>(0)

    /// - Parameter types: of the results; nil: found by recording the function.
    package init(
        _ function: any GraphFunction, _ inputs: [Tensor], types: [SymbolicType]? = nil
    ) throws {
        self.function = function
        self.inputs = inputs
        number = GraphNode.count.wrappingAdd(1, ordering: .relaxed).newValue
        self.types = try types ?? GraphNode.resultTypes(function, inputs)
    }

    /// An input of graphs.
    package init(_ function: any GraphFunction, type: SymbolicType) {
        self.function = function
        inputs = []
        types = [type]
        number = GraphNode.count.wrappingAdd(1, ordering: .relaxed).newValue
    }

    private static func resultTypes(
        _ function: any GraphFunction, _ inputs: [Tensor]
    ) throws -> [SymbolicType] {
        let symbolic = inputs.filter(\.isSymbolic)
        do {
            return try SymbolicType.results(of: symbolic.map { SymbolicType(of: $0) }) {
                arguments in
                var next = arguments.makeIterator()
                return try function.call(
                    inputs.map { $0.isSymbolic ? next.next() ?? $0 : $0 }, training: false)
            }
        } catch let error as KeratinError where inputs.count > 1 {
            throw error.naming(inputs: inputs)
        }
    }

    package var isInput: Bool { inputs.isEmpty }

    /// The results, as tensors of the graph.
    package var outputs: [Tensor] {
        types.indices.map { Tensor(GraphTensor(node: self, index: $0)) }
    }

    /// The nodes whose results this one uses.
    package var parents: [GraphNode] { inputs.compactMap { $0.graph?.node } }
}

extension KeratinError {
    /// The same error that says where tensors of a graph come from, and their shapes.
    package func naming(inputs: [Tensor]) -> KeratinError {
        let sources = inputs.map { input in
            let name = input.graph.map { "'\($0.node.function.name)'" } ?? "a constant"
            return "\(name) \(Shape.description(SymbolicType(of: input).extents))"
        }
        var copy = self
        copy.message += " (the inputs are \(sources.joined(separator: ", ")))"
        return copy
    }
}

/// A result of a node.
package struct GraphTensor: Hashable, Sendable {
    package let node: GraphNode
    package let index: Int

    package init(node: GraphNode, index: Int) {
        self.node = node
        self.index = index
    }

    package var type: SymbolicType { node.types[index] }

    package static func == (a: GraphTensor, b: GraphTensor) -> Bool {
        a.node === b.node && a.index == b.index
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(node))
        hasher.combine(index)
    }
}

extension Tensor {
    /// What stands in the shape of a symbolic tensor for an extent that is not known.
    package static let unknownExtent = -1

    /// The place in a graph, if the tensor is symbolic.
    package var graph: GraphTensor? {
        if case .symbolic(let tensor) = storage { tensor } else { nil }
    }

    /// Whether this is a value of a graph that is being put together, which has no numbers. Its shape has −1 for extents that
    /// vary.
    package var isSymbolic: Bool { graph != nil }
}

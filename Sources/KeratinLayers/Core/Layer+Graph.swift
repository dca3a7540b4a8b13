import KeratinCore
import KeratinTensor

/// The layer as a part of graphs.
extension Layer {
    /// What the layer was given where it stands in a graph. It carries the error if the layer stands in none, or in several places, or takes
    /// several tensors.
    public final var input: Tensor { Tensor.carrying { try onlyUse { $0.inputs } } }

    /// What the layer gives where it stands in a graph. It carries the error if the layer stands in none, or in several places, or has
    /// several results.
    public final var output: Tensor { Tensor.carrying { try onlyUse { $0.outputs } } }

    private func onlyUse(_ tensors: (GraphNode) -> [Tensor]) throws -> Tensor {
        let nodes = self.nodes
        guard let node = nodes.first else {
            throw KeratinError(.invalidState, "was never called on a symbolic tensor", at: place)
        }
        let result = tensors(node)
        guard nodes.count == 1, result.count == 1 else {
            throw KeratinError(
                .invalidState,
                nodes.count == 1
                    ? "has \(result.count) of these tensors, not one"
                    : "was called \(nodes.count) times, so it has no one input and output",
                at: place)
        }
        return result[0]
    }

    /// The nodes of graphs that use the layer.
    package final var nodes: [GraphNode] { lock.withLock { uses.compactMap(\.node) } }

    /// A use of the layer in a graph.
    func node(
        _ inputs: [Tensor], _ context: CallContext, _ takesList: Bool
    ) throws -> [Tensor] {
        try lock.withLock {
            let types = inputs.map { SymbolicType(of: $0) }
            let node: GraphNode
            do {
                // What `build` asks for is known only afterwards.
                try check(types)
                try buildIfNeeded(inputShapes: types.map(\.extents))
                try check(types)
                node = try GraphNode(
                    LayerCall(self, inputCount: inputs.count, takesList: takesList, context),
                    inputs + context.allTensors, types: outputTypes(for: types, context))
            } catch let error as KeratinError where inputs.count > 1 {
                throw error.naming(inputs: inputs).nested(in: place)
            }
            uses = uses.filter { $0.node != nil } + [WeakNode(node: node)]
            return node.outputs
        }
    }
}

/// A node that its graph keeps alive.
struct WeakNode {
    weak var node: GraphNode?
}

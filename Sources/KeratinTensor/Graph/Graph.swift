import KeratinCore

/// A graph of layers and operations between inputs and outputs.
package final class Graph {
    package let inputs: [GraphTensor]
    package let outputs: [GraphTensor]
    /// Every node after those that it needs. Inputs are among them.
    package let nodes: [GraphNode]
    /// The nodes of each layer and operation, in Keras's order: those far from the outputs first, and among equals those that a
    /// walk from the outputs meets first.
    package let functions: [[GraphNode]]

    /// - Throws: `KeratinError` if an input is no tensor of a graph or is given twice, an output does not follow from the inputs,
    ///   or two layers have one name.
    package init(inputs: [Tensor], outputs: [Tensor], at place: String) throws {
        func symbolic(_ tensors: [Tensor], _ what: String) throws -> [GraphTensor] {
            guard !tensors.isEmpty else {
                throw KeratinError(.invalidArgument, "has no \(what)s", at: place)
            }
            return try tensors.enumerated().map { index, tensor in
                try tensor.check()
                guard let graph = tensor.graph else {
                    throw KeratinError(
                        .invalidArgument,
                        "\(what) \(index) is no tensor of a graph: it must come from an Input through layers",
                        at: place)
                }
                return graph
            }
        }
        self.inputs = try symbolic(inputs, "input")
        self.outputs = try symbolic(outputs, "output")
        guard Set(self.inputs).count == self.inputs.count else {
            throw KeratinError(.invalidArgument, "an input is given twice", at: place)
        }
        var walk = GraphWalk(self.inputs)
        for output in self.outputs { try walk.visit(output, at: place) }
        (nodes, functions) = walk.ordered()
        var names: Set<String> = []
        for use in functions where !names.insert(use[0].function.name).inserted {
            throw KeratinError(
                .invalidArgument,
                "all layers need names of their own, '\(use[0].function.name)' is taken", at: place)
        }
    }

    /// The results for arguments in the order of the inputs.
    package func run(_ arguments: [Tensor], training: Bool) throws -> [Tensor] {
        guard arguments.count == inputs.count else {
            throw KeratinError(
                .invalidArgument, "expects \(inputs.count) inputs, got \(arguments.count)")
        }
        var values: [GraphTensor: Tensor] = [:]
        for (input, argument) in zip(inputs, arguments) { values[input] = argument }
        for node in nodes where !node.isInput {
            let given = node.inputs.map { input in input.graph.flatMap { values[$0] } ?? input }
            let results = try node.function.call(given, training: training)
            for (index, result) in results.enumerated() {
                let tensor = GraphTensor(node: node, index: index)
                // What was given as an input is not replaced.
                if values[tensor] == nil { values[tensor] = result }
            }
            guard node.function.endsMasks else { continue }
            for tensor in node.inputs.compactMap(\.graph) { values[tensor]?.mask = nil }
        }
        return outputs.map { values[$0]! }
    }
}

/// Finds the nodes between outputs and inputs, and Keras's order of them (`map_graph` of keras/src/ops/function.py).
private struct GraphWalk {
    private let inputs: [GraphTensor]
    private let ends: Set<GraphTensor>
    private var finished: Set<ObjectIdentifier> = []
    /// Every node after those that it needs.
    private var nodes: [GraphNode] = []
    /// Layers and operations by the order in which the walk met them.
    private var ranks: [ObjectIdentifier: Int] = [:]

    init(_ inputs: [GraphTensor]) {
        self.inputs = inputs
        ends = Set(inputs)
    }

    /// Walks to the inputs without recursion: graphs may be deep.
    mutating func visit(_ output: GraphTensor, at place: String) throws {
        var stack = [(node: GraphNode, next: Int)]()
        func enter(_ tensor: GraphTensor, _ self: inout GraphWalk) throws {
            let node = tensor.node
            guard !self.finished.contains(ObjectIdentifier(node)) else { return }
            if self.ends.contains(tensor), !node.isInput { return }
            if node.isInput, !self.ends.contains(tensor) {
                throw KeratinError(
                    .invalidArgument,
                    "an output needs the input '\(node.function.name)', which is not among the inputs",
                    at: place)
            }
            let identity = node.function.identity
            if self.ranks[identity] == nil { self.ranks[identity] = self.ranks.count }
            stack.append((node, 0))
        }
        try enter(output, &self)
        while let (node, next) = stack.last {
            if next < node.inputs.count {
                stack[stack.count - 1].next += 1
                if let tensor = node.inputs[next].graph { try enter(tensor, &self) }
            } else {
                stack.removeLast()
                if finished.insert(ObjectIdentifier(node)).inserted { nodes.append(node) }
            }
        }
    }

    func ordered() -> (nodes: [GraphNode], functions: [[GraphNode]]) {
        let known = Set(nodes.map { ObjectIdentifier($0) })
        var depths: [ObjectIdentifier: Int] = [:]
        var functionDepths: [ObjectIdentifier: Int] = [:]
        for node in nodes.reversed() {
            let identity = node.function.identity
            let depth = max(depths[ObjectIdentifier(node)] ?? 0, functionDepths[identity] ?? 0)
            functionDepths[identity] = depth
            depths[ObjectIdentifier(node)] = depth
            for parent in node.parents where known.contains(ObjectIdentifier(parent)) {
                depths[ObjectIdentifier(parent)] = max(
                    depth + 1, depths[ObjectIdentifier(parent)] ?? 0)
            }
        }
        var all = nodes
        var ranks = self.ranks
        // Inputs that no output needs stand at the end.
        for input in inputs
        where input.node.isInput && !known.contains(ObjectIdentifier(input.node)) {
            all.append(input.node)
            depths[ObjectIdentifier(input.node)] = 0
            functionDepths[input.node.function.identity] = 0
            ranks[input.node.function.identity] = -1
        }
        var uses: [ObjectIdentifier: [GraphNode]] = [:]
        for node in all { uses[node.function.identity, default: []].append(node) }
        let identities = uses.keys.sorted {
            let (a, b) = (functionDepths[$0] ?? 0, functionDepths[$1] ?? 0)
            return a == b ? (ranks[$0] ?? 0) < (ranks[$1] ?? 0) : a > b
        }
        return (all, identities.map { (uses[$0] ?? []).sorted { $0.number < $1.number } })
    }
}

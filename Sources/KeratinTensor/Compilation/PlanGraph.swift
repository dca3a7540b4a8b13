import KeratinCore

/// A program as the memory plan sees it: what is launched, what is only another view of memory, and
/// what must come before what.
struct PlanGraph {
    struct Node {
        enum Kind {
            case launch(Operation)
            case scan(Scan)
            /// The inputs' values, moved as they are into the result's place.
            case copy
            /// Nothing to run: the result is a view of its input, or its inputs lie side by side in it.
            case view
        }

        var kind: Kind
        var inputs: [Value]
        var results: [Value]
        /// Stores a state's new value: runs after everything that reads the old one.
        var isCommit = false
        /// Nodes that must run before, beyond the data flow.
        var after: [Int] = []
    }

    /// Where a value lies: some bytes after the start of another value (its root).
    struct Place: Hashable {
        var root: Value
        var byteOffset: Int
    }

    private(set) var nodes: [Node] = []
    private(set) var types: [TensorType]
    /// Inputs of the program: memory that the plan does not own.
    let external: Set<Value>
    /// The values to be read after a run, in the order asked for.
    private(set) var results: [Value] = []
    private var parents: [Value: Place] = [:]
    /// What a joined value consists of, in order.
    private(set) var parts: [Value: [Value]] = [:]
    /// The node that each value is a result of.
    private var definitions: [Value: Int] = [:]

    /// - Parameters:
    ///   - results: values that are read after a run; they end up in the plan's own memory.
    ///   - updates: inputs whose memory takes a new value at the end of the run.
    init(_ program: Program, results: [Value], updates: [(input: Value, value: Value)]) {
        types = program.types
        external = Set(program.inputs)
        for instruction in program.instructions { add(instruction) }
        self.results = results.map { isOwned($0) ? $0 : addCopy(of: $0) }
        commit(updates)
    }

    func type(of value: Value) -> TensorType { types[value.id] }

    func place(of value: Value) -> Place {
        var place = Place(root: value, byteOffset: 0)
        while let parent = parents[place.root] {
            place = Place(root: parent.root, byteOffset: parent.byteOffset + place.byteOffset)
        }
        return place
    }

    private func isOwned(_ value: Value) -> Bool { !external.contains(place(of: value).root) }

    mutating func define(_ type: TensorType) -> Value {
        types.append(type)
        return Value(id: types.count - 1)
    }

    /// Lets a value lie in the memory of another that it takes the place of.
    mutating func reuse(_ place: Place, for value: Value) { parents[value] = place }

    private mutating func append(_ node: Node) {
        for result in node.results { definitions[result] = nodes.count }
        nodes.append(node)
    }

    private mutating func addCopy(of value: Value) -> Value {
        let copy = define(type(of: value))
        append(Node(kind: .copy, inputs: [value], results: [copy]))
        return copy
    }

    // MARK: Views

    private mutating func add(_ instruction: Instruction) {
        var node = Node(kind: .view, inputs: instruction.inputs, results: instruction.results)
        switch instruction.kind {
        case .scan(let scan):
            node.kind = .scan(scan)
        case .operation(let operation):
            node.kind = .launch(operation)
            if case .primitive(let primitive) = operation {
                if let offset = viewOffset(primitive, instruction) {
                    node.kind = .view
                    parents[instruction.results[0]] = Place(
                        root: instruction.inputs[0], byteOffset: offset)
                } else if case .concatenate(let axis) = primitive,
                    join(instruction, axis: axis)
                {
                    node.kind = .view
                    node.inputs = parts[instruction.results[0]]!
                }
            }
        }
        append(node)
    }

    /// Bytes before the result within the input, if the operation only looks at its input differently.
    private func viewOffset(_ primitive: Primitive, _ instruction: Instruction) -> Int? {
        switch primitive {
        case .reshape:
            return 0
        case .slice(let starts, _, let strides):
            let input = type(of: instruction.inputs[0])
            let result = type(of: instruction.results[0])
            guard strides.allSatisfy({ $0 == 1 }), result.count > 0 else { return nil }
            // Dense if, past the first axis that is cut, everything is taken, and before it single rows are.
            let axes = 0..<input.shape.rank
            let cut = axes.last { result.shape[$0] != input.shape[$0] } ?? 0
            guard axes.prefix(cut).allSatisfy({ result.shape[$0] == 1 }) else { return nil }
            let elements = zip(starts, input.shape.strides).reduce(0) { $0 + $1.0 * $1.1 }
            return elements * input.dtype.byteCount
        default:
            return nil
        }
    }

    /// Lets the inputs of a concatenation be computed where the result lies, if they follow each other in
    /// memory there and at least one can.
    private mutating func join(_ instruction: Instruction, axis: Int) -> Bool {
        let result = instruction.results[0]
        guard type(of: result).shape.dimensions.prefix(axis).allSatisfy({ $0 == 1 }) else {
            return false
        }
        var taken: Set<Value> = []
        let movable = instruction.inputs.map { input -> Bool in
            let place = place(of: input)
            return !external.contains(place.root) && place.byteOffset == 0
                && type(of: place.root).byteCount == type(of: input).byteCount
                && type(of: input).byteCount > 0 && taken.insert(place.root).inserted
        }
        guard movable.contains(true) else { return false }
        var offset = 0
        var joined = [Value]()
        for (input, movable) in zip(instruction.inputs, movable) {
            let bytes = type(of: input).byteCount
            let part = movable ? input : addCopy(of: input)
            parents[place(of: part).root] = Place(root: result, byteOffset: offset)
            joined.append(part)
            offset += bytes
        }
        parts[result] = joined
        return true
    }

    // MARK: State

    /// Adds the stores of new state values. A `Pointwise` operation that alone needs the old value stores the
    /// new one over it; other values are copied at the end.
    private mutating func commit(_ updates: [(input: Value, value: Value)]) {
        var states = StateReaders()
        for index in nodes.indices { noteReads(of: index, in: &states) }
        var rest = [(input: Value, value: Value)]()
        for update in updates where !storeInPlace(update, &states) { rest.append(update) }
        // A value that lies in a state is saved before states change.
        let saved = rest.map { update in
            if isOwned(update.value) { return (update.input, update.value) }
            let copy = addCopy(of: update.value)
            noteReads(of: nodes.count - 1, in: &states)
            return (update.input, copy)
        }
        for (input, value) in saved {
            let stored = define(type(of: value))
            parents[stored] = Place(root: input, byteOffset: 0)
            append(
                Node(
                    kind: .copy, inputs: [value], results: [stored], isCommit: true,
                    after: states.readers[input, default: []]))
        }
    }

    /// What is known of states while their new values are stored.
    private struct StateReaders {
        /// The nodes that read each state's memory as it was at the start.
        var readers: [Value: [Int]] = [:]
        /// New values that are stored over old ones.
        var stored: Set<Value> = []
        /// The first node that must wait for one that may stand behind it.
        var firstWaiting = Int.max
    }

    private func noteReads(of index: Int, in states: inout StateReaders) {
        if case .view = nodes[index].kind { return }
        for input in nodes[index].inputs where !isStored(input, states) {
            let root = place(of: input).root
            if external.contains(root), states.readers[root]?.last != index {
                states.readers[root, default: []].append(index)
            }
        }
    }

    /// Whether the value is a new value of a state, stored over the old one.
    private func isStored(_ value: Value, _ states: StateReaders) -> Bool {
        var value = value
        while let parent = parents[value] {
            if states.stored.contains(value) { return true }
            value = parent.root
        }
        return false
    }

    private mutating func storeInPlace(
        _ update: (input: Value, value: Value), _ states: inout StateReaders
    ) -> Bool {
        let value = update.value
        guard parents[value] == nil, !results.contains(value), !external.contains(value),
            let index = definitions[value],
            case .launch(.fused(let fused)) = nodes[index].kind,
            let pointwise = fused as? Pointwise, parts[value] == nil,
            type(of: value).byteCount == type(of: update.input).byteCount
        else { return false }
        // The operation itself may read the old value element by element only.
        for input in nodes[index].inputs where place(of: input).root == update.input {
            guard place(of: input).byteOffset == 0, type(of: input) == type(of: value),
                pointwise.shape == type(of: value).shape
            else { return false }
        }
        let before = states.readers[update.input, default: []].filter { $0 != index }
        guard !needs(index, anyOf: before, states) else { return false }
        if !before.isEmpty { states.firstWaiting = min(states.firstWaiting, index) }
        nodes[index].after += before
        nodes[index].isCommit = true
        parents[value] = Place(root: update.input, byteOffset: 0)
        states.stored.insert(value)
        return true
    }

    /// Whether one of some nodes can only run after a node.
    private func needs(_ index: Int, anyOf nodes: [Int], _ states: StateReaders) -> Bool {
        var pending = nodes
        var seen = Set(nodes)
        while let current = pending.popLast() {
            if current == index { return true }
            // Data flow alone leads to earlier nodes only.
            if current < index, current < states.firstWaiting { continue }
            for next in predecessors(current) where seen.insert(next).inserted {
                pending.append(next)
            }
        }
        return false
    }

    // MARK: Order

    /// The nodes that must run before a node.
    private func predecessors(_ index: Int) -> [Int] {
        nodes[index].inputs.compactMap { definitions[$0] } + nodes[index].after
    }

    /// An order that respects data flow and old state values; commits, and what follows from them, come
    /// last.
    func order() -> [Int] {
        let before = nodes.indices.map { Set(predecessors($0)) }
        var late = Set(nodes.indices.filter { nodes[$0].isCommit })
        var successors = nodes.map { _ in [Int]() }
        for index in nodes.indices {
            for source in before[index] { successors[source].append(index) }
        }
        var pending = Array(late)
        while let current = pending.popLast() {
            for next in successors[current] where late.insert(next).inserted {
                pending.append(next)
            }
        }
        var waiting = before.map(\.count)
        // Commits rank behind everything else.
        func rank(_ index: Int) -> Int { late.contains(index) ? index + nodes.count : index }
        var ready = MinimumHeap<Int>()
        for index in nodes.indices where waiting[index] == 0 { ready.insert(rank(index)) }
        var order = [Int]()
        while let next = ready.removeSmallest().map({ $0 % nodes.count }) {
            order.append(next)
            for successor in successors[next] {
                waiting[successor] -= 1
                if waiting[successor] == 0 { ready.insert(rank(successor)) }
            }
        }
        precondition(order.count == nodes.count, "the plan's order has a cycle")
        return order
    }
}

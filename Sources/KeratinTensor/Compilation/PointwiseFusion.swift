import KeratinCore

/// Merges elementwise instructions over one iteration space into `Pointwise` operations with several
/// results, along data flow and side by side.
struct PointwiseFusion {
    // A kernel has so many arguments, and an expression so many nodes, at most.
    private static let inputLimit = 24
    private static let resultLimit = 12
    private static let nodeLimit = 96
    /// Elements below which unrelated work of one shape is merged to save launches.
    private static let sideBySideLimit = 1 << 16

    private let program: Program
    private let definitions: [Value: Int]
    private let readers: [Value: [Int]]
    private let outputs: Set<Value>
    /// The group of each instruction, and the instructions of each group in order.
    private var group: [Int]
    private var members: [[Int]]
    /// An order of the groups in which each stands behind those that it reads: the group at each place, if one is left there, and
    /// the place of each group. A search for a path between two groups need not leave the places between them.
    private var order: [Int?]
    private var place: [Int]

    static func run(_ program: Program) throws(KeratinError) -> Program {
        var pass = PointwiseFusion(program)
        pass.merge()
        return try pass.rewritten()
    }

    private init(_ program: Program) {
        self.program = program
        definitions = program.definitions()
        outputs = Set(program.outputs)
        var readers: [Value: [Int]] = [:]
        for (index, instruction) in program.instructions.enumerated() {
            for input in instruction.inputs { readers[input, default: []].append(index) }
        }
        self.readers = readers
        group = Array(program.instructions.indices)
        members = group.map { [$0] }
        order = group
        place = group
    }

    // MARK: Grouping

    private func isElementwise(_ index: Int) -> Bool {
        program.instructions[index].primitive?.isElementwise ?? false
    }

    private func shape(_ index: Int) -> Shape {
        program.type(of: program.instructions[index].results[0]).shape
    }

    private func isConstant(_ value: Value) -> Bool {
        guard let index = definitions[value] else { return false }
        if case .fill = program.instructions[index].primitive { return true }
        return false
    }

    private mutating func merge() {
        var latest: [Shape: [Int]] = [:]
        for index in program.instructions.indices where isElementwise(index) {
            let shape = shape(index)
            for input in program.instructions[index].inputs {
                if let source = definitions[input], isElementwise(source),
                    self.shape(source) == shape
                {
                    tryMerge(group[source], group[index])
                }
                // Work on the same data is done in one pass over it.
                for reader in readers[input]!
                where reader < index && isElementwise(reader) && self.shape(reader) == shape
                    && !isConstant(input)
                {
                    tryMerge(group[reader], group[index])
                }
            }
            if shape.count <= Self.sideBySideLimit {
                for other in latest[shape, default: []].suffix(8) {
                    tryMerge(group[other], group[index])
                }
            }
            latest[shape, default: []].append(index)
        }
    }

    private mutating func tryMerge(_ a: Int, _ b: Int) {
        guard a != b else { return }
        let union = (members[a] + members[b]).sorted()
        guard union.count <= Self.nodeLimit else { return }
        let (first, last) = place[a] < place[b] ? (a, b) : (b, a)
        guard let between = needed(by: last, after: first) else { return }
        let (inputs, results) = interface(union)
        guard inputs.count <= Self.inputLimit, results.count <= Self.resultLimit else { return }
        members[a] = union
        members[b] = []
        for index in union { group[index] = a }
        reorder(from: place[first], to: place[last], between, merged: a)
    }

    /// The groups that a group depends on and that stand behind an earlier one; nil if it depends on that one through them, so that
    /// merging the two would make a cycle.
    private func needed(by last: Int, after first: Int) -> Set<Int>? {
        var seen: Set<Int> = [last]
        // The way to an earlier group is short where values are old, so these are followed first.
        var pending = MinimumHeap<Int>()
        func visit(_ current: Int) -> Bool {
            for member in members[current] {
                for input in program.instructions[member].inputs {
                    guard let source = definitions[input] else { continue }
                    let next = group[source]
                    if next == first, current != last { return false }
                    guard place[next] > place[first] else { continue }
                    if seen.insert(next).inserted { pending.insert(place[next]) }
                }
            }
            return true
        }
        guard visit(last) else { return nil }
        while let next = pending.removeSmallest() {
            guard visit(order[next]!) else { return nil }
        }
        seen.remove(last)
        return seen
    }

    /// Puts a merged group between those of its neighbours that it depends on and the others.
    private mutating func reorder(from low: Int, to high: Int, _ needed: Set<Int>, merged: Int) {
        let old = order[low...high].compactMap { $0 }.filter {
            !members[$0].isEmpty && $0 != merged
        }
        let new = old.filter(needed.contains) + [merged] + old.filter { !needed.contains($0) }
        for index in low...high { order[index] = index - low < new.count ? new[index - low] : nil }
        for (offset, group) in new.enumerated() { place[group] = low + offset }
    }

    /// What a set of instructions reads from outside, constants left out, and what of it is read outside.
    private func interface(_ set: [Int]) -> (inputs: [Value], results: [Value]) {
        let inside = Set(set)
        var inputs = [Value]()
        var results = [Value]()
        for index in set {
            for input in program.instructions[index].inputs
            where !isConstant(input) && !inputs.contains(input) {
                if let source = definitions[input], inside.contains(source) { continue }
                inputs.append(input)
            }
            let result = program.instructions[index].results[0]
            if outputs.contains(result)
                || readers[result, default: []].contains(where: { !inside.contains($0) })
            {
                results.append(result)
            }
        }
        return (inputs, results)
    }

    // MARK: Rewriting

    private func rewritten() throws(KeratinError) -> Program {
        var rewriter = ProgramRewriter(program)
        var done = Set<Int>()
        for index in program.instructions.indices { try emit(group[index], &rewriter, &done) }
        return rewriter.program(like: program).withoutDeadCode()
    }

    /// Writes a group after the groups that it reads.
    private func emit(
        _ group: Int, _ rewriter: inout ProgramRewriter, _ done: inout Set<Int>
    ) throws(KeratinError) {
        guard done.insert(group).inserted else { return }
        for member in members[group] {
            for input in program.instructions[member].inputs {
                if let source = definitions[input], self.group[source] != group {
                    try emit(self.group[source], &rewriter, &done)
                }
            }
        }
        guard isElementwise(members[group][0]) else {
            return try rewriter.copy(program.instructions[members[group][0]])
        }
        let (inputs, results) = interface(members[group])
        guard !results.isEmpty else { return }
        let operation = Pointwise(
            expression(members[group], inputs, results), shape: shape(members[group][0]))
        let values = try rewriter.builder.append(operation, rewriter.renamed(inputs))
        for (old, new) in zip(results, values) { rewriter[old] = new }
    }

    private func expression(
        _ members: [Int], _ inputs: [Value], _ results: [Value]
    ) -> PointwiseExpression {
        var nodes = inputs.indices.map { PointwiseExpression.Node.input($0) }
        var dtypes = inputs.map { program.type(of: $0).dtype }
        var position: [Value: Int] = [:]
        for (index, input) in inputs.enumerated() { position[input] = index }

        func node(_ value: Value) -> Int {
            if let known = position[value] { return known }
            // Only constants are not among the inputs and not defined by an earlier member.
            guard let source = definitions[value],
                case .fill(let number, let type) = program.instructions[source].primitive
            else { preconditionFailure("\(value) is not defined before it is read") }
            nodes.append(.constant(number))
            dtypes.append(type.dtype)
            position[value] = nodes.count - 1
            return nodes.count - 1
        }

        for member in members {
            let instruction = program.instructions[member]
            let operands = instruction.inputs.map(node)
            switch instruction.primitive {
            case .unary(let function): nodes.append(.unary(function, operands[0]))
            case .binary(let function):
                nodes.append(.binary(function, operands[0], operands[1]))
            case .select: nodes.append(.select(operands[0], operands[1], operands[2]))
            case .cast: nodes.append(.cast(operands[0]))
            default: preconditionFailure("\(instruction.name) is not elementwise")
            }
            dtypes.append(program.type(of: instruction.results[0]).dtype)
            position[instruction.results[0]] = nodes.count - 1
        }
        return PointwiseExpression(
            nodes: nodes, dtypes: dtypes, results: results.map { position[$0]! })
    }
}

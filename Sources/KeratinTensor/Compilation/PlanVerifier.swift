import KeratinCore

/// Replays a memory plan on paper: every byte that a launch reads must hold the value that it means to
/// read. It knows nothing of lifetimes or of how places were chosen.
struct PlanVerifier {
    /// Which byte of which computed value some memory holds.
    fileprivate struct Content: Equatable {
        var value: Value
        var offset: Int
    }

    fileprivate struct Segment {
        var range: Range<Int>
        /// What the first byte holds; the others follow.
        var content: Content

        /// The part from a byte on.
        func dropping(to start: Int) -> Segment {
            Segment(
                range: start..<range.upperBound,
                content: Content(
                    value: content.value, offset: content.offset + start - range.lowerBound))
        }
    }

    private let plan: MemoryPlan
    private let definitions: [Value: Int]
    /// Memory by root, nil is the scratch space: segments in order, none over another.
    private var memory: [Value?: [Segment]] = [:]

    /// - Throws: `KeratinError` that names the first launch that would read something else.
    static func verify(_ plan: MemoryPlan) throws(KeratinError) {
        var verifier = PlanVerifier(plan: plan)
        for input in plan.graph.external { verifier.write(input, as: input) }
        for index in plan.order {
            let node = plan.graph.nodes[index]
            if case .view = node.kind { continue }
            for input in node.inputs { try verifier.read(input, by: node) }
            if let workspace = plan.workspaces[index] { verifier.write(workspace, as: workspace) }
            for result in node.results { verifier.write(result, as: result) }
        }
        let end = PlanGraph.Node(kind: .copy, inputs: plan.graph.results, results: [])
        for result in plan.graph.results { try verifier.read(result, by: end) }
        for loop in plan.loops.values { try verify(loop.body) }
    }

    private init(plan: MemoryPlan) {
        self.plan = plan
        var definitions: [Value: Int] = [:]
        for (index, node) in plan.graph.nodes.enumerated() {
            for result in node.results { definitions[result] = index }
        }
        self.definitions = definitions
    }

    private func location(_ value: Value) -> (memory: Value?, range: Range<Int>) {
        let place = plan.graph.place(of: value)
        let isExternal = plan.graph.external.contains(place.root)
        let start = (isExternal ? 0 : plan.offsets[place.root]!) + place.byteOffset
        return (
            isExternal ? place.root : nil,
            start..<(start + plan.graph.type(of: value).byteCount)
        )
    }

    private mutating func write(_ value: Value, as content: Value) {
        let (memory, range) = location(value)
        if range.isEmpty { return }
        let new = Segment(range: range, content: Content(value: content, offset: 0))
        self.memory[memory, default: []].overwrite(with: new)
    }

    /// What a value consists of, followed through views and joins to computed values.
    private func contents(_ value: Value) -> [(bytes: Int, content: Content)] {
        if let parts = plan.graph.parts[value] { return parts.flatMap(contents) }
        let bytes = plan.graph.type(of: value).byteCount
        guard let definition = definitions[value], case .view = plan.graph.nodes[definition].kind
        else { return [(bytes, Content(value: value, offset: 0))] }
        let source = plan.graph.nodes[definition].inputs[0]
        var skip =
            plan.graph.place(of: value).byteOffset - plan.graph.place(of: source).byteOffset
        var rest = bytes
        var pieces: [(bytes: Int, content: Content)] = []
        for piece in contents(source) {
            let dropped = min(skip, piece.bytes)
            skip -= dropped
            let taken = min(piece.bytes - dropped, rest)
            rest -= taken
            if taken > 0 {
                var content = piece.content
                content.offset += dropped
                pieces.append((taken, content))
            }
        }
        return pieces
    }

    private func read(_ value: Value, by node: PlanGraph.Node) throws(KeratinError) {
        let (memory, range) = location(value)
        let segments = self.memory[memory] ?? []
        var position = range.lowerBound
        for piece in contents(value) {
            var done = 0
            while done < piece.bytes {
                let here = position + done
                guard let segment = segments.segment(at: here),
                    segment.content.value == piece.content.value,
                    segment.content.offset + here - segment.range.lowerBound
                        == piece.content.offset + done
                else {
                    throw KeratinError(
                        .invalidState,
                        "memory plan: \(node.kind) reads \(value) at byte \(here), "
                            + "which holds something else")
                }
                done = min(piece.bytes, segment.range.upperBound - position)
            }
            position += piece.bytes
        }
    }
}

extension [PlanVerifier.Segment] {
    /// The segment that holds a byte.
    fileprivate func segment(at byte: Int) -> PlanVerifier.Segment? {
        let index = partitioningIndex { $0.range.upperBound > byte }
        return index < count && self[index].range.contains(byte) ? self[index] : nil
    }

    /// Puts a segment in the place of all bytes that it covers.
    fileprivate mutating func overwrite(with new: PlanVerifier.Segment) {
        let first = partitioningIndex { $0.range.upperBound > new.range.lowerBound }
        let end = partitioningIndex { $0.range.lowerBound >= new.range.upperBound }
        guard first < end else { return insert(new, at: first) }
        var parts = [new]
        if self[first].range.lowerBound < new.range.lowerBound {
            var left = self[first]
            left.range = left.range.lowerBound..<new.range.lowerBound
            parts.insert(left, at: 0)
        }
        if self[end - 1].range.upperBound > new.range.upperBound {
            parts.append(self[end - 1].dropping(to: new.range.upperBound))
        }
        replaceSubrange(first..<end, with: parts)
    }
}

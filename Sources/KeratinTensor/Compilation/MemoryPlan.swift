import KeratinCore

/// The order of a program's launches and the place of every value, decided before anything runs.
struct MemoryPlan {
    static let alignment = 256

    let graph: PlanGraph
    let order: [Int]
    /// Byte offset of each root in the plan's scratch memory.
    let offsets: [Value: Int]
    /// Scratch bytes in all; a slab boundary is never straddled.
    let scratchBytes: Int
    /// The workspace of each node that needs one.
    let workspaces: [Int: Value]
    /// The plans of loops' bodies, by node, and their share of the node's workspace.
    let loops: [Int: LoopMemory]

    /// - Parameter slabBytes: the largest piece that the scratch memory can be allocated in.
    static func make(
        _ program: Program, results: [Value], updates: [(input: Value, value: Value)],
        backend: any Backend, slabBytes: Int
    ) -> MemoryPlan {
        var graph = PlanGraph(program, results: results, updates: updates)
        let order = graph.order()
        var workspaces: [Int: Value] = [:]
        var loops: [Int: LoopMemory] = [:]
        for index in order {
            let node = graph.nodes[index]
            var bytes = 0
            switch node.kind {
            case .launch(let operation):
                bytes = backend.workspaceBytes(
                    operation, inputs: node.inputs.map(graph.type),
                    results: node.results.map(graph.type))
            case .scan(let scan):
                let loop = LoopMemory(scan, backend: backend, slabBytes: slabBytes)
                loops[index] = loop
                bytes = loop.workspaceBytes
            case .copy, .view:
                break
            }
            if bytes > 0 { workspaces[index] = graph.define(TensorType([bytes], .uint8)) }
        }
        var lifetimes = Lifetimes(graph, order, workspaces)
        reuseInPlace(&graph, order, &lifetimes)
        let (offsets, total) = assign(graph, lifetimes, slabBytes: slabBytes)
        return MemoryPlan(
            graph: graph, order: order, offsets: offsets, scratchBytes: total,
            workspaces: workspaces, loops: loops)
    }

    /// First and last position in the order at which each root's memory is in use.
    struct Lifetimes {
        var ranges: [Value: ClosedRange<Int>] = [:]

        init(_ graph: PlanGraph, _ order: [Int], _ workspaces: [Int: Value]) {
            func extend(_ value: Value, _ position: Int) {
                let root = graph.place(of: value).root
                guard !graph.external.contains(root) else { return }
                let old = ranges[root] ?? position...position
                ranges[root] = min(old.lowerBound, position)...max(old.upperBound, position)
            }
            for (position, index) in order.enumerated() {
                let node = graph.nodes[index]
                for value in node.inputs + node.results { extend(value, position) }
                if let workspace = workspaces[index] { ranges[workspace] = position...position }
            }
            for result in graph.results { extend(result, order.count) }
        }
    }

    /// Lets elementwise operations write over an input that nothing reads afterwards.
    private static func reuseInPlace(
        _ graph: inout PlanGraph, _ order: [Int], _ lifetimes: inout Lifetimes
    ) {
        for (position, index) in order.enumerated() {
            let node = graph.nodes[index]
            guard case .launch(.fused(let fused)) = node.kind, fused is Pointwise else { continue }
            var used: Set<Value> = []
            for result in node.results {
                guard graph.place(of: result).root == result, graph.parts[result] == nil,
                    let own = lifetimes.ranges[result]
                else { continue }
                for input in node.inputs where graph.type(of: input) == graph.type(of: result) {
                    let place = graph.place(of: input)
                    guard let range = lifetimes.ranges[place.root], range.upperBound == position,
                        graph.type(of: place.root).byteCount == graph.type(of: result).byteCount,
                        node.inputs.allSatisfy({
                            graph.place(of: $0).root != place.root
                                || graph.type(of: $0) == graph.type(of: result)
                        }), used.insert(place.root).inserted
                    else { continue }
                    graph.reuse(Place(root: place.root, byteOffset: 0), for: result)
                    lifetimes.ranges[result] = nil
                    lifetimes.ranges[place.root] = range.lowerBound...own.upperBound
                    break
                }
            }
        }
    }

    private typealias Place = PlanGraph.Place

    /// Large values first, each at the lowest place that no value alive at the same time covers.
    private static func assign(
        _ graph: PlanGraph, _ lifetimes: Lifetimes, slabBytes: Int
    ) -> ([Value: Int], Int) {
        func size(_ value: Value) -> Int {
            let bytes = graph.type(of: value).byteCount
            return (bytes + alignment - 1) / alignment * alignment
        }
        let roots = lifetimes.ranges.keys.sorted { (-size($0), $0.id) < (-size($1), $1.id) }
        // In the order of their places, so that the first gap is found by one walk.
        var placed: [(range: ClosedRange<Int>, start: Int, end: Int)] = []
        var offsets: [Value: Int] = [:]
        var total = 0
        for root in roots {
            let bytes = size(root)
            let range = lifetimes.ranges[root]!
            var start = inSlab(0, bytes, slabBytes)
            for block in placed where block.range.overlaps(range) {
                if start + bytes <= block.start { break }
                start = inSlab(max(start, block.end), bytes, slabBytes)
            }
            offsets[root] = start
            let next = placed.partitioningIndex { $0.start > start }
            placed.insert((range, start, start + bytes), at: next)
            total = max(total, start + bytes)
        }
        return (offsets, total)
    }

    /// The first offset from `start` at which a block fits into one slab.
    private static func inSlab(_ start: Int, _ bytes: Int, _ slabBytes: Int) -> Int {
        let room = slabBytes - start % slabBytes
        return bytes <= room || bytes > slabBytes ? start : start + room
    }
}

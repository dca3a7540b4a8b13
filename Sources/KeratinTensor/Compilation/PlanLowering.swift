import KeratinCore

/// Turns a memory plan into the steps that a backend prepares: every operation with its arguments'
/// places.
struct PlanLowering {
    let plan: MemoryPlan
    /// The memory of a program's input.
    let input: (Value) -> BufferSlice
    /// The memory at an offset of the scratch space.
    let scratch: (Int) -> BufferSlice

    /// Every step, in order.
    func steps() -> [PlanStep] { computation() + commits() }

    /// What runs before the first store to a state: it may fail and leaves states as they were.
    func computation() -> [PlanStep] { plan.order[..<firstCommit].flatMap { steps($0) } }

    /// The stores to states, and what follows from them.
    func commits() -> [PlanStep] { plan.order[firstCommit...].flatMap { steps($0) } }

    private var firstCommit: Int {
        plan.order.firstIndex { plan.graph.nodes[$0].isCommit } ?? plan.order.endIndex
    }

    func argument(_ value: Value) -> Argument {
        let place = plan.graph.place(of: value)
        var slice =
            plan.graph.external.contains(place.root)
            ? input(place.root) : scratch(plan.offsets[place.root]!)
        slice.byteOffset += place.byteOffset
        return Argument(plan.graph.type(of: value), slice)
    }

    private func steps(_ index: Int) -> [PlanStep] {
        let node = plan.graph.nodes[index]
        switch node.kind {
        case .view:
            return []
        case .copy:
            return Self.copy(argument(node.inputs[0]), argument(node.results[0]))
        case .launch(let operation):
            return [
                .launch(
                    LaunchRequest(
                        operation: operation, inputs: node.inputs.map(argument),
                        results: node.results.map(argument),
                        workspace: plan.workspaces[index].map { argument($0).slice }))
            ]
        case .scan(let scan):
            return loop(scan, plan.loops[index]!, node, argument(plan.workspaces[index]!).slice)
        }
    }

    private static func copy(_ source: Argument, _ target: Argument) -> [PlanStep] {
        if source.type.count == 0 { return [] }
        let operation = Operation.primitive(.reshape(target.type.shape))
        return [
            .launch(LaunchRequest(operation: operation, inputs: [source], results: [target]))
        ]
    }

    /// turn = 0; carries = initial; length times: rows in, body, rows out, carries = next, turn += 1.
    private func loop(
        _ scan: Scan, _ loop: LoopMemory, _ node: PlanGraph.Node, _ workspace: BufferSlice
    ) -> [PlanStep] {
        func inside(_ offset: Int) -> BufferSlice {
            BufferSlice(workspace.buffer, byteOffset: workspace.byteOffset + offset)
        }
        let scalar = TensorType(.scalar, .int32)
        let counter = Argument(scalar, inside(loop.counterOffset))
        let index = scan.reverse ? Argument(scalar, inside(loop.indexOffset)) : counter
        let body = scan.body
        let carries = (0..<scan.carryCount).map { argument(node.results[$0]) }
        let rows = (0..<scan.sequenceCount).map { position in
            Argument(
                body.type(of: body.inputs[scan.carryCount + position]),
                inside(loop.rowOffsets[position]))
        }
        let lowering = PlanLowering(
            plan: loop.body,
            input: { value in
                let position = body.inputs.firstIndex(of: value)!
                if position < scan.carryCount { return carries[position].slice }
                if position < scan.carryCount + scan.sequenceCount {
                    return rows[position - scan.carryCount].slice
                }
                return argument(node.inputs[position]).slice
            },
            scratch: { inside(loop.scratchOffset + $0) })
        let outputs = loop.body.graph.results.map(lowering.argument)

        var turn = [PlanStep]()
        if scan.reverse {
            turn.append(Self.affine(counter, index, factor: -1, offset: scan.length - 1))
        }
        for (position, row) in rows.enumerated() {
            let sequence = argument(node.inputs[scan.carryCount + position])
            turn.append(
                .launch(
                    LaunchRequest(
                        operation: .primitive(.dynamicSlice), inputs: [sequence, index],
                        results: [row])))
        }
        turn += lowering.steps()
        for position in scan.carryCount..<outputs.count {
            let stack = argument(node.results[position])
            turn.append(
                .launch(
                    LaunchRequest(
                        operation: .primitive(.dynamicUpdate),
                        inputs: [stack, index, outputs[position]], results: [stack])))
        }
        for (output, carry) in zip(outputs, carries) { turn += Self.copy(output, carry) }
        turn.append(Self.affine(counter, counter, factor: 1, offset: 1))

        let start = LaunchRequest(
            operation: .primitive(.fill(value: 0, type: scalar)), inputs: [], results: [counter])
        var steps = [PlanStep.launch(start)]
        for (position, carry) in carries.enumerated() {
            steps += Self.copy(argument(node.inputs[position]), carry)
        }
        return steps + [.loop(count: scan.length, body: turn)]
    }

    /// result = factor · x + offset, on an int32 scalar.
    private static func affine(
        _ x: Argument, _ result: Argument, factor: Int, offset: Int
    ) -> PlanStep {
        let expression = PointwiseExpression(
            nodes: [
                .input(0), .constant(Double(factor)), .binary(.multiply, 0, 1),
                .constant(Double(offset)), .binary(.add, 2, 3),
            ],
            dtypes: [.int32, .int32, .int32, .int32, .int32], results: [4])
        return .launch(
            LaunchRequest(
                operation: .fused(Pointwise(expression, shape: .scalar)), inputs: [x],
                results: [result]))
    }
}

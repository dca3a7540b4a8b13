import KeratinCore

/// Recurrent sequences: samples that run through all steps by themselves, or, on GPUs with many units, a launch for each
/// phase of each step.
extension KernelLowering {
    /// Units from which a work-group that reads the whole recurrent kernel in each step is slower than launches.
    private static let unitsOfOneGroup = 256
    /// A recurrent kernel up to this size stays in the second-level cache of a processor.
    private static let cachedKernelBytes = 1 << 20
    /// Work-items of a group where groups share the units of a slice.
    private static let sharedGroup = 64

    private struct Extents {
        var batch: Int
        var steps: Int
        var units: Int
        var width: Int
        /// Samples of a slice.
        var rows: Int

        var slices: Int { (batch + rows - 1) / rows }
    }

    private func extents(_ gates: Argument, _ cell: RecurrentSequence.Cell) -> Extents {
        let shape = gates.type.shape
        let units = shape[2] / cell.gateCount
        var rows = programs.sequenceRows
        if family == .cpu && units * shape[2] * 4 > Self.cachedKernelBytes {
            // Several tiles of a slice share a reading of the kernel; each processor has one slice at least.
            let tiles = (shape[0] + rows - 1) / rows
            rows *= max(1, min(16, tiles / features.computeUnits))
        }
        return Extents(
            batch: shape[0], steps: shape[1], units: units, width: shape[2], rows: rows)
    }

    private func sizes(_ operation: RecurrentSequence, _ extents: Extents) -> KernelArgument {
        func flag(_ value: Bool) -> Int { value ? 1 : 0 }
        return .structure(
            "Sequence",
            [
                extents.batch, extents.steps, extents.units, flag(operation.reverse),
                flag(operation.returnsSequences), flag(operation.zeroesMaskedOutput),
                flag(operation.hasMask), flag(operation.hasDropout), flag(operation.keepsHistory),
                operation.activation.code, operation.recurrentActivation.code,
            ])
    }

    /// How the samples stay in work-groups, if they do.
    private func resident(
        _ direction: SequenceDirection, _ cell: RecurrentSequence.Cell, _ extents: Extents
    ) -> ResidentSequence? {
        guard family == .gpu else { return nil }
        return ResidentSequence(
            direction, cell, batch: extents.batch, units: extents.units, groupLimit: work.limit,
            localMemoryBytes: features.localMemoryBytes, computeUnits: features.computeUnits)
    }

    private func launch(
        _ form: ResidentSequence, _ operation: RecurrentSequence, _ arguments: [KernelArgument],
        _ extents: Extents
    ) -> KernelLaunch {
        let groups = (extents.batch + form.samples - 1) / form.samples
        return KernelLaunch(
            program: programs.sequence(form),
            kernel: "sequence_\(form.direction.rawValue)_resident",
            arguments: arguments + [sizes(operation, extents)],
            global: [groups * form.items, 1, 1], local: [form.items, 1, 1])
    }

    /// One slice a work-item, or one a work-group with a unit to a work-item, or several work-groups to a slice.
    private func launches(
        _ operation: RecurrentSequence, _ direction: SequenceDirection,
        _ arguments: [KernelArgument], _ extents: Extents, stepPhases: [SequencePhase]
    ) -> [KernelLaunch] {
        let program = programs.sequence(
            direction, operation.cell, hasDropout: operation.hasDropout)
        func launch(
            _ turns: Range<Int>, _ phases: [SequencePhase], local: Int, groups: Int
        ) -> KernelLaunch {
            let turns = KernelArgument.structure(
                "Turns",
                [
                    extents.rows, turns.lowerBound, turns.upperBound,
                    phases.reduce(0) { $0 | 1 << $1.code },
                ])
            return KernelLaunch(
                program: program, kernel: "sequence_\(direction.rawValue)",
                arguments: arguments + [sizes(operation, extents), turns],
                global: [extents.slices * local, groups, 1], local: [local, 1, 1])
        }
        guard family == .gpu else {
            return [launch(0..<extents.steps, SequencePhase.allCases, local: 1, groups: 1)]
        }
        if extents.units < Self.unitsOfOneGroup {
            // One size, for compilers that make a kernel for each.
            let local = min(work.limit, 128)
            return [launch(0..<extents.steps, SequencePhase.allCases, local: local, groups: 1)]
        }
        let local = min(work.limit, Self.sharedGroup)
        let groups = (extents.units + local - 1) / local
        var launches = [launch(0..<0, [.begin], local: local, groups: groups)]
        for turn in 0..<extents.steps {
            launches += stepPhases.map {
                launch(turn..<(turn + 1), [$0], local: local, groups: groups)
            }
        }
        let end = extents.steps..<extents.steps
        return launches + [launch(end, [.end], local: local, groups: groups)]
    }

    func sequenceKernels(
        _ operation: RecurrentSequence, _ x: [Argument], _ y: [Argument], _ workspace: Workspace
    ) -> [KernelLaunch] {
        let inputs = operation.named(x)
        let extents = extents(inputs.projected, operation.cell)
        guard extents.batch > 0 else { return [] }
        var launches = [KernelLaunch]()
        var weights = inputs.kernel.buffer
        if family == .cpu {
            let lanes = programs.sequenceLanes
            let blocks = (extents.units + lanes - 1) / lanes
            let packed = workspace.floats(blocks * lanes * extents.width)
            weights = packed.floats
            launches.append(
                KernelLaunch(
                    program: programs.sequence(
                        .forward, operation.cell, hasDropout: operation.hasDropout),
                    kernel: "sequence_pack",
                    arguments: [inputs.kernel.buffer, weights, .ints([extents.units])],
                    global: [extents.units, 1, 1], local: [1, 1, 1]))
        }
        // What a cell has no use for points at something that is there.
        let nothing = inputs.projected.buffer
        let nowhere = y[0].buffer
        let history = y[operation.stateResultCount...].map(\.buffer)
        func kept(_ index: Int) -> KernelArgument {
            history.indices.contains(index) ? history[index] : nowhere
        }
        let reads: [KernelArgument] = [
            inputs.projected.buffer, weights, inputs.bias?.buffer ?? nothing,
            inputs.hidden.buffer, inputs.cell?.buffer ?? nothing,
            inputs.mask?.buffer ?? .buffer(inputs.projected.slice, elementSize: 1),
            inputs.dropout?.buffer ?? nothing,
        ]
        let writes: [KernelArgument] = [
            y[0].buffer, y[1].buffer, operation.hasCellState ? y[2].buffer : nowhere, kept(0),
            kept(1), kept(2),
        ]
        if let form = resident(.forward, operation.cell, extents) {
            return [launch(form, operation, reads + writes, extents)]
        }
        let states =
            4 + (operation.hasDropout ? operation.cell.gateCount : 0)
            + (operation.cell == .gruResetBefore ? 2 : 0)
        let scratch = workspace.floats(extents.slices * states * extents.rows * extents.units)
        var phases = [SequencePhase.product]
        if operation.cell == .gruResetBefore { phases.insert(.reset, at: 0) }
        if operation.hasDropout { phases.insert(.before, at: 0) }
        return launches
            + self.launches(
                operation, .forward, reads + [scratch.floats] + writes, extents,
                stepPhases: phases)
    }

    func sequenceGradientKernels(
        _ gradient: RecurrentSequenceGradient, _ x: [Argument], _ y: [Argument],
        _ workspace: Workspace
    ) throws(BackendError) -> [KernelLaunch] {
        let operation = gradient.forward
        let inputs = gradient.named(x)
        let extents = extents(y[0], operation.cell)
        guard extents.batch > 0 else { return [] }
        let nothing = inputs.hidden.buffer
        var results = y.map(\.buffer)[...]
        let dProjected = results.removeFirst()
        let dInner = operation.hasRecurrentBias ? results.removeFirst() : dProjected
        let dHidden = results.removeFirst()
        let reads: [KernelArgument] = [
            inputs.hidden.buffer, inputs.gates.buffer, inputs.extra?.buffer ?? nothing,
            inputs.mask?.buffer ?? .buffer(inputs.hidden.slice, elementSize: 1),
            inputs.dropout?.buffer ?? nothing, inputs.dOutput.buffer, inputs.dHidden.buffer,
            inputs.dCell?.buffer ?? nothing,
        ]
        let writes = [dProjected, dInner, dHidden, results.first ?? dHidden]
        if let form = resident(.backward, operation.cell, extents) {
            let transposed = Argument(
                TensorType([extents.width, extents.units]),
                workspace.floats(extents.units * extents.width))
            let transpose = Primitive.transpose(permutation: [1, 0])
            return try movementKernels(transpose, [inputs.kernel], transposed)
                + [launch(form, operation, [transposed.buffer] + reads + writes, extents)]
        }
        let panel =
            family == .gpu
            ? extents.units : programs.sequencePanelVectors * programs.sequenceLanes
        let panels = (extents.units + panel - 1) / panel
        let weights = workspace.floats(panels * panel * extents.width).floats
        let scratch = workspace.floats(extents.slices * extents.rows * extents.units).floats
        let (packGlobal, packLocal) = work.line(extents.width, chunk: 1)
        let packing = KernelLaunch(
            program: programs.sequence(
                .backward, operation.cell, hasDropout: operation.hasDropout),
            kernel: "sequence_pack_transposed",
            arguments: [inputs.kernel.buffer, weights, .ints([extents.units]), .ints([panel])],
            global: packGlobal, local: packLocal)
        let isApart = operation.cell == .gruResetBefore
        return [packing]
            + launches(
                operation, .backward, [weights] + reads + [scratch] + writes, extents,
                stepPhases: isApart ? [.before, .reset, .product] : [.before, .product])
    }
}

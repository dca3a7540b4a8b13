import KeratinCore

/// Recurrent sequences: slices of samples that run through all steps by themselves.
extension KernelLowering {
    private struct Extents {
        var batch: Int
        var steps: Int
        var units: Int
        var width: Int
    }

    private func extents(_ gates: Argument, _ cell: RecurrentSequence.Cell) -> Extents {
        let shape = gates.type.shape
        return Extents(
            batch: shape[0], steps: shape[1], units: shape[2] / cell.gateCount, width: shape[2])
    }

    private func sizes(_ operation: RecurrentSequence, _ extents: Extents) -> KernelArgument {
        func flag(_ value: Bool) -> Int { value ? 1 : 0 }
        return .structure(
            "Sequence",
            [
                extents.batch, extents.steps, extents.units, flag(operation.reverse),
                flag(operation.returnsSequences), flag(operation.zeroesMaskedOutput),
                flag(operation.hasMask), flag(operation.keepsHistory), operation.activation.code,
                operation.recurrentActivation.code,
            ])
    }

    /// One slice a work-item, or one a work-group with a unit to a work-item.
    private func launch(
        _ operation: RecurrentSequence, _ kernel: String, _ arguments: [KernelArgument],
        _ extents: Extents
    ) -> KernelLaunch {
        let slices = (extents.batch + programs.sequenceRows - 1) / programs.sequenceRows
        var local = 1
        if family == .gpu {
            // One size, for compilers that make a kernel for each.
            local = min(work.limit, 128)
        }
        return KernelLaunch(
            program: programs.sequence(operation.cell, hasDropout: operation.hasDropout),
            kernel: kernel, arguments: arguments + [sizes(operation, extents)],
            global: [slices * local, 1, 1], local: [local, 1, 1])
    }

    func sequenceKernels(
        _ operation: RecurrentSequence, _ x: [Argument], _ y: [Argument], _ workspace: Workspace
    ) -> [KernelLaunch] {
        let inputs = operation.named(x)
        let extents = extents(inputs.projected, operation.cell)
        guard extents.batch > 0 else { return [] }
        let program = programs.sequence(operation.cell, hasDropout: operation.hasDropout)
        var launches = [KernelLaunch]()
        var weights = inputs.kernel.buffer
        if family == .cpu {
            let lanes = programs.sequenceLanes
            let blocks = (extents.units + lanes - 1) / lanes
            let packed = workspace.floats(blocks * lanes * extents.width)
            weights = packed.floats
            launches.append(
                KernelLaunch(
                    program: program, kernel: "sequence_pack",
                    arguments: [inputs.kernel.buffer, weights, .ints([extents.units])],
                    global: [extents.units, 1, 1], local: [1, 1, 1]))
        }
        let slices = (extents.batch + programs.sequenceRows - 1) / programs.sequenceRows
        let states =
            4 + (operation.hasDropout ? operation.cell.gateCount : 0)
            + (operation.cell == .gruResetBefore ? 2 : 0)
        let scratch = workspace.floats(slices * states * programs.sequenceRows * extents.units)
        // What a cell has no use for points at something that is there.
        let nothing = inputs.projected.buffer
        let nowhere = scratch.floats
        let history = y[operation.stateResultCount...].map(\.buffer)
        func kept(_ index: Int) -> KernelArgument {
            history.indices.contains(index) ? history[index] : nowhere
        }
        let arguments: [KernelArgument] = [
            inputs.projected.buffer, weights, inputs.bias?.buffer ?? nothing,
            inputs.hidden.buffer, inputs.cell?.buffer ?? nothing,
            inputs.mask?.buffer ?? .buffer(inputs.projected.slice, elementSize: 1),
            inputs.dropout?.buffer ?? nothing, nowhere, y[0].buffer, y[1].buffer,
            operation.hasCellState ? y[2].buffer : nowhere, kept(0), kept(1), kept(2),
        ]
        launches.append(launch(operation, "sequence_forward", arguments, extents))
        return launches
    }

    func sequenceGradientKernels(
        _ gradient: RecurrentSequenceGradient, _ x: [Argument], _ y: [Argument],
        _ workspace: Workspace
    ) -> [KernelLaunch] {
        let operation = gradient.forward
        let inputs = gradient.named(x)
        let extents = extents(y[0], operation.cell)
        guard extents.batch > 0 else { return [] }
        let program = programs.sequence(operation.cell, hasDropout: operation.hasDropout)
        let panel =
            family == .gpu
            ? extents.units : programs.sequencePanelVectors * programs.sequenceLanes
        let panels = (extents.units + panel - 1) / panel
        let weights = workspace.floats(panels * panel * extents.width).floats
        let slices = (extents.batch + programs.sequenceRows - 1) / programs.sequenceRows
        let scratch = workspace.floats(slices * programs.sequenceRows * extents.units).floats
        let (packGlobal, packLocal) = work.line(extents.width, chunk: 1)
        let nothing = inputs.hidden.buffer
        var results = y.map(\.buffer)[...]
        let dProjected = results.removeFirst()
        let dInner = operation.hasRecurrentBias ? results.removeFirst() : dProjected
        let dHidden = results.removeFirst()
        return [
            KernelLaunch(
                program: program, kernel: "sequence_pack_transposed",
                arguments: [
                    inputs.kernel.buffer, weights, .ints([extents.units]), .ints([panel]),
                ], global: packGlobal, local: packLocal),
            launch(
                operation, "sequence_backward",
                [
                    weights, inputs.hidden.buffer, inputs.gates.buffer,
                    inputs.extra?.buffer ?? nothing,
                    inputs.mask?.buffer ?? .buffer(inputs.hidden.slice, elementSize: 1),
                    inputs.dropout?.buffer ?? nothing, inputs.dOutput.buffer,
                    inputs.dHidden.buffer, inputs.dCell?.buffer ?? nothing, scratch, dProjected,
                    dInner, dHidden, results.first ?? scratch,
                ], extents),
        ]
    }
}

extension RecurrentActivation {
    /// The number that kernels know it by.
    var code: Int {
        switch self {
        case .none: 0
        case .relu: 1
        case .sigmoid: 2
        case .tanh: 3
        case .hardSigmoid: 4
        case .legacyHardSigmoid: 5
        }
    }
}

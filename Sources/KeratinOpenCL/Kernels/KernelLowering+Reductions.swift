import KeratinCore

/// A tensor seen as (outer, length, inner) with the middle axis to be reduced.
struct Fold {
    var outer: Int
    var length: Int
    var inner: Int
}

/// Reductions along axes.
extension KernelLowering {
    /// Reduces the last run of neighbouring reduced axes first, then the next, each in one or two
    /// launches.
    func reduceKernels(
        _ function: ReduceFunction, axes: [Int], _ x: Argument, _ y: Argument,
        _ workspace: Workspace
    ) throws(BackendError) -> [KernelLaunch] {
        let program = programs.reduce(function, x.type.dtype)
        // Neighbouring axes that are both kept or both reduced are one.
        var runs = [(extent: Int, reduced: Bool)]()
        for (axis, extent) in x.type.shape.dimensions.enumerated() {
            let reduced = axes.contains(axis)
            if extent == 1 { continue }
            if let last = runs.last, last.reduced == reduced {
                runs[runs.count - 1].extent *= extent
            } else {
                runs.append((extent, reduced))
            }
        }
        guard runs.contains(where: \.reduced) else { return [try copy(x, y)] }
        var launches = [KernelLaunch]()
        var source = x.slice
        while let index = runs.lastIndex(where: \.reduced) {
            let fold = Fold(
                outer: runs[0..<index].reduce(1) { $0 * $1.extent }, length: runs[index].extent,
                inner: runs[(index + 1)...].reduce(1) { $0 * $1.extent })
            runs.remove(at: index)
            let isLast = !runs.contains(where: \.reduced)
            let target = isLast ? y.slice : workspace.floats(fold.outer * fold.inner)
            launches += fold1(program, fold, source, target, workspace)
            source = target
        }
        return launches
    }

    private func fold1(
        _ program: KernelProgram, _ fold: Fold, _ x: BufferSlice, _ y: BufferSlice,
        _ workspace: Workspace
    ) -> [KernelLaunch] {
        let parts = partCount(fold)
        guard parts > 1 else { return [pass(program, fold, x, y, parts: 1, part: fold.length)] }
        let unit = family == .gpu ? GroupReduction.unit(fold) : 1
        let part = ((fold.length + parts - 1) / parts + unit - 1) / unit * unit
        let pieces = (fold.length + part - 1) / part
        let partial = workspace.floats(fold.outer * pieces * fold.inner)
        let rest = Fold(outer: fold.outer, length: pieces, inner: fold.inner)
        return [
            pass(program, fold, x, partial, parts: pieces, part: part),
            pass(program, rest, partial, y, parts: 1, part: pieces),
        ]
    }

    /// Into how many parts a long axis is cut when there are few results to share out.
    private func partCount(_ fold: Fold) -> Int {
        if family == .gpu { return GroupReduction(fold).wantedParts }
        let items = fold.outer * ((fold.inner + 15) / 16)
        let work = fold.outer * fold.inner * fold.length
        if items >= 16 || work < 1 << 15 { return 1 }
        return min((16 + items - 1) / items, max(fold.length / 64, 1))
    }

    private func pass(
        _ program: KernelProgram, _ fold: Fold, _ x: BufferSlice, _ y: BufferSlice, parts: Int,
        part: Int
    ) -> KernelLaunch {
        if family == .gpu {
            return GroupReduction(fold).launch(program, x, y, parts: parts, part: part)
        }
        if fold.inner == 1 {
            return elements(
                program, "reduce_rows", [x.floats, y.floats], fold.outer * parts,
                cost: max(part / 4, 1),
                extra: [.ints([fold.length]), .ints([parts]), .ints([part])])
        }
        let (global, local) = work.plane((fold.inner + 15) / 16, parts, fold.outer)
        return KernelLaunch(
            program: program, kernel: "reduce_columns",
            arguments: [
                x.floats, y.floats, .ints([fold.length]), .ints([fold.inner]), .ints([parts]),
                .ints([part]),
            ], global: global, local: local)
    }

    func argReduce(
        _ function: ArgReduceFunction, axis: Int, _ x: Argument, _ y: Argument
    ) -> KernelLaunch {
        let (shape, length) = (x.type.shape, x.type.shape[axis])
        let inner = shape.dimensions[(axis + 1)...].reduce(1, *)
        let kernel = "arg_\(function.rawValue)_\(x.type.dtype.rawValue)"
        if family == .gpu {
            let outer = shape.dimensions[0..<axis].reduce(1, *)
            return GroupReduction(Fold(outer: outer, length: length, inner: inner))
                .argReduce(programs.rows, kernel, x, y)
        }
        return elements(
            programs.rows, kernel, [x.buffer, y.buffer], y.type.count, cost: length,
            extra: [.ints([length]), .ints([inner])])
    }
}

import KeratinCore

/// Fills, copies and indexed reads and writes.
extension KernelLowering {
    /// A kernel over `count` elements whose parameters are `buffers`, count, chunk and `extra`.
    func elements(
        _ program: KernelProgram, _ kernel: String, _ buffers: [KernelArgument], _ count: Int,
        cost: Int = 1, multipleOf unit: Int = 1, extra: [KernelArgument] = []
    ) -> KernelLaunch {
        let chunk = work.chunk(count, cost: cost, multipleOf: unit)
        let (global, local) = work.line(count, chunk: chunk)
        return KernelLaunch(
            program: program, kernel: kernel,
            arguments: buffers + [.ints([count]), .ints([chunk])] + extra, global: global,
            local: local)
    }

    private func sized(_ name: String, _ dtype: DType) -> String { "\(name)\(dtype.byteCount)" }

    func fill(_ y: Argument, _ value: Double) -> KernelLaunch {
        let bits: Int =
            switch y.type.dtype {
            case .float32: Int(Int32(bitPattern: Float(value).bitPattern))
            default: NodeWriter.integer(value, y.type.dtype)
            }
        return elements(
            programs.movement, sized("fill", y.type.dtype), [y.buffer], y.type.count,
            extra: [.ints([bits])])
    }

    func iota(_ axis: Int, _ type: TensorType, _ y: Argument) -> KernelLaunch {
        let axis = axis < 0 ? axis + type.shape.rank : axis
        let inner = type.shape.dimensions[(axis + 1)...].reduce(1, *)
        return elements(
            programs.movement, "iota_\(type.dtype.rawValue)", [y.buffer], type.count,
            extra: [.ints([type.shape[axis]]), .ints([inner])])
    }

    /// y[target] = x[source] over an iteration space; offsets and strides in elements.
    func stridedCopy(
        _ x: Argument, _ y: Argument, extents: [Int], sources: [Int], targets: [Int],
        from: Int = 0, to: Int = 0
    ) throws(BackendError) -> KernelLaunch {
        let size = x.type.dtype.byteCount
        var merged = [(extent: Int, source: Int, target: Int)]()
        for axis in extents.indices.reversed() where extents[axis] != 1 {
            if let last = merged.last, sources[axis] == last.source * last.extent,
                targets[axis] == last.target * last.extent
            {
                merged[merged.count - 1].extent *= extents[axis]
            } else {
                merged.append((extents[axis], sources[axis], targets[axis]))
            }
        }
        guard merged.count <= 8 else {
            throw .unsupported("a copy over more than eight axes that cannot be merged: \(extents)")
        }
        if let transposed = transposition(merged, x, y, from: from, to: to) { return transposed }
        while merged.count < 8 {
            merged.append((1, merged.isEmpty ? 1 : 0, merged.isEmpty ? 1 : 0))
        }
        merged.reverse()
        var source = x.slice
        var target = y.slice
        source.byteOffset += from * size
        target.byteOffset += to * size
        let count = extents.reduce(1, *)
        return elements(
            programs.movement, sized("strided_copy", x.type.dtype),
            [.buffer(source, elementSize: size), .buffer(target, elementSize: size)], count,
            extra: [
                .ints(merged.map(\.extent)), .ints(merged.map(\.source)),
                .ints(merged.map(\.target)),
            ])
    }

    /// The copy as a transposition of matrices, if it is one: merged axes from the innermost.
    private func transposition(
        _ axes: [(extent: Int, source: Int, target: Int)], _ x: Argument, _ y: Argument, from: Int,
        to: Int
    ) -> KernelLaunch? {
        guard from == 0, to == 0, axes.count == 2 || axes.count == 3 else { return nil }
        let rows = axes[0].extent
        let columns = axes[1].extent
        let size = rows * columns
        guard axes[0].target == 1, axes[1].target == rows, axes[0].source == columns,
            axes[1].source == 1, rows >= 4, columns >= 4,
            axes.count == 2 || (axes[2].source == size && axes[2].target == size)
        else { return nil }
        let batch = axes.count == 3 ? axes[2].extent : 1
        let chunk = family == .cpu ? max(64, (rows / 8 + 15) / 16 * 16) : 1
        let (global, local) = work.plane(
            (columns + lanes - 1) / lanes, (rows + chunk - 1) / chunk, batch, guardsY: true)
        return KernelLaunch(
            program: programs.movement, kernel: sized("transpose", x.type.dtype),
            arguments: [x.buffer, y.buffer, .ints([rows]), .ints([chunk]), .ints([columns])],
            global: global, local: local)
    }

    /// All of x to y, element by element.
    func copy(_ x: Argument, _ y: Argument) throws(BackendError) -> KernelLaunch {
        try stridedCopy(x, y, extents: [x.type.count], sources: [1], targets: [1])
    }

    func movementKernels(
        _ primitive: Primitive, _ x: [Argument], _ y: Argument
    ) throws(BackendError) -> [KernelLaunch] {
        let shape = x[0].type.shape
        let strides = shape.strides
        let result = y.type.shape
        switch primitive {
        case .transpose(let permutation):
            return [
                try stridedCopy(
                    x[0], y, extents: result.dimensions, sources: permutation.map { strides[$0] },
                    targets: result.strides)
            ]
        case .broadcast(let target):
            return [
                try stridedCopy(
                    x[0], y, extents: target.dimensions,
                    sources: shape.broadcastStrides(to: target), targets: result.strides)
            ]
        case .slice(let starts, _, let steps):
            return [
                try stridedCopy(
                    x[0], y, extents: result.dimensions,
                    sources: zip(strides, steps).map { $0 * $1 }, targets: result.strides,
                    from: zip(strides, starts).reduce(0) { $0 + $1.0 * $1.1 })
            ]
        case .reverse(let axes):
            var sources = strides
            var from = 0
            for axis in Set(axes) {
                from += max(shape[axis] - 1, 0) * strides[axis]
                sources[axis] = -strides[axis]
            }
            return [
                try stridedCopy(
                    x[0], y, extents: shape.dimensions, sources: sources, targets: strides,
                    from: from)
            ]
        case .pad(let low, _, let interior, let value):
            let targets = zip(result.strides, interior).map { $0 * ($1 + 1) }
            return [
                fill(y, value),
                try stridedCopy(
                    x[0], y, extents: shape.dimensions, sources: strides, targets: targets,
                    to: zip(result.strides, low).reduce(0) { $0 + $1.0 * $1.1 }),
            ]
        case .concatenate(let axis):
            var launches = [KernelLaunch]()
            var place = 0
            for part in x {
                launches.append(
                    try stridedCopy(
                        part, y, extents: part.type.shape.dimensions,
                        sources: part.type.shape.strides, targets: result.strides,
                        to: place * result.strides[axis]))
                place += part.type.shape[axis]
            }
            return launches
        default:
            return [try copy(x[0], y)]
        }
    }

    // MARK: Indices

    func gather(axis: Int, _ x: Argument, _ indices: Argument, _ y: Argument) -> KernelLaunch {
        elements(
            programs.movement, sized("gather", x.type.dtype), [x.buffer, indices.buffer, y.buffer],
            y.type.count,
            extra: [
                .ints([x.type.shape[axis]]),
                .ints([x.type.shape.dimensions[(axis + 1)...].reduce(1, *)]),
                .ints([indices.type.count]),
            ])
    }

    func dynamicSlice(_ x: Argument, _ index: Argument, _ y: Argument) -> KernelLaunch {
        elements(
            programs.movement, sized("dynamic_slice", x.type.dtype),
            [x.buffer, index.buffer, y.buffer], y.type.count, extra: [.ints([x.type.shape[0]])])
    }

    func dynamicUpdate(
        _ x: Argument, _ index: Argument, _ row: Argument, _ y: Argument
    ) throws(BackendError) -> [KernelLaunch] {
        let update = elements(
            programs.movement, sized("dynamic_update", x.type.dtype),
            [row.buffer, index.buffer, y.buffer], row.type.count,
            extra: [.ints([x.type.shape[0]])])
        let inPlace =
            x.slice.buffer === y.slice.buffer && x.slice.byteOffset == y.slice.byteOffset
        return inPlace ? [update] : [try copy(x, y), update]
    }

    func randomBits(_ stream: UInt32, _ state: Argument, _ y: Argument) -> KernelLaunch {
        elements(
            programs.movement, "random_bits", [state.buffer, y.buffer], y.type.count, cost: 4,
            multipleOf: 4, extra: [.ints([Int(Int32(bitPattern: stream))])])
    }
}

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
            local: local, isCooperative: false)
    }

    private func sized(_ name: String, _ dtype: DType) -> String { "\(name)\(dtype.byteCount)" }

    /// How many elements of `size` bytes a GPU moves at a time: a unit of sixteen or four bytes, of which all places and
    /// numbers of elements are multiples.
    private func elementsTogether(_ size: Int, _ places: [BufferSlice], _ counts: [Int]) -> Int {
        guard family == .gpu else { return 1 }
        for unit in [16, 4] where unit > size {
            if places.allSatisfy({ $0.byteOffset.isMultiple(of: unit) }),
                counts.allSatisfy({ $0.isMultiple(of: unit / size) })
            {
                return unit / size
            }
        }
        return 1
    }

    func fill(_ y: Argument, _ value: Double) -> KernelLaunch {
        let size = y.type.dtype.byteCount
        let together = elementsTogether(size, [y.slice], [y.type.count])
        var bits: Int =
            switch y.type.dtype {
            case .float32: Int(Int32(bitPattern: Float(value).bitPattern))
            default: NodeWriter.integer(value, y.type.dtype)
            }
        // A byte in each of the four of a word.
        if size == 1, together > 1 { bits *= 0x0101_0101 }
        let unit = size * together
        return elements(
            programs.movement, "fill\(unit)", [.buffer(y.slice, elementSize: unit)],
            y.type.count / together, extra: [.ints([bits])])
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
        var source = x.slice
        var target = y.slice
        source.byteOffset += from * size
        target.byteOffset += to * size
        var together = 1
        if let innermost = merged.first, innermost.source == 1, innermost.target == 1 {
            together = elementsTogether(
                size, [source, target],
                [innermost.extent] + merged.dropFirst().flatMap { [$0.source, $0.target] })
            merged[0].extent /= together
            for axis in merged.indices.dropFirst() {
                merged[axis].source /= together
                merged[axis].target /= together
            }
        }
        while merged.count < 8 {
            merged.append((1, merged.isEmpty ? 1 : 0, merged.isEmpty ? 1 : 0))
        }
        merged.reverse()
        let unit = size * together
        return elements(
            programs.movement, "strided_copy\(unit)",
            [.buffer(source, elementSize: unit), .buffer(target, elementSize: unit)],
            extents.reduce(1, *) / together,
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
        if family == .gpu {
            // Tiles of 32 × 32, each of a group.
            let (rowBlocks, columnBlocks) = ((rows + 31) / 32, (columns + 31) / 32)
            return KernelLaunch(
                program: programs.movement, kernel: sized("transpose", x.type.dtype),
                arguments: [x.buffer, y.buffer]
                    + [rows, columns, rowBlocks, columnBlocks].map { .ints([$0]) },
                global: [batch * rowBlocks * columnBlocks * 256, 1, 1], local: [256, 1, 1])
        }
        let chunk = max(64, (rows / 8 + 15) / 16 * 16)
        let (global, local) = work.plane(
            (columns + lanes - 1) / lanes, (rows + chunk - 1) / chunk, batch)
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
        let size = x.type.dtype.byteCount
        let inner = x.type.shape.dimensions[(axis + 1)...].reduce(1, *)
        let together = elementsTogether(size, [x.slice, y.slice], [inner])
        let unit = size * together
        return elements(
            programs.movement, "gather\(unit)",
            [
                .buffer(x.slice, elementSize: unit), indices.buffer,
                .buffer(y.slice, elementSize: unit),
            ], y.type.count / together,
            extra: [
                .ints([x.type.shape[axis]]), .ints([inner / together]),
                .ints([indices.type.count]),
            ])
    }

    func dynamicSlice(_ x: Argument, _ index: Argument, _ y: Argument) -> KernelLaunch {
        row("dynamic_slice", x, index, y, count: y.type.count, extent: x.type.shape[0])
    }

    /// One row of `count` elements between a tensor of `extent` rows and one of a single row.
    private func row(
        _ kernel: String, _ from: Argument, _ index: Argument, _ to: Argument, count: Int,
        extent: Int
    ) -> KernelLaunch {
        let size = from.type.dtype.byteCount
        let together = elementsTogether(size, [from.slice, to.slice], [count])
        let unit = size * together
        return elements(
            programs.movement, "\(kernel)\(unit)",
            [
                .buffer(from.slice, elementSize: unit), index.buffer,
                .buffer(to.slice, elementSize: unit),
            ], count / together, extra: [.ints([extent])])
    }

    func dynamicUpdate(
        _ x: Argument, _ index: Argument, _ row: Argument, _ y: Argument
    ) throws(BackendError) -> [KernelLaunch] {
        let update = self.row(
            "dynamic_update", row, index, y, count: row.type.count, extent: x.type.shape[0])
        let inPlace =
            x.slice.buffer === y.slice.buffer && x.slice.byteOffset == y.slice.byteOffset
        return inPlace ? [update] : [try copy(x, y), update]
    }

    func randomBits(_ stream: UInt32, _ state: Argument, _ y: Argument) -> KernelLaunch {
        let stream = KernelArgument.ints([Int(Int32(bitPattern: stream))])
        if family == .cpu {
            return elements(
                programs.movement, "random_bits", [state.buffer, y.buffer], y.type.count, cost: 4,
                multipleOf: 4, extra: [stream])
        }
        let isAligned = y.slice.byteOffset.isMultiple(of: 16)
        let (global, local) = work.line(y.type.count, chunk: 4)
        return KernelLaunch(
            program: programs.movement, kernel: "random_bits",
            arguments: [
                state.buffer, y.buffer, .ints([y.type.count]), stream, .ints([isAligned ? 1 : 0]),
            ], global: global, local: local, isCooperative: false)
    }
}

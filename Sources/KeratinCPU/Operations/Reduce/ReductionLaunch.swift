import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// Reductions over any axes: neighbouring axes are merged, then each run of reduced axes is one
/// pass [outer, reduced, inner] → [outer, inner], from the last run to the first.
struct ReductionLaunch {
    let function: ReduceFunction
    let table: CPUKernelTable

    /// Elements that one accumulation may run over before its sum is put away: it bounds rounding
    /// errors, and it is where work may be cut.
    private static let run = 16_384

    private var kernel: FloatReduction {
        switch function {
        case .sum: .sum
        case .product: .product
        case .maximum: .maximum
        case .minimum: .minimum
        }
    }

    private var identity: Float {
        switch function {
        case .sum: 0
        case .product: 1
        case .maximum: -.infinity
        case .minimum: .infinity
        }
    }

    /// One pass: the extents before, of and after a run of reduced axes.
    private struct Pass {
        var outer: Int
        var reduced: Int
        var inner: Int
    }

    private static func passes(_ shape: Shape, _ axes: [Int]) -> [Pass] {
        var merged = [(extent: Int, reduced: Bool)]()
        for axis in 0..<shape.rank where shape[axis] != 1 {
            let reduced = axes.contains(axis)
            if let last = merged.last, last.reduced == reduced {
                merged[merged.count - 1].extent *= shape[axis]
            } else {
                merged.append((shape[axis], reduced))
            }
        }
        var passes = [Pass]()
        var inner = 1
        for index in merged.indices.reversed() {
            if merged[index].reduced {
                let outer = merged[..<index].reduce(1) { $0 * $1.extent }
                passes.append(Pass(outer: outer, reduced: merged[index].extent, inner: inner))
            } else {
                inner *= merged[index].extent
            }
        }
        return passes
    }

    func prepare(_ request: LaunchRequest, axes: [Int]) throws -> PreparedLaunch {
        let input = request.inputs[0]
        let result = request.results[0]
        let source = try input.pointer()
        let target = try result.pointer()
        guard result.type.count > 0 else { return PreparedLaunch() }
        let isFloat = input.type.dtype.isFloat
        if input.type.count == 0 {
            return PreparedLaunch(
                Phase(cost: 0) { _, _ in
                    for i in 0..<result.type.count {
                        if isFloat {
                            target.floats[i] = identity
                        } else {
                            target.ints[i] = integerIdentity
                        }
                    }
                })
        }
        let passes = Self.passes(input.type.shape, axes)
        guard !passes.isEmpty else {
            return PreparedLaunch(
                Phase(cost: Double(result.type.byteCount) * 0.1) { _, _ in
                    memcpy(target, source, result.type.byteCount)
                })
        }
        // Results between passes lie in the workspace, each behind the one before.
        var launch = PreparedLaunch()
        var from: Place = .fixed(source)
        for (index, pass) in passes.enumerated() {
            var to: Place = .fixed(target)
            if index + 1 < passes.count {
                to = .shared(launch.sharedBytes)
                launch.sharedBytes += (pass.outer * pass.inner * 4 + 255) & ~255
            }
            if isFloat {
                append(pass, from, to, &launch)
            } else {
                appendInteger(pass, from, to, &launch)
            }
            from = to
        }
        return launch
    }

    /// A tensor in a buffer or in the workspace.
    private enum Place {
        case fixed(UnsafeMutableRawPointer)
        case shared(Int)

        func pointer(_ memory: TaskMemory) -> UnsafeMutableRawPointer {
            switch self {
            case .fixed(let pointer): pointer
            case .shared(let offset): memory.shared + offset
            }
        }
    }

    private func append(
        _ pass: Pass, _ from: Place, _ to: Place, _ launch: inout PreparedLaunch
    ) {
        let (outer, reduced, inner) = (pass.outer, pass.reduced, pass.inner)
        let cost = Double(outer * reduced * inner) * 0.15
        let rows = max(1, Self.run / inner)
        let chunks = (reduced + rows - 1) / rows
        if chunks == 1 || outer >= 16 {
            launch.ownBytes = max(launch.ownBytes, inner * 4)
            launch.phases.append(
                PreparedLaunch.pieces(
                    of: outer, step: max(1, Self.run / max(reduced * inner, 1)), cost: cost
                ) { range, memory in
                    let x = from.pointer(memory).floats
                    let y = to.pointer(memory).floats
                    for row in range {
                        reduceBlock(
                            x + row * reduced * inner, reduced, inner, y + row * inner,
                            memory.own.floats)
                    }
                })
            return
        }
        // Few long runs: partial results of fixed pieces, then their reduction in order.
        let partial = launch.sharedBytes
        launch.sharedBytes += (outer * chunks * inner * 4 + 255) & ~255
        launch.ownBytes = max(launch.ownBytes, inner * 4)
        launch.phases.append(
            Phase(tasks: outer * chunks, cost: cost) { task, memory in
                let first = task % chunks * rows
                let count = min(rows, reduced - first)
                reduceBlock(
                    from.pointer(memory).floats + (task / chunks * reduced + first) * inner, count,
                    inner, (memory.shared + partial).floats + task * inner, memory.own.floats)
            })
        launch.phases.append(
            Phase(tasks: outer, cost: Double(outer * chunks * inner) * 0.15) { task, memory in
                reduceBlock(
                    (memory.shared + partial).floats + task * chunks * inner, chunks, inner,
                    to.pointer(memory).floats + task * inner, memory.own.floats)
            })
    }

    /// [count, inner] → [inner], put away every `run` elements.
    private func reduceBlock(
        _ x: UnsafeMutablePointer<Float>, _ count: Int, _ inner: Int,
        _ y: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
    ) {
        if inner == 1 {
            var first = 0
            var value = identity
            while first < count {
                let length = min(Self.run, count - first)
                let next = table.rows.reduce(kernel, x + first, length)
                value = combined(value, next)
                first += length
            }
            y[0] = value
            return
        }
        for c in 0..<inner { y[c] = identity }
        let rows = max(256, Self.run / inner)
        if count <= rows {
            table.columns.accumulate(kernel, x, count, inner, y)
            return
        }
        var first = 0
        while first < count {
            let length = min(rows, count - first)
            for c in 0..<inner { scratch[c] = identity }
            table.columns.accumulate(kernel, x + first * inner, length, inner, scratch)
            table.elementwise.binary(combine, y, scratch, y, inner)
            first += length
        }
    }

    private var combine: FloatBinary {
        switch function {
        case .sum: .add
        case .product: .multiply
        case .maximum: .maximum
        case .minimum: .minimum
        }
    }

    private func combined(_ a: Float, _ b: Float) -> Float {
        switch function {
        case .sum: a + b
        case .product: a * b
        case .maximum: a > b || a.isNaN ? a : b
        case .minimum: a < b || a.isNaN ? a : b
        }
    }

    // MARK: Integers

    private var integerIdentity: Int32 {
        switch function {
        case .sum: 0
        case .product: 1
        case .maximum: .min
        case .minimum: .max
        }
    }

    private func appendInteger(
        _ pass: Pass, _ from: Place, _ to: Place, _ launch: inout PreparedLaunch
    ) {
        let (outer, reduced, inner) = (pass.outer, pass.reduced, pass.inner)
        launch.phases.append(
            PreparedLaunch.pieces(
                of: outer, step: max(1, Self.run / max(reduced * inner, 1)),
                cost: Double(outer * reduced * inner) * 0.5
            ) { range, memory in
                for row in range {
                    let x = from.pointer(memory).ints + row * reduced * inner
                    let y = to.pointer(memory).ints + row * inner
                    for c in 0..<inner {
                        var value = integerIdentity
                        for index in 0..<reduced { value = combined(value, x[index * inner + c]) }
                        y[c] = value
                    }
                }
            })
    }

    private func combined(_ a: Int32, _ b: Int32) -> Int32 {
        switch function {
        case .sum: a &+ b
        case .product: a &* b
        case .maximum: max(a, b)
        case .minimum: min(a, b)
        }
    }
}

/// The index of the first extreme along one axis. NaN is passed over; 0 where nothing beats infinity.
enum ArgReduction {
    static func prepare(
        _ request: LaunchRequest, _ function: ArgReduceFunction, axis: Int
    ) throws -> PreparedLaunch {
        let type = request.inputs[0].type
        let source = try request.inputs[0].pointer()
        let target = try request.results[0].pointer().ints
        let extent = type.shape[axis]
        let inner = type.shape.dimensions[(axis + 1)...].reduce(1, *)
        let count = request.results[0].type.count
        let isFloat = type.dtype.isFloat
        return PreparedLaunch(
            PreparedLaunch.pieces(
                of: count, step: max(1, 16_384 / max(extent, 1)),
                cost: Double(type.count) * 1
            ) { range, _ in
                for index in range {
                    let start = index / inner * extent * inner + index % inner
                    target[index] = Int32(
                        truncatingIfNeeded: isFloat
                            ? first(source.floats + start, extent, inner, function)
                            : first(source.ints + start, extent, inner, function))
                }
            })
    }

    private static func first(
        _ x: UnsafeMutablePointer<Float>, _ count: Int, _ step: Int, _ function: ArgReduceFunction
    ) -> Int {
        var best: Float = function == .maximum ? -.infinity : .infinity
        var position = 0
        for index in 0..<count {
            let value = x[index * step]
            // False for NaN.
            if function == .maximum ? value > best : value < best {
                best = value
                position = index
            }
        }
        return position
    }

    private static func first(
        _ x: UnsafeMutablePointer<Int32>, _ count: Int, _ step: Int, _ function: ArgReduceFunction
    ) -> Int {
        var position = 0
        for index in 1..<max(count, 1) {
            let value = x[index * step]
            let best = x[position * step]
            if function == .maximum ? value > best : value < best { position = index }
        }
        return position
    }
}

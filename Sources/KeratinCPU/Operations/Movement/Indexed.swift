import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// Primitives that place whole rows by indices read from device memory. Indices are clamped.
struct Indexed {
    let request: LaunchRequest
    let table: CPUKernelTable

    private static func clamp(_ index: Int32, _ count: Int) -> Int {
        max(0, min(Int(index), count - 1))
    }

    func gather(axis: Int) throws -> PreparedLaunch {
        let x = request.inputs[0].type
        let source = try request.inputs[0].pointer()
        let indices = try request.inputs[1].pointer().ints
        let target = try request.results[0].pointer()
        let extent = x.shape[axis]
        let picks = request.inputs[1].type.count
        let rowBytes = x.shape.dimensions[(axis + 1)...].reduce(1, *) * x.dtype.byteCount
        let rows = x.shape.dimensions[..<axis].reduce(1, *) * picks
        guard request.results[0].type.count > 0 else { return PreparedLaunch() }
        return PreparedLaunch(
            PreparedLaunch.pieces(
                of: rows, step: max(1, 65_536 / max(rowBytes, 8)),
                cost: Double(rows) * (5 + Double(rowBytes) * 0.1)
            ) { range, _ in
                for row in range {
                    let index = Self.clamp(indices[row % picks], extent)
                    let from = source + (row / picks * extent + index) * rowBytes
                    if rowBytes == 4 {
                        target.ints[row] = from.ints[0]
                    } else {
                        memcpy(target + row * rowBytes, from, rowBytes)
                    }
                }
            })
    }

    /// Tasks own ranges of the result's rows and go through all indices in order, so the order of
    /// additions is the order of the indices.
    func scatterAdd(axis: Int, count: Int) throws -> PreparedLaunch {
        let updates = try request.inputs[0].pointer().floats
        let indices = try request.inputs[1].pointer().ints
        let target = try request.results[0].pointer().floats
        let picks = request.inputs[1].type.count
        let shape = request.results[0].type.shape
        let inner = shape.dimensions[(axis + 1)...].reduce(1, *)
        let outer = shape.dimensions[..<axis].reduce(1, *)
        guard shape.count > 0 else { return PreparedLaunch() }
        let cuts = outer >= 8 ? 1 : min(8, count)
        let add = table.elementwise.binary
        let cost = Double(shape.count) * 0.2 + Double(outer * picks * inner) * 0.3
        return PreparedLaunch(
            Phase(tasks: outer * cuts, cost: cost) { task, _ in
                let block = task / cuts
                let first = task % cuts * count / cuts
                let last = (task % cuts + 1) * count / cuts
                let output = target + block * count * inner
                memset(output + first * inner, 0, (last - first) * inner * 4)
                for pick in 0..<picks {
                    let index = Self.clamp(indices[pick], count)
                    guard index >= first, index < last else { continue }
                    let row = output + index * inner
                    add(.add, row, updates + (block * picks + pick) * inner, row, inner)
                }
            })
    }

    func dynamicSlice() throws -> PreparedLaunch {
        let source = try request.inputs[0].pointer()
        let index = try request.inputs[1].pointer().ints
        let target = try request.results[0].pointer()
        let extent = request.inputs[0].type.shape[0]
        let rowBytes = request.results[0].type.byteCount
        return PreparedLaunch(
            Phase(cost: Double(rowBytes) * 0.1) { _, _ in
                memcpy(target, source + Self.clamp(index[0], extent) * rowBytes, rowBytes)
            })
    }

    func dynamicUpdate() throws -> PreparedLaunch {
        let source = try request.inputs[0].pointer()
        let index = try request.inputs[1].pointer().ints
        let row = try request.inputs[2].pointer()
        let target = try request.results[0].pointer()
        let extent = request.inputs[0].type.shape[0]
        let rowBytes = request.inputs[2].type.byteCount
        let total = request.results[0].type.byteCount
        var launch = PreparedLaunch(
            PreparedLaunch.pieces(of: total, step: 1 << 18, cost: Double(total) * 0.1) { range, _ in
                memcpy(target + range.lowerBound, source + range.lowerBound, range.count)
            })
        launch.phases.append(
            Phase(cost: Double(rowBytes) * 0.1) { _, _ in
                memcpy(target + Self.clamp(index[0], extent) * rowBytes, row, rowBytes)
            })
        return launch
    }

    func randomBits(stream: UInt32) throws -> PreparedLaunch {
        let state = try request.inputs[0].pointer().ints
        let target = try request.results[0].pointer().assumingMemoryBound(to: UInt32.self)
        let philox = table.elementwise.philox
        let count = request.results[0].type.count
        return PreparedLaunch(
            PreparedLaunch.pieces(of: count, step: 16_384, cost: Double(count) * 2) { range, _ in
                philox(
                    UInt32(bitPattern: state[0]), UInt32(bitPattern: state[1]),
                    UInt32(bitPattern: state[2]), UInt32(bitPattern: state[3]), stream,
                    range.lowerBound, target + range.lowerBound, range.count)
            })
    }
}

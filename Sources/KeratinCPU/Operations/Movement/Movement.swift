import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// Primitives that only place elements: everything here is copying by strides, by index or filling.
struct Movement {
    let request: LaunchRequest
    let table: CPUKernelTable

    private var input: Argument { request.inputs[0] }
    private var result: Argument { request.results[0] }
    private var size: Int { result.type.dtype.byteCount }

    private func copy(
        _ extents: [Int], to target: UnsafeMutableRawPointer, _ targetStrides: [Int],
        from source: UnsafeMutableRawPointer, _ sourceStrides: [Int]
    ) -> Phase {
        StridedCopy(
            extents: extents, target: target, targetStrides: targetStrides, source: source,
            sourceStrides: sourceStrides, elementSize: size
        ).phase(table.matrix.transpose)
    }

    // MARK: Filling

    static func fill(
        _ target: UnsafeMutableRawPointer, _ type: TensorType, _ value: Double
    ) -> Phase {
        let (size, bits) = PointwiseCompiler.pattern(value, type.dtype)
        return PreparedLaunch.pieces(
            of: type.count, step: 65_536, cost: Double(type.byteCount) * 0.05
        ) { range, _ in
            if size == 1 {
                memset(target + range.lowerBound, Int32(bits), range.count)
            } else if bits == 0 {
                memset(target + range.lowerBound * 4, 0, range.count * 4)
            } else {
                let words = target.assumingMemoryBound(to: UInt32.self)
                for i in range { words[i] = bits }
            }
        }
    }

    func iota(axis: Int) throws -> PreparedLaunch {
        let target = try result.pointer()
        let shape = result.type.shape
        let inner = shape.dimensions[(axis + 1)...].reduce(1, *)
        let extent = shape[axis]
        let isFloat = result.type.dtype.isFloat
        return PreparedLaunch(
            PreparedLaunch.pieces(
                of: shape.count / max(inner, 1), step: max(1, 16_384 / max(inner, 1)),
                cost: Double(shape.count) * 0.5
            ) { range, _ in
                for row in range {
                    let index = row % extent
                    for i in row * inner..<(row + 1) * inner {
                        if isFloat {
                            target.floats[i] = Float(index)
                        } else {
                            target.ints[i] = Int32(truncatingIfNeeded: index)
                        }
                    }
                }
            })
    }

    // MARK: Strides

    func reshape() throws -> PreparedLaunch {
        let count = result.type.count
        return PreparedLaunch(
            copy([count], to: try result.pointer(), [1], from: try input.pointer(), [1]))
    }

    func transpose(_ permutation: [Int]) throws -> PreparedLaunch {
        let strides = input.type.shape.strides
        return PreparedLaunch(
            copy(
                result.type.shape.dimensions, to: try result.pointer(), result.type.shape.strides,
                from: try input.pointer(), permutation.map { strides[$0] }))
    }

    func broadcast() throws -> PreparedLaunch {
        PreparedLaunch(
            copy(
                result.type.shape.dimensions, to: try result.pointer(), result.type.shape.strides,
                from: try input.pointer(),
                input.type.shape.broadcastStrides(to: result.type.shape)))
    }

    func slice(starts: [Int], strides: [Int]) throws -> PreparedLaunch {
        let own = input.type.shape.strides
        let offset = zip(starts, own).reduce(0) { $0 + $1.0 * $1.1 }
        return PreparedLaunch(
            copy(
                result.type.shape.dimensions, to: try result.pointer(), result.type.shape.strides,
                from: try input.pointer() + offset * size, zip(own, strides).map { $0 * $1 }))
    }

    func reverse(axes: [Int]) throws -> PreparedLaunch {
        var strides = input.type.shape.strides
        var offset = 0
        for axis in Set(axes) where input.type.count > 0 {
            offset += (input.type.shape[axis] - 1) * strides[axis]
            strides[axis] = -strides[axis]
        }
        return PreparedLaunch(
            copy(
                result.type.shape.dimensions, to: try result.pointer(), result.type.shape.strides,
                from: try input.pointer() + offset * size, strides))
    }

    func pad(low: [Int], interior: [Int], value: Double) throws -> PreparedLaunch {
        let target = try result.pointer()
        var launch = PreparedLaunch(Self.fill(target, result.type, value))
        let strides = result.type.shape.strides
        let offset = zip(low, strides).reduce(0) { $0 + $1.0 * $1.1 }
        launch.phases.append(
            copy(
                input.type.shape.dimensions, to: target + offset * size,
                zip(strides, interior).map { $0 * ($1 + 1) }, from: try input.pointer(),
                input.type.shape.strides))
        return launch
    }

    func concatenate(axis: Int) throws -> PreparedLaunch {
        var launch = PreparedLaunch()
        let target = try result.pointer()
        let strides = result.type.shape.strides
        var offset = 0
        for part in request.inputs {
            launch.phases.append(
                copy(
                    part.type.shape.dimensions, to: target + offset * strides[axis] * size,
                    strides, from: try part.pointer(), part.type.shape.strides))
            offset += part.type.shape[axis]
        }
        return launch
    }
}

import KeratinCPU
import KeratinCore
import KeratinTensor
import Testing

/// Arguments that make no sense give an error or numbers, and never end the process.
@Suite("Odd arguments")
struct OddArgumentTests {
    private let tensors: [Tensor] = [
        3, Tensor([1.0, 2, 3]), Tensor([[1, 2], [3, 4]]), Tensor.zeros([0]),
        Tensor.zeros([2, 0, 3]),
        Tensor.zeros([2, 3, 4]), Tensor([true, false]), Tensor([1 << 40]),
        Tensor.zeros([5]) + Tensor.zeros([4]),
        Tensor([UInt8](repeating: 200, count: 4), shape: [2, 2]),
        Tensor([Float.nan, .infinity, -1e38]),
    ]

    @Test("They give an error or numbers")
    func everything() {
        var (calls, failed) = (0, 0)
        func see(_ body: @autoclosure () throws -> Tensor) {
            calls += 1
            do {
                let result = try body()
                let isPrinted = !"\(result)".isEmpty
                if result.error != nil {
                    failed += 1
                } else {
                    #expect(isPrinted && (try? result.hostArray()) != nil)
                }
            } catch {
                failed += 1
            }
        }
        for x in tensors {
            for axis in [-9, -2, -1, 0, 1, 2, 7] {
                see(x.sum(axis: axis))
                see(x.mean(axis: axis, keepDims: true))
                see(x.max(axis: axis))
                see(x.argmax(axis: axis))
                see(x.std(axis: axis))
                see(x.softmax(axis: axis))
                see(x.logSoftmax(axis: axis))
                see(x.cumsum(axis: axis))
                see(x.expandingDims(axis: axis))
                see(x.squeezed(axis: axis))
                see(x.any(axis: axis))
                see(x.all(axis: axis))
                see(x.prod(axis: axis))
                see(x[axis])
                see(x[axis, axis])
                see(x[..., axis])
                see(x[axis..<(axis + 2)])
                see(x[axis...])
                see(x[..<axis])
                see(x[nil, axis])
                see(x[[axis]])
                see(x[0, ..., axis])
                see(x.oneHot(axis))
                see(ops.diff(x, n: axis, axis: axis))
                see(ops.flip(x, axis: axis))
                see(ops.roll(x, shift: axis, axis: axis))
                see(ops.repeat(x, axis))
                see(ops.repeat(x, axis, axis: axis))
                see(ops.tile(x, axis))
                see(ops.split(x, axis).first ?? x)
                see(ops.unstack(x, axis: axis).first ?? x)
                see(ops.take(x, Tensor([axis]), axis: axis))
                see(ops.tril(x, k: axis))
                see(ops.diag(x, k: axis))
                see(ops.diagonal(x, axis1: axis))
                see(ops.trace(x, offset: axis))
                see(ops.norm(x, axis: axis))
                see(ops.swapaxes(x, axis, 0))
                see(ops.moveaxis(x, source: axis, destination: 0))
                see(ops.rot90(x, k: axis))
                see(x.argmin(axis: axis))
                see(ops.logsumexp(x, axis: axis))
                see(ops.average(x, axis: axis))
                see(ops.multiHot(x, axis))
                see(ops.expandDims(x, axis: [axis, 0]))
                see(ops.stack([x, x], axis: axis))
                see(ops.concatenate([x, x], axis: axis))
                see(ops.pad(x, [[axis, 1]]))
                see(ops.arraySplit(x, axis, axis: axis).first ?? x)
                see(ops.trapezoid(x, axis: axis))
                see(ops.normalize(x, axis: axis))
                see(x.reshaped(axis, -1))
                see(x.reshaped(-1, -1))
                see(x.transposed([axis]))
                see(x.broadcast(to: Shape([axis, 3])))
                see(ops.segmentSum(x, Tensor([axis]), numSegments: axis))
                see(ops.slice(x, [axis], [axis]))
                see(ops.sliceUpdate(x, [axis], x))
                see(ops.scatter(Tensor([[axis]]), x, shape: [axis]))
                see(ops.inTopK(x, x, k: axis))
                see(ops.takeAlongAxis(x, Tensor([axis]), axis: axis))
                see(ops.moments(x, axes: axis).mean)
                see(ops.tensordot(x, x, axes: axis))
                see(Tensor.eye(axis))
                see(Tensor.arange(axis))
                see(Tensor.linspace(0, 1, num: axis))
                see(Tensor.full([axis], 2))
                see(Tensor.randomNormal([axis]))
                see(Tensor.randomIntegers([2], in: axis..<axis))
                see(x.shuffled(seed: 1))
            }
            for y in tensors {
                see(x + y)
                see(x * y)
                see(x / y)
                see(x % y)
                see(x ** y)
                see(x .< y)
                see(x .== y)
                see(x.matmul(y))
                see(ops.dot(x, y))
                see(ops.inner(x, y))
                see(ops.outer(x, y))
                see(ops.vdot(x, y))
                see(ops.where(x, y, 0))
                see(x[y])
                see(ops.maximum(x, y))
                see(ops.floorDivide(x, y))
                see(ops.einsum("ij,jk->ik", x, y))
                see(ops.logaddexp(x, y))
                see(x .& y)
                see(ops.append(x, y))
                see(ops.hstack([x, y]))
                see(ops.vstack([x, y]))
                see(ops.dstack([x, y]))
                see(ops.meshgrid([x, y]).first ?? x)
                for (i, r) in x.enumerated() where i < 2 { see(r + y) }
                see(x == y ? x : y)
            }
            see(x.T)
            see(x.flattened())
            see(x.int32)
            see(x.bool)
            see(-x)
            see(ops.nanToNum(x))
            see([x, x])
            see([x, 1])
            _ = try? x.item() as Int
            _ = try? x.rows() as [[Float]]
            _ = try? x.array(of: UInt8.self)
            _ = try? x.int32s()
        }
        #expect(calls > 8000 && failed > 5000 && failed < calls)
    }

    @Test("Extremes of whole numbers")
    func extremes() throws {
        let x = Tensor([1, 2, 3])
        for wrong in [
            Tensor.arange(0, .infinity), Tensor.arange(.nan, 3), Tensor.arange(0, 1, step: 1e-300),
            Tensor.arange(Int.max), Tensor.linspace(0, 1, num: .max), Tensor.zeros([1 << 62, 4]),
            x[Int.max], x[Int.min], x.sum(axis: Int.min), x.expandingDims(axis: Int.max),
            Tensor.eye(-3), Tensor([[1]]).sum(axis: [0, 0]),
        ] { #expect(wrong.error != nil, "\(wrong)") }
        #expect(x[0...Int.max] == x && x[...(-1)] == x && x[Int.min...] == x)
        #expect(x[0...1] == Tensor([1, 2]))
    }
}

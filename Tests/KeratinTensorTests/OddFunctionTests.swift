import KeratinCPU
import KeratinCore
import KeratinTensor
import Testing

/// Odd arguments of the functions on orders, segments, transforms and decompositions: an error or numbers, never the process's end.
@Suite("Odd arguments of functions")
struct OddFunctionTests {
    private let tensors: [Tensor] = [
        3, Tensor([1.0, 2, 3]), Tensor([[1, 2], [3, 4]]), Tensor.zeros([0]),
        Tensor.zeros([2, 0, 3]), Tensor.zeros([2, 3, 4]), Tensor([true, false]),
        Tensor.zeros([5]) + Tensor.zeros([4]),
        Tensor([UInt8](repeating: 200, count: 4), shape: [2, 2]),
        Tensor([Float.nan, .infinity, -1e38]),
    ]

    private func see(_ tensors: [Tensor]) {
        for tensor in tensors {
            let isPrinted = !"\(tensor)".isEmpty
            if tensor.error == nil {
                #expect(isPrinted && (try? tensor.hostArray()) != nil)
            }
        }
    }

    private func see(_ tensors: Tensor...) { see(tensors) }

    @Test("With numbers") func numbers() {
        for x in tensors {
            for axis in [Int.min, -9, -1, 0, 1, 2, 7, .max] {
                see(x.sorted(axis: axis), x.argsort(axis: axis), x.median(axis: axis))
                see(
                    ops.argpartition(x, axis), ops.topK(x, axis).values,
                    ops.nanmedian(x, axis: axis))
                see(
                    ops.quantile(x, Double(axis), axis: axis),
                    ops.percentile(x, [0, 50], axis: axis))
                see(ops.nanquantile(x, 0.5, axis: axis), ops.nanargmax(x, axis: axis))
                see(
                    ops.nanvar(x, axis: axis), ops.nancumsum(x, axis: axis),
                    ops.nanprod(x, axis: axis))
                see(ops.split(x, axis) + ops.unstack(x, axis: axis) + ops.unstack(x, num: axis))
                see(ops.hsplit(x, axis) + ops.vsplit(x, axis) + ops.dsplit(x, indices: [axis]))
                see(ops.depthToSpace(x, axis), ops.spaceToDepth(x, axis), ops.vander(x, axis))
                see(ops.extractSequences(x, axis, axis), ops.extractSequences(x, 1, axis))
                see(ops.unravelIndex(x, [axis, 2]))
                see(ops.segmentMax(x, Tensor([axis]), numSegments: axis))
                see(
                    ops.segmentProd(x, x, numSegments: 2), ops.scatterUpdate(x, Tensor([[axis]]), x)
                )
                see(
                    ops.bincount(x, minlength: axis < 100 ? axis : 0),
                    ops.histogram(x, bins: axis).counts)
                see(ops.leftShift(x, axis), ops.rightShift(x, axis), ops.rearrange(x, "a b -> b a"))
                see(ops.rearrange(x, "(a b) -> b a", ["a": axis]), ops.cross(x, x, axis: axis))
                see(ops.rfft(x, fftLength: axis < 1 << 20 ? axis : 0).real)
                see(
                    ops.irfft((x, x), fftLength: axis < 1 << 20 ? axis : 0),
                    ops.stft(x, 2, axis, 4).real)
                see(
                    ops.istft((x, x), 2, axis < 1 << 20 ? axis : 0, 4), ops.stft(x, axis, 1, 4).real
                )
                see(ops.unique(x, size: axis < 100 ? axis : 0), ops.ldexp(x, axis), ops.ldexp(2, x))
                see(ops.associativeScan({ $0 + $1 }, x, axis: axis), ops.nextafter(x, axis))
                see(ops.eye(2) + ops.bartlett(axis < 1 << 20 ? axis : -1))
                see(ops.geomspace(1, Double(axis), num: axis < 1 << 20 ? axis : -1))
            }
        }
    }

    @Test("With each other") func pairs() throws {
        for x in tensors {
            for y in tensors {
                see(ops.arctan2(x, y), ops.bitwiseAnd(x, y), ops.gcd(x, y), ops.lcm(x, y))
                see(ops.searchsorted(x, y), ops.digitize(x, y), ops.isin(x, y), ops.kron(x, y))
                see(ops.cross(x, y), ops.cdist(x, y), ops.correlate(x, y, mode: "full"))
                see(ops.select([x], [y]), ops.logaddexp2(x, y), ops.psnr(x, y, 1))
                see(ops.fft((x, y)).real, ops.ifft2((x, y)).real, ops.irfft((x, y)))
                see(ops.solve(x, y), ops.lstsq(x, y), ops.solveTriangular(x, y))
                see(ops.scatterUpdate(x, y, x), ops.scatterUpdate(x, x, y, reduction: "max"))
                see(ops.segmentMin(x, y), ops.bincount(x, weights: y), ops.polar(x, y).real)
                see(ops.jvp({ $0[0] * 2 }, [x], [y]).tangent)
            }
            see(
                ops.arcsin(x), ops.arccos(x), ops.arcsinh(x), ops.signbit(x), ops.erfinv(x),
                ops.i0(x))
            see(ops.corrcoef(x), ops.angle(x), ops.view(x, .int32), ops.view(x, .uint8))
            see(ops.nonzero(x) + [ops.argwhere(x), ops.unique(x)])
            see(ops.det(x), ops.slogdet(x).sign, ops.logdet(x), ops.inv(x), ops.pinv(x))
            see(ops.cholesky(x), ops.choleskyInverse(x), ops.luFactor(x).lu, ops.qr(x).q)
            see(ops.svd(x).u, ops.eigh(x).vectors, ops.eig(x).vectors.real, ops.matrixRank(x))
            see(ops.map(x) { $0 * 2 }, ops.cond(x, { 1 }, { 2 }), ops.switch(x, [{ $0[0] }], x))
            see(ops.foriLoop(3, 1, x) { $1 }, ops.foriLoop(.min, .max, x) { $1 })
        }
    }
}

import KeratinCPU
import KeratinCore
import KeratinTensor
import Testing

/// Parts of tensors that are replaced, as in NumPy.
@Suite("Assignment to parts") struct AssignmentTests {
    private let backend: any Backend

    init() throws { backend = try CPUBackend() }

    @Test func parts() throws {
        try withBackend(backend) { () throws in
            var x = Tensor((0..<6).map { Float($0) }, shape: [2, 3])
            let old = x
            x[0] = Tensor([9.0, 8, 7])
            x[1, -1] = 50
            #expect(try x.floats() == [9, 8, 7, 3, 4, 50])
            x[..., 0] += 1
            #expect(try x.floats() == [10, 8, 7, 4, 4, 50])
            x[0..., 1...] = 0
            #expect(try x.floats() == [10, 0, 0, 4, 0, 0])
            x[0, ..., 2] = -1
            #expect(try x.floats() == [10, 0, -1, 4, 0, 0])
            // A value of its own: who held the old one keeps it.
            #expect(try old.floats() == [0, 1, 2, 3, 4, 5])
        }
    }

    @Test func picks() throws {
        try withBackend(backend) { () throws in
            var x = Tensor([-1.0, 2, -3, 4], shape: [2, 2])
            x[x .< 0] = 0
            #expect(try x.floats() == [0, 2, 0, 4])
            x[[1, 0]] = Tensor([[1.0, 2], [3, 4]])
            #expect(try x.floats() == [3, 4, 1, 2])
            x[x .> 2] = Tensor([7.0, 8])
            #expect(try x.floats() == [7, 8, 1, 2])
            var whole = Tensor([1, 2, 3])
            whole[1] = 2.9
            #expect(whole == Tensor([1, 2, 3]) && whole.dtype == .int32)
            var bools = Tensor([true, false])
            bools[1] = Tensor([true])[0]
            #expect(try bools.bools() == [true, true])
            var bytes = Tensor([1, 2, 3] as [UInt8])
            bytes[0..<2] = 200
            #expect(try bytes.floats() == [200, 200, 3] && bytes.dtype == .uint8)
        }
    }

    @Test func recordingsAndGradients() throws {
        try withBackend(backend) { () throws in
            let run = compiled { (x: Tensor) throws -> Tensor in
                var x = x
                x[0] = 5
                x[x .> 5] = 0
                return x
            }
            #expect(try run(Tensor([1.0, 2, 7])).floats() == [5, 2, 0])
            let slope = gradient(at: Tensor([1.0, 2, 3])) { x in
                var y = x
                y[1] = x[0] * 10
                return y.sum()
            }
            #expect(try slope.floats() == [11, 0, 1])
        }
    }

    @Test func mistakes() throws {
        withBackend(backend) {
            var x = Tensor([1.0, 2, 3])
            x[7] = 1
            #expect(x.error != nil && x.shape == [3])
            var y = Tensor([1.0, 2, 3])
            y[0..<2] = Tensor([1.0, 2, 3])
            #expect(y.error != nil)
        }
    }

    @Test func spellings() throws {
        try withBackend(backend) { () throws in
            let x = Tensor([[1.0, 2], [3, 4]])
            #expect(try x.sum(0).floats() == [4, 6] && x.mean(1).floats() == [1.5, 3.5])
            #expect(try x.max(0).floats() == [3, 4] && x.argmax(1).int32s() == [1, 1])
            #expect(try x.var().item() == 1.25)
            #expect(
                Tensor.zeros(2, 3).shape == [2, 3] && Tensor.ones(like: x) == Tensor.ones(2, 2))
            #expect(try Tensor.arange(0, 10, 4).int32s() == [0, 4, 8])
            #expect(try Tensor.linspace(0, 1, 3).floats() == [0, 0.5, 1])
            #expect(try x.split(2)[1].floats() == [3, 4] && x.tile([2, 1]).shape == [4, 2])
            #expect(try (!(x .> 2)).bools() == [true, true, false, false])
            #expect(try max(x, 2.5).floats() == [2.5, 2.5, 3, 4] && min(x, x - 1).floats()[0] == 0)
            #expect(x.astype("int32").dtype == .int32 && x.astype("int33").error != nil)
            #expect(try x.dot(x).floats() == [7, 10, 15, 22] && !x.isEmpty)
            #expect(try abs(-x).floats() == x.floats() && sqrt(x * x).floats() == x.floats())
        }
    }
}

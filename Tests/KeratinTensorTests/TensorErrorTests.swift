import KeratinCPU
import KeratinCore
import KeratinTensor
import Testing

@Suite("Errors travel with tensors")
struct TensorErrorTests {
    private let a: Tensor = [[1, 2, 3], [4, 5, 6]]

    @Test("An operation that cannot be done carries its error to the next try")
    func carried() throws {
        let wrong = a + Tensor.zeros([5])
        #expect(wrong.error != nil)
        #expect(throws: KeratinError.self) { try wrong.floats() }
        let text = "\(wrong)"
        #expect(
            text.hasPrefix("error: add: shapes [2, 3] and [5] cannot be broadcast together"),
            "\(text)")
    }

    @Test("The first error stays, whatever follows")
    func first() throws {
        let wrong = a + Tensor.zeros([5])
        let later = (wrong * 2).reshaped(7).matmul(Tensor.ones([3, 3]))[0, 1].sum().transposed()
        let error = try #require(later.error as? KeratinError)
        #expect(error == wrong.error as? KeratinError)
        #expect(throws: KeratinError.self) { try later.item() }
        for part in wrong { #expect(part.error != nil) }
        #expect(!(wrong == wrong))
    }

    @Test("What cannot be done is said, nothing aborts")
    func kinds() {
        let wrong: [(Tensor, String)] = [
            (a.matmul(a), "[2, 3]"), (a.reshaped(4), "cannot take the shape"), (a[5], "outside"),
            (a[0, 0, 0], "too many"), (a.sum(axis: 3), "axis 3"),
            (Tensor([[1, 2], [3]]), "different lengths"),
            (Tensor([1, 2, 3], shape: [2]), "has 2 elements, got 3"),
            ([[1, 2], [3]] as Tensor, "different shapes"),
            (Tensor.concatenate([]), "at least one"), (a.expandingDims(axis: 7), "axis"),
            (Tensor.zeros([-1]), "impossible"), (a[Tensor([true, false, true])], "mask"),
            (ops.einsum("ij,jk->ik", a, a), "einsum"), (a.transposed([0, 0]), "transpose"),
            (Tensor([1 << 40]) + 1, "does not fit into int32"),
        ]
        for (tensor, words) in wrong {
            #expect("\(tensor)".hasPrefix("error: "), "\(tensor)")
            #expect("\(tensor)".contains(words), "\(tensor)")
        }
    }

    @Test("What is recorded throws where the recording ends")
    func recorded() throws {
        let function = compiled { (x: Tensor) in x + Tensor.zeros([5]) }
        #expect(throws: KeratinError.self) { try function(a) }
        let fine = compiled { (x: Tensor) in x + 1 }
        #expect(try fine(a).floats() == [2, 3, 4, 5, 6, 7])
    }
}

@Suite("Arrays")
struct ArrayTests {
    @Test("Swift's arrays and literals become tensors and come back")
    func conversions() throws {
        let literal: Tensor = [[1, 2.5], [3, 4]]
        #expect(literal.dtype == .float32 && literal.shape == [2, 2])
        #expect(Tensor([0, 2, 1]).dtype == .int32)
        #expect(Tensor([0.5, 2]).dtype == .float32)
        #expect(Tensor([true, false]).dtype == .bool)
        #expect(Tensor([[[1, 2]], [[3, 4]]]).shape == [2, 1, 2])
        #expect(Tensor([[Float]]()).shape == [0, 0])
        #expect(try literal.rows() as [[Double]] == [[1, 2.5], [3, 4]])
        #expect(try Tensor([1, 2, 3])[1].item() as Int == 2)
        #expect(try literal[1, 0].item() == 3)
        #expect(try literal.array(of: Int.self) == [1, 2, 3, 4])
        #expect(throws: KeratinError.self) { try Tensor([300]).array(of: UInt8.self) }
        #expect(throws: KeratinError.self) { try Tensor([Float.nan]).item() as Int }
        #expect(Tensor([1, 2]) == Tensor([1, 2]) && Tensor([1, 2]) != Tensor([1.0, 2]))
        #expect(try literal.map { try $0.sum().item() } == [3.5, 7])
    }

    @Test("Numbers beside tensors")
    func arithmetic() throws {
        let a: Tensor = [[1, 2, 3], [4, 5, 6]]
        let b = Tensor.arange(6).reshaped(2, 3)
        #expect(try (a * 2 + b).floats() == [2, 5, 8, 11, 14, 17])
        #expect(try (1 - a).floats() == [0, -1, -2, -3, -4, -5])
        #expect(try (a ** 2).floats() == [1, 4, 9, 16, 25, 36])
        #expect((b * 2).dtype == .int32 && (b * 2.0).dtype == .float32 && (b / 2).dtype == .float32)
        let (f, d, i): (Float, Double, Int) = (2, 3, 4)
        #expect(try (a + f - d * a / i).floats() == [2.25, 2.5, 2.75, 3, 3.25, 3.5])
        let sum: Float = try ((a - a.mean(axis: 0)) / (a.std(axis: 0) + 1e-7)).sum().item()
        #expect(abs(sum) < 1e-6)
        #expect(try (a .> 2).bools() == [false, false, true, true, true, true])
        #expect(try ops.where(a .> 2, a, 0).floats() == [0, 0, 3, 4, 5, 6])
        #expect(try a[a .> 4].floats() == [5, 6])
        #expect(try a.argmax().item() as Int == 5)
        #expect(try a.argmax(axis: -1).int32s() == [2, 2])
        var more = a
        more += 1
        #expect(try more.max().item() == 7)
    }

    @Test("States take numbers as what they hold")
    func states() throws {
        let state = try State("total", [1], shape: .scalar, backend: Context.backend)
        try state.assign(Tensor(3))
        #expect(try state.values() == [3])
        try state.assign(2.5)
        #expect(try state.values() == [2.5])
        #expect(throws: KeratinError.self) { try state.assign(Tensor([1, 2])) }
    }

    @Test("Seeds give the same numbers, and orders that belong together")
    func random() throws {
        #expect(Tensor.randomNormal([3], seed: 1) == Tensor.randomNormal([3], seed: 1))
        let numbers = Tensor.randomIntegers([1000], in: -2..<3, seed: 4)
        #expect(Set(try numbers.array(of: Int.self)) == [-2, -1, 0, 1, 2])
        let x = Tensor.arange(100)
        #expect((x * 3).shuffled(seed: 7) == x.shuffled(seed: 7) * 3)
        #expect(x.shuffled(seed: 7) != x)
        #expect(try x.shuffled(seed: 7).array(of: Int.self).sorted() == Array(0..<100))
    }
}

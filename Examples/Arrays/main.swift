import Keratin

let a: Tensor = [[1, 2, 3], [4, 5, 6]]  // float32 [2, 3]
let b = Tensor.arange(6).reshaped(2, 3)  // int32
print(a)  // [[1. 2. 3.]
//  [4. 5. 6.]]
print(a.shape, a.dtype, a.count)

let rows = Tensor([[1.5, 2.5], [3.5, 4.5]] as [[Double]])
let labels = Tensor([0, 2, 1])  // [Int] becomes int32
let mask = Tensor([true, false, true])

print(a[0], a[1, 2], a[-1], a[0..<1], a[..., 0])  // an ellipsis stands for all the axes before
print(a * 2 + b, -a / 3, 1 - a, a ** 2)  // int32 and float32 give float32
print((a - a.mean(axis: 0)) / (a.std(axis: 0) + 1e-7))  // broadcasting as in NumPy
print(a.sum(), a.max(axis: 1), a.mean(axis: -1, keepDims: true), a.argmax(axis: -1))
print(a .> 2, ops.where(a .> 2, a, 0), a[a .> 2])
print(a.transposed(), a.matmul(a.transposed()), ops.einsum("ij,kj->ik", a, a))
print(ops.concatenate([a, a], axis: 0), ops.stack([a, a]), labels.oneHot(3))

let value: Float = try a[1, 2].item()
for row in a { print(row) }
let numbers: [[Float]] = try a.rows()
let noise = Tensor.randomNormal([2, 3], seed: 1)
try noise.save("noise.npy")
print(try Tensor.load("noise.npy") == noise)  // Bool: same shape, type and numbers

let wrong = a + Tensor.zeros([5])  // no crash, no `try`: the error travels with the value …
print(wrong)  // error: add: shapes [2, 3] and [5] cannot be broadcast together
do { _ = try wrong.floats() } catch { print(error) }  // … and is thrown where numbers are needed

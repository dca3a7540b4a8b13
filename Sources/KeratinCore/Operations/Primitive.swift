/// The operations that every backend must run. The enum is closed: an exhaustive switch over it is
/// the checklist of a new backend.
///
/// Shapes below: `x` is the first input; results are dense and row-major.
public enum Primitive: Hashable, Sendable {
    /// () → a tensor of `type` filled with `value` (cast to its element type like a float).
    case fill(value: Double, type: TensorType)
    /// () → the index along `axis`, int32 or float32.
    case iota(axis: Int, type: TensorType)
    /// Float to integer truncates towards zero, saturates where the target's range ends, and makes 0 of NaN; int32 to uint8
    /// keeps the last eight bits; anything to bool is `x != 0`; bool to number is 0 or 1.
    case cast(DType)
    case unary(UnaryFunction)
    /// Two operands, broadcast by NumPy's rule.
    case binary(BinaryFunction)
    /// (condition: bool, a, b) → a where the condition holds, else b; all three broadcast.
    case select
    case reduce(ReduceFunction, axes: [Int], keepDimensions: Bool)
    /// → int32 index along `axis` (which disappears) of the first extreme. NaN is passed over, as in TensorFlow:
    /// 0 for a row of nothing but NaN.
    case argReduce(ArgReduceFunction, axis: Int)
    /// (a, b) → […, M, K]·[…, K, N]; the flags say that the stored matrices are transposed.
    /// Leading (batch) axes are equal, or one of the sides has rank 2 and is used for all.
    case matmul(transposeLeft: Bool, transposeRight: Bool)
    case reshape(Shape)
    /// Axis i of the result is axis `permutation[i]` of x.
    case transpose(permutation: [Int])
    /// x broadcast (NumPy's rule) to the shape.
    case broadcast(Shape)
    /// Elements start, start+stride, … below limit, per axis; strides are positive.
    case slice(starts: [Int], limits: [Int], strides: [Int])
    /// `low`/`high` cells around and `interior` cells between the elements of each axis, all ≥ 0.
    case pad(low: [Int], high: [Int], interior: [Int], value: Double)
    /// One or more inputs that differ only along `axis`.
    case concatenate(axis: Int)
    case reverse(axes: [Int])
    /// (x, indices: int32) → x.shape with `axis` replaced by indices.shape; indices are clamped.
    case gather(axis: Int)
    /// (updates, indices: int32) → zeros with extent `count` along `axis`, the updates added in index
    /// order: the adjoint of `gather`. Indices are clamped.
    case scatterAdd(axis: Int, count: Int)
    /// [N, s…, C] → [N, o…, K, C], K = window.count, row-major inside the window; cells outside read `padding`.
    case patches(Window, padding: Double)
    /// [N, o…, K, C] → [N, input…, C]: the sum of the cells that each input element fed.
    case foldPatches(Window, input: [Int])
    /// (state: int32[4] = seed low, seed high, step low, step high) → int32 bits (see `Philox`).
    case randomBits(Shape, stream: UInt32)
    /// (x: [T, …], index: int32 scalar) → x[index]; the index is clamped.
    case dynamicSlice
    /// (x: [T, …], index: int32 scalar, row: […]) → x with x[index] replaced; the index is clamped.
    case dynamicUpdate
}

extension Primitive {
    /// A short name for printing and profiling.
    public var name: String {
        switch self {
        case .fill: "fill"
        case .iota: "iota"
        case .cast: "cast"
        case .unary(let function): function.rawValue
        case .binary(let function): function.rawValue
        case .select: "select"
        case .reduce(let function, _, _): "reduce_\(function.rawValue)"
        case .argReduce(let function, _): "arg_\(function.rawValue)"
        case .matmul: "matmul"
        case .reshape: "reshape"
        case .transpose: "transpose"
        case .broadcast: "broadcast"
        case .slice: "slice"
        case .pad: "pad"
        case .concatenate: "concatenate"
        case .reverse: "reverse"
        case .gather: "gather"
        case .scatterAdd: "scatter_add"
        case .patches: "patches"
        case .foldPatches: "fold_patches"
        case .randomBits: "random_bits"
        case .dynamicSlice: "dynamic_slice"
        case .dynamicUpdate: "dynamic_update"
        }
    }

    /// Inputs that the primitive takes; nil for any positive number.
    public var inputCount: Int? {
        switch self {
        case .fill, .iota: 0
        case .concatenate: nil
        case .binary, .matmul, .gather, .scatterAdd, .dynamicSlice: 2
        case .select, .dynamicUpdate: 3
        default: 1
        }
    }

    /// Whether the result is computed element by element (after broadcasting).
    @inlinable package var isElementwise: Bool {
        switch self {
        case .cast, .unary, .binary, .select: true
        default: false
        }
    }
}

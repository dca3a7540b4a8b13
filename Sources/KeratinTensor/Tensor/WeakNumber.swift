import KeratinCore

/// A number of a program's text beside a tensor, such as 2 in `x * 2`. As in Keras it does not decide the result's element type: a
/// whole number takes that of the tensor, one with a fraction makes floats of integers.
struct WeakNumber: Sendable {
    var value: Double
    var isInteger: Bool

    /// The type that it has by itself.
    var dtype: DType { isInteger ? .int32 : .float32 }

    /// The element type that it takes beside a tensor of another.
    func dtype(beside other: DType) -> DType {
        guard isInteger, other != .float32 else { return .float32 }
        return Int32(exactly: value) == nil ? .float32 : .int32
    }
}

/// What stands for a tensor: a tensor, a number, a layer's weight, an `Input`.
public protocol TensorConvertible {
    /// The tensor that it stands for.
    var tensor: Tensor { get }
}

extension Tensor: TensorConvertible {
    public var tensor: Tensor { self }
}

extension Double: TensorConvertible {
    public var tensor: Tensor { Tensor(WeakNumber(value: self, isInteger: false)) }
}

extension Float: TensorConvertible {
    public var tensor: Tensor { Tensor(WeakNumber(value: Double(self), isInteger: false)) }
}

extension Int: TensorConvertible {
    public var tensor: Tensor { Tensor(WeakNumber(value: Double(self), isInteger: true)) }
}

extension Bool: TensorConvertible {
    public var tensor: Tensor { Tensor([self], shape: .scalar) }
}

extension Tensor: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral
{
    public init(integerLiteral value: Int) { self = value.tensor }
    public init(floatLiteral value: Double) { self = value.tensor }
    public init(booleanLiteral value: Bool) { self = value.tensor }

    /// Numbers, or rows of equal length, as they are written: float32, or bool. `Tensor([1, 2])` makes int32 of whole numbers.
    public init(arrayLiteral elements: Tensor...) {
        self = Tensor.carrying(elements) {
            let arrays = try elements.map { try $0.hostArray() }
            guard let shape = arrays.first?.shape else { return Tensor([] as [Float]) }
            guard arrays.allSatisfy({ $0.shape == shape }) else {
                throw KeratinError(
                    .shapeMismatch,
                    "rows have different shapes: \(arrays.map { "\($0.shape)" }.joined(separator: ", "))"
                )
            }
            let extents = Shape([arrays.count] + shape.dimensions)
            let bools = arrays.compactMap { array -> [Bool]? in
                if case .bool(let values) = array.storage { values } else { nil }
            }
            if bools.count == arrays.count { return Tensor(bools.flatMap { $0 }, shape: extents) }
            return Tensor(arrays.flatMap(\.floats), shape: extents)
        }
    }
}

extension Tensor {
    var weakNumber: WeakNumber? {
        if case .number(let number) = storage { number } else { nil }
    }

    /// A tensor of a decided element type: a number takes the one that fits beside the other operand.
    func decided(beside other: Tensor) -> Tensor {
        guard let number = weakNumber else { return self }
        return Tensor(number.value, dtype: number.dtype(beside: other.dtype))
    }

    /// A number as a tensor of the element type that is needed; other tensors stay what they are.
    func decided(as dtype: DType) -> Tensor { weakNumber == nil ? self : cast(to: dtype) }

    /// How Keras's files write the operand: a number, or the tensor at a place.
    func argument(_ place: Int) -> OperationForm.Argument {
        guard let number = weakNumber else { return .tensor(place) }
        return number.isInteger ? .init(number.value) : .number(number.value)
    }
}

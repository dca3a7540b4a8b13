import KeratinCore

/// A Swift number that arrays of become tensors, and tensors become arrays of: `Float`, `Double`, `Int`, `Int32`, `Int64`, `UInt8`, `Bool`.
///
/// `Double` becomes float32, `Int` int32 (int64 in host memory, where a number needs more than 32 bits).
public protocol TensorElement: Sendable {
    /// Numbers in host memory of a shape with as many elements.
    static func tensor(_ values: [Self], shape: Shape) -> Tensor
    /// The nearest number of the type; where it has no fractions, without them. nil for what it cannot hold: NaN, and numbers outside of
    /// its range.
    static func value(of number: Double) -> Self?
}

extension Float: TensorElement {
    /// A tensor of these numbers: float32.
    public static func tensor(_ values: [Float], shape: Shape) -> Tensor {
        Tensor(HostArray(.float32(values), shape))
    }
    /// The nearest `Float`.
    public static func value(of number: Double) -> Float? { Float(number) }
}

extension Double: TensorElement {
    /// A tensor of these numbers: float32, rounded.
    public static func tensor(_ values: [Double], shape: Shape) -> Tensor {
        Tensor(HostArray(.float32(values.map { Float($0) }), shape))
    }
    /// The number itself.
    public static func value(of number: Double) -> Double? { number }
}

extension Int: TensorElement {
    /// A tensor of these numbers: int32; int64 in host memory, where a number needs more than 32 bits.
    public static func tensor(_ values: [Int], shape: Shape) -> Tensor {
        let isNarrow = values.allSatisfy { Int32(exactly: $0) != nil }
        return Tensor(
            HostArray(
                isNarrow ? .int32(values.map { Int32($0) }) : .int64(values.map { Int64($0) }),
                shape))
    }
    /// The number without its fraction; nil if it does not fit.
    public static func value(of number: Double) -> Int? {
        Int(exactly: number.rounded(.towardZero))
    }
}

extension Int64: TensorElement {
    /// A tensor of these numbers: int64 in host memory.
    public static func tensor(_ values: [Int64], shape: Shape) -> Tensor {
        Tensor(HostArray(.int64(values), shape))
    }
    /// The number without its fraction; nil if it does not fit.
    public static func value(of number: Double) -> Int64? {
        Int64(exactly: number.rounded(.towardZero))
    }
}

extension Int32: TensorElement {
    /// A tensor of these numbers: int32.
    public static func tensor(_ values: [Int32], shape: Shape) -> Tensor {
        Tensor(HostArray(.int32(values), shape))
    }
    /// The number without its fraction; nil if it does not fit.
    public static func value(of number: Double) -> Int32? {
        Int32(exactly: number.rounded(.towardZero))
    }
}

extension UInt8: TensorElement {
    /// A tensor of these numbers: uint8.
    public static func tensor(_ values: [UInt8], shape: Shape) -> Tensor {
        Tensor(HostArray(.uint8(values), shape))
    }
    /// The number without its fraction; nil if it does not fit.
    public static func value(of number: Double) -> UInt8? {
        UInt8(exactly: number.rounded(.towardZero))
    }
}

extension Bool: TensorElement {
    /// A tensor of these numbers: bool.
    public static func tensor(_ values: [Bool], shape: Shape) -> Tensor {
        Tensor(HostArray(.bool(values), shape))
    }
    /// Whether the number is not zero.
    public static func value(of number: Double) -> Bool? { number != 0 }
}

/// Swift arrays of numbers, or of such arrays.
public protocol TensorElements: Sendable {
    /// The tensor of these numbers: a new axis for each level of arrays.
    func nestedTensor() -> Tensor
}

extension Array: TensorElements where Element: TensorArrayElement {
    /// A tensor of the array's numbers; one that carries an error if inner arrays differ in length.
    public func nestedTensor() -> Tensor { Element.tensor(of: self) }
}

/// What an array of makes a tensor: a number, or again an array.
public protocol TensorArrayElement: Sendable {
    /// The tensor of an array of such elements.
    static func tensor(of array: [Self]) -> Tensor
}

extension TensorArrayElement where Self: TensorElement {
    /// A vector of the array's numbers.
    public static func tensor(of array: [Self]) -> Tensor { tensor(array, shape: [array.count]) }
}

extension Float: TensorArrayElement {}
extension Double: TensorArrayElement {}
extension Int: TensorArrayElement {}
extension Int64: TensorArrayElement {}
extension Int32: TensorArrayElement {}
extension UInt8: TensorArrayElement {}
extension Bool: TensorArrayElement {}

extension Array: TensorArrayElement where Element: TensorArrayElement {
    /// The arrays as rows; a tensor that carries an error if they differ in length.
    public static func tensor(of array: [[Element]]) -> Tensor {
        if let width = array.first?.count, array.contains(where: { $0.count != width }) {
            return Tensor(
                failed: KeratinError(
                    .shapeMismatch,
                    "rows have different lengths: \(array.prefix(8).map { "\($0.count)" }.joined(separator: ", "))\(array.count > 8 ? ", …" : "")"
                ))
        }
        let flat = Element.tensor(of: array.flatMap { $0 })
        let inner = flat.shape.dimensions.dropFirst()
        return flat.arranged(as: Shape([array.count, array.first?.count ?? 0] + inner))
    }
}

extension Tensor {
    /// Numbers in host memory. Arrays of arrays give one axis for each level: `Tensor([[1.5, 2], [3, 4]])` is [2, 2].
    /// - Parameter shape: another shape of as many elements; the tensor carries an error if there are not as many.
    public init(_ values: some TensorElements, shape: Shape? = nil) {
        let own = values.nestedTensor()
        guard let shape, own.error == nil else {
            self = own
            return
        }
        self = Tensor.carrying(shape: shape) {
            try shape.validate()
            guard shape.count == own.count else {
                throw KeratinError(
                    .shapeMismatch, "shape \(shape) has \(shape.count) elements, got \(own.count)")
            }
            return own.arranged(as: shape)
        }
    }

    /// Rows of equal length as a matrix; the tensor carries an error if their lengths differ.
    public init<Element: TensorArrayElement>(rows: [[Element]]) { self.init(rows) }
}

extension Tensor {
    /// Numbers in host memory in another shape of as many elements, never recorded: who keeps them uses them in many recordings.
    fileprivate func arranged(as shape: Shape) -> Tensor {
        guard case .host(let host) = storage else { return self }
        return Tensor(HostArray(host.array.storage, shape))
    }
}

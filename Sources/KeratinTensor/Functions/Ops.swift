import KeratinCore

/// Keras's `ops`: functions of tensors by Keras's names, in Swift's case: `ops.expandDims(x, axis: 0)`.
///
/// Given numbers they compute at once, in a step that is being recorded they are recorded, and given symbolic tensors they become nodes
/// of a graph, which files hold as Keras writes them. All have gradients where the function has one.
///
/// They throw `KeratinError` if shapes or element types do not fit; it names the operation.
// swift-format-ignore: TypeNamesShouldBeCapitalized
public enum ops {}

/// What an operation of two operands takes: a tensor or a number.
public protocol TensorOperand {
    /// What the operation computes with.
    var operand: OperandValue { get }
}

/// A tensor or a number.
public enum OperandValue: Sendable {
    case tensor(Tensor)
    case number(Double)
}

extension Tensor: TensorOperand { public var operand: OperandValue { .tensor(self) } }
extension Double: TensorOperand { public var operand: OperandValue { .number(self) } }
extension Float: TensorOperand { public var operand: OperandValue { .number(Double(self)) } }
extension Int: TensorOperand { public var operand: OperandValue { .number(Double(self)) } }

/// What Keras takes as one whole number or as several: axes (`-1`, or `[1, 2]`; negative ones count from the end), and extents
/// such as those of a window (`3`, the same along all spatial axes, or `[3, 5]`, one per axis).
public protocol AxisConvertible: Sendable {
    /// The numbers in the order in which they were given.
    var axes: [Int] { get }
}

extension Int: AxisConvertible { public var axes: [Int] { [self] } }
extension [Int]: AxisConvertible { public var axes: [Int] { self } }

extension OperationForm.Argument {
    /// An axis as files hold it: a number, a list, or null.
    package init(axis: (any AxisConvertible)?) {
        switch axis {
        case let axis as Int: self = .integer(axis)
        case let axis?: self.init(axis.axes)
        case nil: self = .null
        }
    }
}

extension ops {
    typealias Argument = OperationForm.Argument

    /// An operation: a node if one of the tensors is symbolic, else its results.
    package static func results(
        _ className: String, module: String = "numpy",
        _ config: [(name: String, value: OperationForm.Argument)],
        arguments: [OperationForm.Argument]? = nil, _ inputs: [Tensor],
        _ body: @escaping ([Tensor]) throws -> [Tensor]
    ) throws -> [Tensor] {
        guard inputs.contains(where: \.isSymbolic) else {
            do {
                return try body(inputs)
            } catch let error as KeratinError {
                throw error.nested(in: className)
            }
        }
        let form = OperationForm(
            className, module: module, config: config,
            arguments: arguments ?? inputs.indices.map { .tensor($0) })
        return try Tensor.node(form, inputs, body)
    }

    /// An operation with one result.
    package static func one(
        _ className: String, module: String = "numpy",
        _ config: [(name: String, value: OperationForm.Argument)],
        arguments: [OperationForm.Argument]? = nil, _ inputs: [Tensor],
        _ body: @escaping ([Tensor]) throws -> Tensor
    ) throws -> Tensor {
        try results(className, module: module, config, arguments: arguments, inputs) {
            [try body($0)]
        }[0]
    }

    /// An operation with one result that is made without arguments.
    package static func one(
        _ className: String, module: String = "numpy", arguments: [OperationForm.Argument]? = nil,
        _ inputs: [Tensor], _ body: @escaping ([Tensor]) throws -> Tensor
    ) throws -> Tensor {
        try one(className, module: module, [], arguments: arguments, inputs, body)
    }

    /// A function of two operands one of which may be a number.
    package static func two(
        _ className: String, _ a: any TensorOperand, _ b: any TensorOperand,
        _ body: @escaping (Tensor, Tensor) throws -> Tensor
    ) throws -> Tensor {
        func tensor(_ number: Double, beside other: Tensor) throws -> Tensor {
            let fits = other.dtype != .float32 && Int32(exactly: number) != nil
            return try Tensor(number, dtype: fits ? .int32 : .float32)
        }
        switch (a.operand, b.operand) {
        case (.tensor(let a), .tensor(let b)):
            return try one(className, [a, b]) { try body($0[0], $0[1]) }
        case (.tensor(let a), .number(let b)):
            return try one(className, arguments: [.tensor(0), .init(b)], [a]) {
                try body($0[0], tensor(b, beside: $0[0]))
            }
        case (.number(let a), .tensor(let b)):
            return try one(className, arguments: [.init(a), .tensor(0)], [b]) {
                try body(tensor(a, beside: $0[0]), $0[0])
            }
        case (.number(let a), .number(let b)):
            return try body(Tensor(a), Tensor(b))
        }
    }

    /// One of the primitives of two operands.
    static func binary(
        _ function: BinaryFunction, _ a: any TensorOperand, _ b: any TensorOperand
    ) throws -> Tensor {
        switch (a.operand, b.operand) {
        case (.tensor(let a), .tensor(let b)): try a.binary(function, b)
        case (.tensor(let a), .number(let b)): try a.binary(function, b)
        case (.number(let a), .tensor(let b)): try Tensor.binary(function, a, b)
        case (.number(let a), .number(let b)): try Tensor(a).binary(function, b)
        }
    }
}

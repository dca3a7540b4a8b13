import KeratinCore

/// Keras's `ops`: functions of tensors by Keras's names, in Swift's case: `ops.expandDims(x, axis: 0)`.
///
/// Given numbers they compute at once, in a step that is being recorded they are recorded, and given symbolic tensors they become nodes
/// of a graph, which files hold as Keras writes them. All have gradients where the function has one.
///
/// If shapes or element types do not fit, the result carries a `KeratinError` that names the operation; functions with several results give as many tensors that carry it (one where their number is not known).
// swift-format-ignore: TypeNamesShouldBeCapitalized
public enum ops {}

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
    /// - Throws: what is wrong, named by the operation. Functions with one result carry it instead.
    package static func results(
        _ className: String, module: String = "numpy",
        _ config: [(name: String, value: OperationForm.Argument)],
        arguments: [OperationForm.Argument]? = nil, _ inputs: [Tensor],
        _ body: @escaping ([Tensor]) throws -> [Tensor]
    ) throws -> [Tensor] {
        for input in inputs { try input.check() }
        guard inputs.contains(where: \.isSymbolic) else {
            do {
                let results = try body(inputs)
                for result in results { try result.check() }
                return results
            } catch let error as KeratinError {
                throw error.nested(in: className)
            }
        }
        let form = OperationForm(
            className, module: module, config: config,
            arguments: arguments ?? inputs.indices.map { .tensor($0) })
        return try Tensor.nodes(form, inputs, body)
    }

    /// An operation with a known number of results. If it cannot be done, each of them carries the error.
    package static func several(
        _ count: Int, _ className: String, module: String = "numpy",
        _ config: [(name: String, value: OperationForm.Argument)],
        arguments: [OperationForm.Argument]? = nil, _ inputs: [Tensor],
        _ body: @escaping ([Tensor]) throws -> [Tensor]
    ) -> [Tensor] {
        // A count that no operation has is itself the error; one tensor is enough to carry it.
        Tensor.carrying(count: (1...4096).contains(count) ? count : 1, inputs) {
            try results(className, module: module, config, arguments: arguments, inputs, body)
        }
    }

    /// An operation with one result.
    package static func one(
        _ className: String, module: String = "numpy",
        _ config: [(name: String, value: OperationForm.Argument)],
        arguments: [OperationForm.Argument]? = nil, _ inputs: [Tensor],
        _ body: @escaping ([Tensor]) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying(inputs) {
            try results(className, module: module, config, arguments: arguments, inputs) {
                [try body($0)]
            }[0]
        }
    }

    /// An operation with one result that is made without arguments.
    package static func one(
        _ className: String, module: String = "numpy", arguments: [OperationForm.Argument]? = nil,
        _ inputs: [Tensor], _ body: @escaping ([Tensor]) throws -> Tensor
    ) -> Tensor {
        one(className, module: module, [], arguments: arguments, inputs, body)
    }

    /// A function of two operands, numbers among them.
    package static func two(
        _ className: String, _ a: any TensorConvertible, _ b: any TensorConvertible,
        _ body: @escaping (Tensor, Tensor) throws -> Tensor
    ) -> Tensor {
        let (a, b) = (a.tensor, b.tensor)
        let tensors = [a, b].filter { $0.weakNumber == nil }
        let arguments = [a.argument(0), b.argument(a.weakNumber == nil ? 1 : 0)]
        return one(className, arguments: arguments, tensors) { inputs in
            var inputs = inputs.makeIterator()
            let left = a.weakNumber == nil ? inputs.next() ?? a : a
            let right = b.weakNumber == nil ? inputs.next() ?? b : b
            return try body(left.decided(beside: right), right.decided(beside: left))
        }
    }

    /// One of the primitives of two operands.
    static func binary(
        _ function: BinaryFunction, _ a: any TensorConvertible, _ b: any TensorConvertible
    ) -> Tensor { a.tensor.binary(function, b.tensor) }
}

import KeratinCore
import KeratinTensor

/// Arrays for the inputs or the outputs of a model: one array, a list in the model's order, or a dictionary by the names of the
/// layers.
public protocol ModelArrays {
    /// The arrays as the model's inputs or outputs take them: one, in order, or by name.
    var arrays: PerOutput<Tensor> { get }
}

extension Tensor: ModelArrays {
    public var arrays: PerOutput<Tensor> { .one(self) }
}

extension [Tensor]: ModelArrays {
    public var arrays: PerOutput<Tensor> { .list(self) }
}

extension [String: Tensor]: ModelArrays {
    public var arrays: PerOutput<Tensor> { .named(self) }
}

extension ModelArrays {
    /// The numbers of the arrays in host memory.
    /// - Throws: the error that one of them carries.
    func hostArrays() throws -> PerOutput<HostArray> {
        switch arrays {
        case .one(let tensor): .one(try tensor.hostArray())
        case .list(let tensors): .list(try tensors.map { try $0?.hostArray() })
        case .named(let tensors): .named(try tensors.mapValues { try $0.hostArray() })
        }
    }
}

/// A value for every output of a model (or every input): the same for all, a list in the model's order, or by name.
public enum PerOutput<Value> {
    case one(Value)
    case list([Value?])
    case named([String: Value])
}

extension PerOutput: ModelArrays where Value == Tensor {
    public var arrays: PerOutput<Tensor> { self }
}

extension PerOutput {
    /// Every value that was given.
    var all: [Value] {
        switch self {
        case .one(let value): [value]
        case .list(let values): values.compactMap { $0 }
        case .named(let values): values.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// The values in the model's order; nil where none is given.
    ///
    /// - Parameters:
    ///   - names: of the outputs (or inputs); nil: unknown, then only a list or one value will do.
    ///   - what: how errors call a value: `loss`, `label`.
    ///   - sharesOne: whether one value counts for all.
    /// - Throws: `KeratinError` for names that the model does not have, and lists of another length.
    func resolved(
        _ names: [String], what: String, sharesOne: Bool, at place: String
    ) throws -> [Value?] {
        switch self {
        case .one(let value):
            guard sharesOne || names.count == 1 else {
                throw KeratinError(
                    .invalidArgument,
                    "expects \(names.count) \(plural(what)) (\(list(names))), got 1",
                    at: place)
            }
            return names.map { _ in value }
        case .list(let values):
            guard values.count == names.count else {
                throw KeratinError(
                    .invalidArgument,
                    "expects \(names.count) \(names.count == 1 ? what : plural(what)) (\(list(names))), got \(values.count)",
                    at: place)
            }
            return values
        case .named(let values):
            for name in values.keys.sorted() where !names.contains(name) {
                throw KeratinError(
                    .unknownName,
                    "'\(name)' is unknown among the \(plural(what)): expected \(list(names))",
                    at: place)
            }
            return names.map { values[$0] }
        }
    }

    private func plural(_ what: String) -> String { what + (what.hasSuffix("s") ? "es" : "s") }

    private func list(_ names: [String]) -> String {
        names.map { "'\($0)'" }.joined(separator: ", ")
    }
}

import KeratinCore

/// Why a tensor has no numbers: the first thing that went wrong on the way to it.
final class TensorFailure: Sendable {
    let error: any Error
    /// What the tensor stands for, if it stands for several and is itself none of them.
    let results: TensorResults?

    init(_ error: any Error, _ results: TensorResults? = nil) {
        self.error = error
        self.results = results
    }
}

extension Tensor {
    /// Why there are no numbers, if an operation on the way to this tensor could not be done; nil if all went well.
    ///
    /// Arithmetic does not throw: a tensor carries the first error with it, and `floats()`, `item()`, `fit` and whatever else needs
    /// numbers throws it.
    public var error: (any Error)? {
        if case .failed(let failure) = storage { failure.error } else { nil }
    }

    /// Throws the error that the tensor carries, if there is one.
    public func check() throws {
        if let error { throw error }
    }

    /// What `body` gives, or a tensor that carries its error, or that of the first operand that has one.
    /// - Parameter shape: what the result's shape would be, for code that looks at it; by default that of the operand with most axes.
    package static func carrying(
        _ operands: [Tensor] = [], shape: @autoclosure () -> Shape? = nil,
        _ body: () throws -> Tensor
    ) -> Tensor {
        if let failed = operands.first(where: { $0.error != nil }) {
            return failed.failure.map { Tensor(failed: $0, shape() ?? failed.shape) } ?? failed
        }
        do {
            return try body()
        } catch {
            return Tensor(failed: error, like: operands, shape: shape())
        }
    }

    /// The same for several results.
    package static func carrying(
        count: Int, _ operands: [Tensor], _ body: () throws -> [Tensor]
    ) -> [Tensor] {
        if let failed = operands.first(where: { $0.error != nil }) {
            return [Tensor](repeating: failed, count: count)
        }
        do {
            return try body()
        } catch {
            return [Tensor](repeating: Tensor(failed: error, like: operands), count: count)
        }
    }

    /// A tensor that carries an error.
    package init(failed error: any Error, like operands: [Tensor] = [], shape: Shape? = nil) {
        let widest = operands.max { $0.rank < $1.rank }
        self.init(failed: TensorFailure(error), shape ?? widest?.shape ?? .scalar)
    }

    var failure: TensorFailure? {
        if case .failed(let failure) = storage { failure } else { nil }
    }
}

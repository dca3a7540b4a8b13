import KeratinTensor

/// Where the code of a function lies: what tells that a function given to `compile` is one that was registered.
///
/// Swift has no equality of functions. A global function, and a closure that captures nothing, is an address and an empty context, and
/// stays the same two words wherever it is handed on as a value of one type. Not of a generic one: there functions are wrapped.
package struct FunctionAddress: Hashable, Sendable {
    private struct Activation {
        let function: @Sendable (Tensor) throws -> Tensor
    }
    private struct Comparison {
        let function: @Sendable (Tensor, Tensor) throws -> Tensor
    }

    private let code: UInt

    /// The address of an activation function; nil for a closure that captures something: two of the same code may do different things.
    package init?(_ function: @escaping @Sendable (Tensor) throws -> Tensor) {
        self.init(words: Activation(function: function))
    }

    /// The address of a loss or a metric; nil for a closure that captures something.
    package init?(_ function: @escaping @Sendable (Tensor, Tensor) throws -> Tensor) {
        self.init(words: Comparison(function: function))
    }

    private init?<Words>(words: Words) {
        precondition(MemoryLayout<Words>.size == 2 * MemoryLayout<UInt>.size)
        let words = withUnsafeBytes(of: words) { $0.load(as: (code: UInt, context: UInt).self) }
        guard words.context == 0 else { return nil }
        code = words.code
    }
}

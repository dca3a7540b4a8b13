import KeratinCore

/// The parts of a tensor along its first axis: `for row in matrix { … }`.
extension Tensor: Sequence {
    /// Walks over the parts once.
    public struct Iterator: IteratorProtocol {
        fileprivate let tensor: Tensor
        fileprivate var index = 0

        /// The next part; nil at the end. A tensor that carries an error gives itself once, several results one after the other.
        public mutating func next() -> Tensor? {
            if let results = tensor.failure?.results {
                guard index < results.tensors.count else { return nil }
                defer { index += 1 }
                return results.tensors[index]
            }
            let extent = tensor.error == nil ? tensor.shape.dimensions.first ?? 0 : 1
            guard index < extent else { return nil }
            defer { index += 1 }
            return tensor.error == nil ? tensor[index] : tensor
        }
    }

    public func makeIterator() -> Iterator { Iterator(tensor: self) }

    /// The length of the first axis.
    public var underestimatedCount: Int { Swift.max(shape.dimensions.first ?? 0, 0) }
}

import KeratinCore
import KeratinTensor

/// What shapes a layer gives.
extension Layer {
    /// The shape of the first result for a float input of a shape.
    public final func outputShape(for inputShape: [Int?]) throws -> [Int?] {
        try outputTypes(for: [SymbolicType(inputShape)], CallContext()).first?.extents ?? []
    }

    func tracedTypes(
        _ inputs: [SymbolicType], _ context: CallContext
    ) throws -> [SymbolicType] {
        let named = context.allTensors.filter(\.isSymbolic).map { SymbolicType(of: $0) }
        do {
            return try SymbolicType.results(of: inputs + named) { arguments in
                var rest = arguments.dropFirst(inputs.count).makeIterator()
                let values = context.allTensors.map { $0.isSymbolic ? rest.next() ?? $0 : $0 }
                return try apply(Array(arguments.prefix(inputs.count)), context.replacing(values))
            }
        } catch let error as KeratinError {
            throw error.nested(in: place)
        }
    }
}

/// A shape with unknown extents as Keras prints it: `(None, 28, 28, 1)`.
package func describe(_ shape: [Int?]) -> String { Shape.description(shape) }

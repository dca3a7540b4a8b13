/// What one launch computes: a primitive, or a fused operation that deserves its own kernel.
public enum Operation: Hashable, Sendable, CustomStringConvertible {
    case primitive(Primitive)
    case fused(any FusedOperation)

    public static func == (left: Operation, right: Operation) -> Bool {
        switch (left, right) {
        case (.primitive(let a), .primitive(let b)): a == b
        case (.fused(let a), .fused(let b)): a.isEqual(to: b)
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .primitive(let primitive): hasher.combine(primitive)
        case .fused(let fused): fused.hash(into: &hasher)
        }
    }

    /// A short name for printing and profiling.
    public var name: String {
        switch self {
        case .primitive(let primitive): primitive.name
        case .fused(let fused): fused.name
        }
    }

    public var description: String {
        switch self {
        case .primitive(let primitive): "\(primitive)"
        case .fused(let fused): "\(fused)"
        }
    }

    /// The types of the results.
    /// - Throws: `KeratinError` that names the operation, what it got and what it expects.
    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        switch self {
        case .primitive(let primitive): return [try primitive.resultType(inputs)]
        case .fused(let fused):
            do throws(KeratinError) {
                return try fused.resultTypes(inputs)
            } catch {
                throw error.located(at: fused.name)
            }
        }
    }
}

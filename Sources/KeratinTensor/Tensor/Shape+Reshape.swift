import KeratinCore

extension Shape {
    /// The target of a reshape, in which one extent may be −1.
    package func resolve(target: Shape) throws -> Shape {
        let unknown = target.dimensions.filter { $0 == -1 }.count
        let known = Shape(target.dimensions.filter { $0 != -1 }).count
        var result = target
        if unknown == 1, known > 0, count % known == 0 {
            result.dimensions = target.dimensions.map { $0 == -1 ? count / known : $0 }
        }
        guard result.count == count, result.dimensions.allSatisfy({ $0 >= 0 }) else {
            throw KeratinError(
                .shapeMismatch, "\(self) with \(count) elements cannot take the shape \(target)")
        }
        return result
    }
}

import KeratinCore
import KeratinTensor

/// How a layer comes to its weights.
extension Layer {
    /// Builds the layer for a shape unless it is built. If that fails, nothing of it is left.
    public final func buildIfNeeded(inputShape: [Int?]) throws {
        try buildIfNeeded(inputShapes: [inputShape])
    }

    /// Builds the layer for shapes unless it is built. If that fails, nothing of it is left.
    public final func buildIfNeeded(inputShapes: [[Int?]]) throws {
        try lock.withLock {
            guard !isBuilt else { return }
            do {
                if let mistake { throw mistake }
                try build(inputShapes: inputShapes)
            } catch {
                unbuild()
                throw (error as? KeratinError)?.nested(in: place) ?? error
            }
            for weight in sublayers.flatMap(\.weights) { weight.path = "\(name)/\(weight.path)" }
            isBuilt = true
            noteChange()
        }
    }

    /// For layers whose parts were built by themselves.
    package final func markBuilt() { isBuilt = true }

    /// Builds the layer for inputs if it is not built, and runs code whose errors name the layer.
    package final func inPlace<Result>(
        _ inputs: [Tensor], _ body: () throws -> Result
    ) throws -> Result {
        let keepsBatch = isStateful
        return try lock.withLock {
            try buildIfNeeded(
                inputShapes: inputs.map { input in
                    let batch = keepsBatch ? input.shape.dimensions.first : nil
                    return [batch] + input.shape.dimensions.dropFirst().map { $0 }
                })
            do {
                guard let trace = Trace.current else { return try body() }
                return try trace.inScope(place, body)
            } catch let error as KeratinError {
                throw error.nested(in: place)
            }
        }
    }

    /// The last extent of an input shape, which `build` needs to know.
    package func channels(of inputShape: [Int?], minimumRank: Int) throws -> Int {
        guard inputShape.count >= minimumRank, let last = inputShape.last, let channels = last
        else {
            throw KeratinError(
                .shapeMismatch,
                "expects rank \(minimumRank) or more with a known last extent, got \(describe(inputShape))"
            )
        }
        return channels
    }
}

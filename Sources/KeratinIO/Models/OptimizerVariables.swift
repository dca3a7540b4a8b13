import KeratinCore
import KeratinLayers
import KeratinModels

/// What an optimizer keeps, as files hold it.
extension Model {
    /// The optimizer's variables in the order of files; nil if the model is not compiled, or never began to train.
    func optimizerVariables() throws -> [RawArray]? {
        guard let state = training?.optimizer, state.numberCount != nil else { return nil }
        return try state.getVariables().map { variable in
            let shape = variable.shape.dimensions
            switch variable.values {
            case .float32(let values): return RawArray(values, shape: shape)
            case .int32(let values):
                return try RawArray(
                    .int32, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
            case .int64(let values):
                return try RawArray(
                    .int64, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
            }
        }
    }

    /// Stores a file's variables. If they do not fit the optimizer it starts anew, with a warning, as in Keras.
    /// - Parameter version: of the Keras that wrote the file, if the file says so. Whatever it says, the variables'
    ///   shapes decide; it only comes first where several layouts have the same shapes.
    func setOptimizerVariables(_ arrays: [RawArray], version: String? = nil) throws {
        let session = try compiledSession()
        let backend = try resolvedBackend()
        try session.prepare(self, backend)
        // A model with steps of its own is laid out by these; here its optimizer is wanted before.
        try session.layOut(self, backend)
        let own = try session.optimizer.variableNames()
        let variables = arrays.enumerated().map { index, array in
            OptimizerVariable(
                name: index < own.count ? own[index] : "\(index)", shape: Shape(array.shape),
                values: array.type == .int64
                    ? .int64((try? array.integers()) ?? []) : .float32(array.floats))
        }
        do {
            let isOld = version?.hasPrefix("2.") ?? false
            try session.optimizer.setVariables(
                variables, layouts: isOld ? [.tfKeras, .keras3] : [.keras3, .tfKeras])
        } catch let error as KeratinError {
            // An optimizer that never stepped was saved without its slots: there is nothing to go on from.
            if arrays.count < own.count, arrays.first?.floats == [0] { return }
            warn("the optimizer starts anew, the file's variables do not fit it: \(error)")
        }
    }
}

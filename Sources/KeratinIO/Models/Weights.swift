import KeratinCore
import KeratinLayers
import KeratinModels

extension Model {
    /// Saves the weights, and what the optimizer keeps, as a `.weights.h5` file of Keras 3.
    public func saveWeights(_ path: String) throws {
        try requireBuilt()
        guard path.hasSuffix(".weights.h5") else {
            throw KeratinError(
                .invalidArgument, "weights are saved as .weights.h5 files, got the name '\(path)'",
                at: name)
        }
        try FileAccess.write(HDF5Writer.write(weightsTree()), to: path)
    }

    /// Loads weights from a `.weights.h5` or `.keras` file of Keras 3, all of them or none, and what the optimizer kept if
    /// the model is compiled.
    ///
    /// - Parameter skipMismatch: whether weights that do not fit are left as they are, with a warning.
    /// - Throws: `KeratinError` that lists everything that is missing, too much or of another shape.
    public func loadWeights(_ path: String, skipMismatch: Bool = false) throws {
        try requireBuilt()
        let root = try WeightsFile.read(path)
        do {
            try WeightsTree(self).load(root, skipsMismatch: skipMismatch)
        } catch let error as KeratinError {
            throw error.nested(in: path)
        }
        if training != nil, let variables = root.variables(at: "optimizer") {
            try setOptimizerVariables(variables)
        }
    }
}

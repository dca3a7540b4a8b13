import KeratinModels
import KeratinTensor

extension Predictor {
    /// The predictions of the model in a `.keras` file, made here or by Keras 3.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - backend: what predictions run on; nil: the backend in force.
    /// - Throws: `KeratinError` for a file that cannot be loaded, and a model that keeps a state between batches; `BackendError`
    ///   if the backend cannot be opened.
    public convenience init(_ path: String, backend: BackendChoice? = nil) throws {
        let load = { try loadModel(path, compile: false) }
        try self.init(try backend.map { try withBackend($0, load) } ?? load())
    }
}

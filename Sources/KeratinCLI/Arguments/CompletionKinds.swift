import ArgumentParser

extension CompletionKind {
    /// Files of models.
    static var models: CompletionKind {
        .file(extensions: ["keras", "h5", "hdf5", "json", "yaml"])
    }
    /// Files of models or of weights.
    static var weights: CompletionKind {
        .file(extensions: ["keras", "h5", "hdf5", "json", "safetensors", "npz"])
    }
    /// Files of drawn models.
    static var drawings: CompletionKind { .file(extensions: ["svg", "png", "pdf", "dot"]) }
    /// Files of figures.
    static var figures: CompletionKind { .file(extensions: ["json", "csv", "svg", "png", "pdf"]) }
}

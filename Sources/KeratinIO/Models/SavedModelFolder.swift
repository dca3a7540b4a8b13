import KeratinCore

/// A folder of TensorFlow's SavedModel format.
enum SavedModelFolder {
    /// - Throws: `KeratinError` for such a folder, with the way to a file that can be read.
    static func refuse(_ path: String) throws {
        guard FileAccess.exists("\(path)/saved_model.pb") || path.hasSuffix("saved_model.pb") else {
            return
        }
        let folder = path.hasSuffix("/saved_model.pb") ? String(path.dropLast(15)) : path
        throw KeratinError(
            .unavailable,
            "is a SavedModel of TensorFlow, which holds TensorFlow's graph; in Python, tf.keras.models.load_model('\(folder)').save('model.h5') makes a file that can be read",
            at: path)
    }
}

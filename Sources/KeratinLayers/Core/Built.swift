import KeratinCore

/// What `build` made for a layer: a weight, or a layer inside.
/// - Throws: `KeratinError` if it is not there yet; the layer that is called adds its name.
func built<Part>(_ part: Part?) throws -> Part {
    guard let part else { throw KeratinError(.invalidState, "is not built") }
    return part
}

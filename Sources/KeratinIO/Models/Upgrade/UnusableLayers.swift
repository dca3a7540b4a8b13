import KeratinCore
import KeratinLayers

/// What of old files cannot be had, and what to do about it.
enum UnusableLayers {
    static let mergeFunction =
        "a Merge layer that calls a Python function cannot be run: replace it in Keras by one with a named mode (sum, mul, concat, ave, max, dot)"
}

import KeratinCore
import KeratinLayers

/// What a net without its classifier ends with, in place of a map of features: one number for each feature.
public enum ImagePooling: String, Hashable, Sendable, CaseIterable {
    /// The mean over all places.
    case avg
    /// The largest of all places.
    case max
}

/// What stands for a pooling: `.avg`, `"avg"`.
public protocol ImagePoolingConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func imagePooling() throws -> ImagePooling
}

extension ImagePooling: ImagePoolingConvertible {
    /// Itself.
    public func imagePooling() throws -> ImagePooling { self }
}

extension ImagePoolingConvertible where Self == ImagePooling {
    /// See `ImagePooling.avg`.
    @_disfavoredOverload
    public static var avg: ImagePooling { ImagePooling.avg }
    /// See `ImagePooling.max`.
    @_disfavoredOverload
    public static var max: ImagePooling { ImagePooling.max }
}

extension String: ImagePoolingConvertible {
    /// By Keras's name: `avg`, `max`.
    public func imagePooling() throws -> ImagePooling {
        guard let pooling = ImagePooling(rawValue: lowercased()) else {
            throw unknownName(self, among: ImagePooling.allCases.map(\.rawValue), what: "pooling")
        }
        return pooling
    }
}

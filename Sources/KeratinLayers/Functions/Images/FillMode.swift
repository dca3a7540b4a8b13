import KeratinCore
import KeratinTensor

/// What lies beyond the edges of an image. Letters below stand for pixels, of which the image has abcd.
public enum FillMode: String, Hashable, Sendable, CaseIterable {
    /// dcba|abcd|dcba
    case reflect
    /// abcd|abcd|abcd
    case wrap
    /// kkkk|abcd|kkkk, where k is the fill value.
    case constant
    /// aaaa|abcd|dddd
    case nearest
    /// dcb|abcd|cba; only `ops.image.mapCoordinates` and `RandomElasticTransform` have it.
    case mirror
}

/// What stands for a fill mode: `.reflect`, `"reflect"`.
public protocol FillModeConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func fillMode() throws -> FillMode
}

extension FillMode: FillModeConvertible {
    /// This mode.
    public func fillMode() throws -> FillMode { self }
}

extension String: FillModeConvertible {
    /// The mode of Keras's name.
    public func fillMode() throws -> FillMode {
        guard let mode = FillMode(rawValue: lowercased()) else {
            throw unknownName(self, among: FillMode.allCases.map(\.rawValue), what: "fill mode")
        }
        return mode
    }
}

extension FillModeConvertible where Self == FillMode {
    /// See `FillMode.reflect`.
    @_disfavoredOverload
    public static var reflect: FillMode { FillMode.reflect }
    /// See `FillMode.wrap`.
    @_disfavoredOverload
    public static var wrap: FillMode { FillMode.wrap }
    /// See `FillMode.constant`.
    @_disfavoredOverload
    public static var constant: FillMode { FillMode.constant }
    /// See `FillMode.nearest`.
    @_disfavoredOverload
    public static var nearest: FillMode { FillMode.nearest }
    /// See `FillMode.mirror`.
    @_disfavoredOverload
    public static var mirror: FillMode { FillMode.mirror }
}

extension FillMode {
    /// Where a place along an axis lies in the image: within 0...extent − 1, except in the mode `constant`, which leaves places as they are.
    func places(_ x: Tensor, _ extent: Int) -> Tensor {
        if self == .constant { return x }
        guard extent > 1 else { return x * 0 }
        let (n, last) = (Double(extent), Double(extent - 1))
        let isBefore = x.binary(.less, 0)
        let isBehind = x.binary(.greater, last)
        let moved: Tensor
        switch self {
        case .reflect, .mirror:
            // Every other copy of the image is turned around.
            let low = x + (x * (-0.5 / n)).unary(.floor) * (2 * n)
            let before = low.binary(.less, -n).select(low + 2 * n, low * -1 - 1)
            let high = x - (x * (0.5 / n)).unary(.floor) * (2 * n)
            let behind = high.binary(.greaterEqual, n).select(high * -1 + (2 * n - 1), high)
            moved = isBefore.select(before, isBehind.select(behind, x))
        case .wrap:
            let before = x + ((x * (-1 / last)).unary(.floor) + 1) * n
            let behind = x - (x * (1 / last)).unary(.floor) * n
            moved = isBefore.select(before, isBehind.select(behind, x))
        case .nearest, .constant: moved = x
        }
        return moved.clipped(0, last)
    }
}

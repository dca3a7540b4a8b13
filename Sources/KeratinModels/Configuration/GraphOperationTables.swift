import KeratinCore
import KeratinLayers
import KeratinTensor

// How each of Keras's operations, by the name of its class, is applied here. `ops` has the functions.

extension GraphOperations {
    /// Numbers, element by element.
    static let numbers: [String: Operation] = [
        "Tan": { [try ops.tan($0.tensor(0))] }, "Sinh": { [try ops.sinh($0.tensor(0))] },
        "Cosh": { [try ops.cosh($0.tensor(0))] }, "Arctanh": { [try ops.arctanh($0.tensor(0))] },
        "Arccosh": { [try ops.arccosh($0.tensor(0))] }, "Exp2": { [try ops.exp2($0.tensor(0))] },
        "Log2": { [try ops.log2($0.tensor(0))] }, "Log10": { [try ops.log10($0.tensor(0))] },
        "Cbrt": { [try ops.cbrt($0.tensor(0))] }, "Trunc": { [try ops.trunc($0.tensor(0))] },
        "Deg2rad": { [try ops.deg2rad($0.tensor(0))] },
        "Rad2deg": { [try ops.rad2deg($0.tensor(0))] }, "Sinc": { [try ops.sinc($0.tensor(0))] },
        "Fabs": { [try $0.tensor(0).cast(to: .float32).unary(.abs)] },
        "Copy": { [try ops.copy($0.tensor(0))] }, "Isinf": { [try ops.isinf($0.tensor(0))] },
        "Isposinf": { [try ops.isposinf($0.tensor(0))] },
        "Isneginf": { [try ops.isneginf($0.tensor(0))] },
        "NanToNum": {
            [
                try ops.nanToNum(
                    $0.tensor(0), nan: $0.number("nan", default: 0),
                    posinf: $0.optionalNumber("posinf"), neginf: $0.optionalNumber("neginf"))
            ]
        },
        "LogicalNot": { [try ops.logicalNot($0.tensor(0))] },
        "LogicalAnd": { [try ops.logicalAnd($0.either(0), $0.either(1))] },
        "LogicalOr": { [try ops.logicalOr($0.either(0), $0.either(1))] },
        "LogicalXor": { [try ops.logicalXor($0.either(0), $0.either(1))] },
        "FloorDivide": { [try ops.floorDivide($0.either(0), $0.either(1))] },
        "Fmod": { [try ops.fmod($0.either(0), $0.either(1))] },
        "Fmax": { [try ops.fmax($0.either(0), $0.either(1))] },
        "Fmin": { [try ops.fmin($0.either(0), $0.either(1))] },
        "DivideNoNan": { [try ops.divideNoNan($0.either(0), $0.either(1))] },
        "Logaddexp": { [try ops.logaddexp($0.either(0), $0.either(1))] },
        "Hypot": { [try ops.hypot($0.either(0), $0.either(1))] },
        "Heaviside": { [try ops.heaviside($0.tensor(0), $0.either(1))] },
        "Isclose": {
            [
                try ops.isclose(
                    $0.tensor(0), $0.tensor(1), rtol: $0.argument(2, "rtol")?.asNumber ?? 1e-5,
                    atol: $0.argument(3, "atol")?.asNumber ?? 1e-8, equalNan: $0.flag("equal_nan"))
            ]
        },
        "AllClose": {
            [
                try ops.allclose(
                    $0.tensor(0), $0.tensor(1), rtol: $0.number("rtol", default: 1e-5),
                    atol: $0.number("atol", default: 1e-8), equalNan: $0.flag("equal_nan"))
            ]
        },
        "Cast": {
            guard let type = try $0.dtype() else { throw $0.wrong("has no dtype") }
            return [try $0.tensor(0).cast(to: type)]
        },
        "ConvertToTensor": { [try ops.convertToTensor($0.tensor(0), dtype: $0.dtype())] },
        "Clip": {
            guard let low = $0.value("x_min")?.asNumber, let high = $0.value("x_max")?.asNumber
            else { throw $0.wrong("needs x_min and x_max as numbers") }
            return [try $0.tensor(0).clipped(low, high)]
        },
        "Where": { [try ops.where($0.tensor(0), $0.either(1), $0.either(2))] },
        "StopGradient": { [try $0.tensor(0).stoppingGradient()] },
        "ZerosLike": { [try ops.zerosLike($0.tensor(0), dtype: $0.dtype())] },
        "OnesLike": { [try ops.onesLike($0.tensor(0), dtype: $0.dtype())] },
        "FullLike": {
            guard let value = $0.argument(1, "fill_value")?.asNumber else {
                throw $0.wrong("needs fill_value as a number")
            }
            return [try ops.fullLike($0.tensor(0), value, dtype: $0.dtype())]
        },
        "Dropout": {
            [
                try random.dropout(
                    $0.tensor(0), $0.number("rate", default: 0),
                    seed: $0.integers("seed")?.first.map { UInt64(truncatingIfNeeded: $0) })
            ]
        },
    ]

    /// A reduction over axes.
    private static func over(
        _ body: @escaping @Sendable (Tensor, (any AxisConvertible)?, Bool) throws -> Tensor
    ) -> Operation {
        { [try body($0.tensor(0), $0.axis("axis"), $0.flag("keepdims"))] }
    }

    static let reductions: [String: Operation] = [
        "Sum": over { ops.sum($0, axis: $1, keepDims: $2) },
        "Prod": over { ops.prod($0, axis: $1, keepDims: $2) },
        "Max": over { ops.max($0, axis: $1, keepDims: $2) },
        "Amax": over { ops.max($0, axis: $1, keepDims: $2) },
        "Min": over { ops.min($0, axis: $1, keepDims: $2) },
        "Amin": over { ops.min($0, axis: $1, keepDims: $2) },
        "Mean": over { ops.mean($0, axis: $1, keepDims: $2) },
        "Var": over { ops.var($0, axis: $1, keepDims: $2) },
        "Std": over { ops.std($0, axis: $1, keepDims: $2) },
        "Any": over { ops.any($0, axis: $1, keepDims: $2) },
        "All": over { ops.all($0, axis: $1, keepDims: $2) },
        "Ptp": over { ops.ptp($0, axis: $1, keepDims: $2) },
        "Logsumexp": over { ops.logsumexp($0, axis: $1, keepDims: $2) },
        "Nansum": over { ops.nansum($0, axis: $1, keepDims: $2) },
        "Nanmax": over { ops.nanmax($0, axis: $1, keepDims: $2) },
        "Nanmin": over { ops.nanmin($0, axis: $1, keepDims: $2) },
        "Nanmean": over { ops.nanmean($0, axis: $1, keepDims: $2) },
        "CountNonzero": over { x, axis, _ in ops.countNonzero(x, axis: axis) },
        "Argmax": over { ops.argmax($0, axis: $1?.axes.first, keepDims: $2) },
        "Argmin": over { ops.argmin($0, axis: $1?.axes.first, keepDims: $2) },
        "Moments": {
            guard let axes = try $0.axis("axes") else { throw $0.wrong("has no axes") }
            let moments = try ops.moments($0.tensor(0), axes: axes, keepDims: $0.flag("keepdims"))
            return [moments.mean, moments.variance]
        },
        "Average": {
            [
                try ops.average(
                    $0.tensor(0), axis: $0.axis("axis"), weights: $0.optionalTensor(1, "weights"))
            ]
        },
        "Cumsum": { [try ops.cumsum($0.tensor(0), axis: $0.integers("axis")?.first)] },
        "Cumprod": { [try ops.cumprod($0.tensor(0), axis: $0.integers("axis")?.first)] },
        "Diff": {
            [
                try ops.diff(
                    $0.tensor(0), n: $0.integer("n", default: 1),
                    axis: $0.integer("axis", default: -1))
            ]
        },
        "Trapezoid": {
            guard $0.value("x") == nil else { throw $0.wrong("is there with dx only") }
            return [
                try ops.trapezoid(
                    $0.tensor(0), dx: $0.number("dx", default: 1),
                    axis: $0.integer("axis", default: -1))
            ]
        },
    ]
}

import KeratinCore
import KeratinLayers
import KeratinTensor

// Operations on numbers, orders, segments, windows and transforms: by the names of Keras's classes.

extension GraphOperations {
    /// A function of one tensor.
    private static func each(_ body: @escaping @Sendable (Tensor) -> Tensor) -> Operation {
        { [body(try $0.tensor(0))] }
    }

    /// A function of two tensors or numbers.
    private static func both(
        _ body: @escaping @Sendable (any TensorConvertible, any TensorConvertible) -> Tensor
    ) -> Operation {
        { [body(try $0.either(0), try $0.either(1))] }
    }

    static let angles: [String: Operation] = [
        "Arcsin": each { ops.arcsin($0) }, "Arccos": each { ops.arccos($0) },
        "Arcsinh": each { ops.arcsinh($0) }, "Arctan2": both { ops.arctan2($0, $1) },
        "Signbit": each { ops.signbit($0) }, "Angle": each { ops.angle($0) },
        "Real": each { ops.real($0) }, "Imag": each { ops.imag($0) },
        "Conjugate": each { ops.conjugate($0) }, "Conj": each { ops.conjugate($0) },
        "Isreal": each { ops.isreal($0) }, "Erfinv": each { ops.erfinv($0) },
        "I0": each { ops.i0($0) }, "Ldexp": both { ops.ldexp($0, $1) },
        "Logaddexp2": both { ops.logaddexp2($0, $1) }, "Nextafter": both { ops.nextafter($0, $1) },
        "PSNR": {
            [try ops.psnr($0.tensor(0), $0.tensor(1), $0.number("max_val", default: 1))]
        },
        "Array": { [try ops.array($0.tensor(0), dtype: $0.dtype())] },
        "EmptyLike": { [try ops.emptyLike($0.tensor(0), dtype: $0.dtype())] },
        "SaturateCast": {
            guard let type = try $0.dtype() else { throw $0.wrong("has no dtype") }
            return [try ops.saturateCast($0.tensor(0), type)]
        },
    ]

    static let wholeNumbers: [String: Operation] = [
        "BitwiseAnd": both { ops.bitwiseAnd($0, $1) }, "BitwiseOr": both { ops.bitwiseOr($0, $1) },
        "BitwiseXor": both { ops.bitwiseXor($0, $1) },
        "BitwiseInvert": each { ops.bitwiseInvert($0) },
        "BitwiseNot": each { ops.bitwiseNot($0) },
        "BitwiseLeftShift": both { ops.bitwiseLeftShift($0, $1) },
        "LeftShift": both { ops.leftShift($0, $1) },
        "BitwiseRightShift": both { ops.bitwiseRightShift($0, $1) },
        "RightShift": both { ops.rightShift($0, $1) }, "Gcd": both { ops.gcd($0, $1) },
        "Lcm": both { ops.lcm($0, $1) },
    ]

    /// A reduction over axes.
    private static func over(
        _ body: @escaping @Sendable (Tensor, (any AxisConvertible)?, Bool) -> Tensor
    ) -> Operation {
        { [body(try $0.tensor(0), try $0.axis("axis"), try $0.flag("keepdims"))] }
    }

    /// A function of shares, one number or several.
    private static func shares(
        _ single:
            @escaping @Sendable (Tensor, Double, (any AxisConvertible)?, String, Bool) -> Tensor,
        _ several:
            @escaping @Sendable (Tensor, [Double], (any AxisConvertible)?, String, Bool) -> Tensor
    ) -> Operation {
        { call in
            let (x, axis) = (try call.tensor(0), try call.axis("axis"))
            let (method, keeps) = (
                call.text("method", default: "linear"), try call.flag("keepdims")
            )
            let q = call.argument(1, "q")
            if let number = q?.asNumber { return [single(x, number, axis, method, keeps)] }
            guard case .list(let values)? = q else {
                throw call.wrong("needs q as a number or a list of numbers")
            }
            return [several(x, values.compactMap(\.asNumber), axis, method, keeps)]
        }
    }

    static let orders: [String: Operation] = [
        "Sort": { [try ops.sort($0.tensor(0), axis: $0.sortAxis())] },
        "Argsort": { [try ops.argsort($0.tensor(0), axis: $0.sortAxis())] },
        "Argpartition": {
            [
                try ops.argpartition(
                    $0.tensor(0), $0.integer("kth", default: 0), axis: $0.sortAxis())
            ]
        },
        "TopK": {
            let top = try ops.topK($0.tensor(0), $0.integer("k", default: 1))
            return [top.values, top.indices]
        },
        "SearchSorted": {
            [
                try ops.searchsorted(
                    $0.tensor(0), $0.tensor(1), side: $0.text("side", default: "left"))
            ]
        },
        "Digitize": { [try ops.digitize($0.tensor(0), $0.tensor(1))] },
        "IsIn": {
            [
                try ops.isin(
                    $0.tensor(0), $0.tensor(1), assumeUnique: $0.flag("assume_unique"),
                    invert: $0.flag("invert"))
            ]
        },
        "Median": over { ops.median($0, axis: $1, keepDims: $2) },
        "Nanmedian": over { ops.nanmedian($0, axis: $1, keepDims: $2) },
        "Quantile": shares(
            { ops.quantile($0, $1, axis: $2, method: $3, keepDims: $4) },
            { ops.quantile($0, $1, axis: $2, method: $3, keepDims: $4) }),
        "Percentile": shares(
            { ops.percentile($0, $1, axis: $2, method: $3, keepDims: $4) },
            { ops.percentile($0, $1, axis: $2, method: $3, keepDims: $4) }),
        "Nanquantile": shares(
            { ops.nanquantile($0, $1, axis: $2, method: $3, keepDims: $4) },
            { ops.nanquantile($0, $1, axis: $2, method: $3, keepDims: $4) }),
        "Nanpercentile": shares(
            { ops.nanpercentile($0, $1, axis: $2, method: $3, keepDims: $4) },
            { ops.nanpercentile($0, $1, axis: $2, method: $3, keepDims: $4) }),
        "Nanprod": over { ops.nanprod($0, axis: $1, keepDims: $2) },
        "Nanvar": over { ops.nanvar($0, axis: $1, keepDims: $2) },
        "Nanstd": over { ops.nanstd($0, axis: $1, keepDims: $2) },
        "Nancumsum": { [try ops.nancumsum($0.tensor(0), axis: $0.integers("axis")?.first)] },
        "Nancumprod": { [try ops.nancumprod($0.tensor(0), axis: $0.integers("axis")?.first)] },
        "Nanargmax": over { ops.nanargmax($0, axis: $1?.axes.first, keepDims: $2) },
        "Nanargmin": over { ops.nanargmin($0, axis: $1?.axes.first, keepDims: $2) },
        "Histogram": {
            let range: (Double, Double)?
            if case .list(let ends)? = $0.value("range"), ends.count == 2,
                let low = ends[0].asNumber, let high = ends[1].asNumber
            {
                range = (low, high)
            } else {
                range = nil
            }
            let histogram = try ops.histogram(
                $0.tensor(0), bins: $0.integer("bins", default: 10), range: range)
            return [histogram.counts, histogram.edges]
        },
    ]

    static let segments: [String: Operation] = [
        "SegmentMax": {
            [
                try ops.segmentMax(
                    $0.tensor(0), $0.tensor(1), numSegments: $0.integers("num_segments")?.first)
            ]
        },
        "SegmentMin": {
            [
                try ops.segmentMin(
                    $0.tensor(0), $0.tensor(1), numSegments: $0.integers("num_segments")?.first)
            ]
        },
        "SegmentProd": {
            [
                try ops.segmentProd(
                    $0.tensor(0), $0.tensor(1), numSegments: $0.integers("num_segments")?.first)
            ]
        },
        "ScatterUpdate": {
            [
                try ops.scatterUpdate(
                    $0.tensor(0), $0.tensor(1), $0.tensor(2),
                    reduction: $0.value("reduction")?.asText)
            ]
        },
        "UnravelIndex": {
            guard let shape = try $0.integers("shape") else { throw $0.wrong("has no shape") }
            return ops.unravelIndex(try $0.tensor(0), shape)
        },
    ]

    static let arrangements: [String: Operation] = [
        "Hsplit": {
            try cut($0, { ops.hsplit($0, $1) }, { ops.hsplit($0, indices: $1) })
        },
        "Vsplit": {
            try cut($0, { ops.vsplit($0, $1) }, { ops.vsplit($0, indices: $1) })
        },
        "Dsplit": {
            try cut($0, { ops.dsplit($0, $1) }, { ops.dsplit($0, indices: $1) })
        },
        "DepthToSpace": {
            [
                try ops.depthToSpace(
                    $0.tensor(0), $0.integer("block_size", default: 1),
                    dataFormat: $0.text("data_format", default: "channels_last"))
            ]
        },
        "SpaceToDepth": {
            [
                try ops.spaceToDepth(
                    $0.tensor(0), $0.integer("block_size", default: 1),
                    dataFormat: $0.text("data_format", default: "channels_last"))
            ]
        },
        "Rearrange": { call in
            guard let pattern = call.argument(1, "pattern")?.asText else {
                throw call.wrong("has no pattern")
            }
            var lengths = [String: Int]()
            for (name, operand) in call.named {
                if case .value(.integer(let length)) = operand { lengths[name] = length }
            }
            return [ops.rearrange(try call.tensor(0), pattern, lengths)]
        },
        "ExtractSequences": {
            [
                try ops.extractSequences(
                    $0.tensor(0), $0.integer("sequence_length", default: 1),
                    $0.integer("sequence_stride", default: 1))
            ]
        },
        "Vander": {
            [
                try ops.vander(
                    $0.tensor(0), $0.integers("N")?.first, increasing: $0.flag("increasing"))
            ]
        },
        "Kron": { [try ops.kron($0.tensor(0), $0.tensor(1))] },
        "Cross": {
            [
                try ops.cross(
                    $0.tensor(0), $0.tensor(1), axisa: $0.integer("axisa", default: -1),
                    axisb: $0.integer("axisb", default: -1),
                    axisc: $0.integer("axisc", default: -1), axis: $0.integers("axis")?.first)
            ]
        },
        "Corrcoef": each { ops.corrcoef($0) },
        "CDist": { [try ops.cdist($0.tensor(0), $0.tensor(1))] },
        "Correlate": {
            [
                try ops.correlate(
                    $0.tensor(0), $0.tensor(1), mode: $0.text("mode", default: "valid"))
            ]
        },
        "Select": { call in
            guard call.operands.count >= 2, case .list(let conditions) = call.operands[0],
                case .list(let choices) = call.operands[1]
            else { throw call.wrong("needs lists of conditions and choices") }
            return [
                ops.select(
                    try conditions.map(call.tensor), try choices.map(call.tensor),
                    default: call.argument(2, "default")?.asNumber ?? 0)
            ]
        },
    ]

    private static func cut(
        _ call: Call, _ sections: (Tensor, Int) -> [Tensor], _ places: (Tensor, [Int]) -> [Tensor]
    ) throws -> [Tensor] {
        guard let numbers = try call.integers("indices_or_sections"), !numbers.isEmpty else {
            throw call.wrong("needs indices_or_sections")
        }
        if case .list? = call.value("indices_or_sections") {
            return places(try call.tensor(0), numbers)
        }
        return sections(try call.tensor(0), numbers[0])
    }

    /// A pair of tensors, the real and the imaginary parts of complex numbers.
    private static func complex(_ call: Call) throws -> ops.ComplexPair {
        let parts = try call.tensors()
        guard parts.count == 2 else { throw call.wrong("needs real and imaginary parts") }
        return (parts[0], parts[1])
    }

    static let transforms: [String: Operation] = [
        "FFT": {
            let y = ops.fft(try complex($0))
            return [y.real, y.imaginary]
        },
        "FFT2": {
            let y = ops.fft2(try complex($0))
            return [y.real, y.imaginary]
        },
        "IFFT2": {
            let y = ops.ifft2(try complex($0))
            return [y.real, y.imaginary]
        },
        "RFFT": {
            let y = try ops.rfft($0.tensor(0), fftLength: $0.integers("fft_length")?.first)
            return [y.real, y.imaginary]
        },
        "IRFFT": {
            [try ops.irfft(complex($0), fftLength: $0.integers("fft_length")?.first)]
        },
        "STFT": {
            let y = try ops.stft(
                $0.tensor(0), $0.integer("sequence_length", default: 1),
                $0.integer("sequence_stride", default: 1), $0.integer("fft_length", default: 1),
                window: $0.value("window")?.asText,
                center: $0.value("center") != .boolean(false))
            return [y.real, y.imaginary]
        },
        "ISTFT": {
            [
                try ops.istft(
                    complex($0), $0.integer("sequence_length", default: 1),
                    $0.integer("sequence_stride", default: 1),
                    $0.integer("fft_length", default: 1), length: $0.integers("length")?.first,
                    window: $0.value("window")?.asText,
                    center: $0.value("center") != .boolean(false))
            ]
        },
        "ConvTranspose": {
            [
                try ops.convTranspose(
                    $0.tensor(0), $0.tensor(1), strides: $0.integers("strides") ?? [1],
                    padding: $0.padding(), outputPadding: $0.integers("output_padding"),
                    dataFormat: $0.dataFormat(),
                    dilationRate: $0.integers("dilation_rate") ?? [1])
            ]
        },
        "AdaptiveAveragePool": {
            [
                try ops.adaptiveAveragePool(
                    $0.tensor(0), $0.integers("output_size") ?? [1], dataFormat: $0.dataFormat())
            ]
        },
        "AdaptiveMaxPool": {
            [
                try ops.adaptiveMaxPool(
                    $0.tensor(0), $0.integers("output_size") ?? [1], dataFormat: $0.dataFormat())
            ]
        },
        "Unfold": {
            [
                try ops.unfold(
                    $0.tensor(0), $0.integers("kernel_size") ?? [1],
                    dilation: $0.integers("dilation") ?? [1],
                    padding: $0.integers("padding") ?? [0], stride: $0.integers("stride") ?? [1])
            ]
        },
        "Fold": {
            [
                try ops.fold(
                    $0.tensor(0), $0.integers("output_size") ?? [1],
                    $0.integers("kernel_size") ?? [1], dilation: $0.integers("dilation") ?? [1],
                    padding: $0.integers("padding") ?? [0], stride: $0.integers("stride") ?? [1])
            ]
        },
    ]
}

extension GraphOperations.Call {
    /// The axis of an order: the last one if none is said, nil if null is.
    fileprivate func sortAxis() throws -> Int? {
        config["axis"] == .null ? nil : try integers("axis")?.first ?? -1
    }
}

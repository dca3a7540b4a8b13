import KeratinCore
import KeratinLayers
import KeratinTensor

// Keras's `ops.image`.

extension GraphOperations {
    static let images: [String: Operation] = [
        "Resize": {
            [
                try ops.image.resize(
                    $0.tensor(0), $0.integers("size") ?? [],
                    interpolation: $0.text("interpolation", default: "bilinear"),
                    antialias: $0.flag("antialias"),
                    cropToAspectRatio: $0.flag("crop_to_aspect_ratio"),
                    padToAspectRatio: $0.flag("pad_to_aspect_ratio"),
                    fillMode: $0.text("fill_mode", default: "constant"),
                    fillValue: $0.number("fill_value", default: 0), dataFormat: $0.dataFormat())
            ]
        },
        "AffineTransform": {
            [
                try ops.image.affineTransform(
                    $0.tensor(0), $0.tensor(1),
                    interpolation: $0.text("interpolation", default: "bilinear"),
                    fillMode: $0.text("fill_mode", default: "constant"),
                    fillValue: $0.number("fill_value", default: 0), dataFormat: $0.dataFormat())
            ]
        },
        "PerspectiveTransform": {
            [
                try ops.image.perspectiveTransform(
                    $0.tensor(0), $0.tensor(1), $0.tensor(2),
                    interpolation: $0.text("interpolation", default: "bilinear"),
                    fillValue: $0.number("fill_value", default: 0), dataFormat: $0.dataFormat())
            ]
        },
        "MapCoordinates": {
            [
                try ops.image.mapCoordinates(
                    $0.tensor(0), $0.tensor(1), order: $0.integer("order", default: 1),
                    fillMode: $0.text("fill_mode", default: "constant"),
                    fillValue: $0.number("fill_value", default: 0))
            ]
        },
        "ElasticTransform": {
            [
                try ops.image.elasticTransform(
                    $0.tensor(0), alpha: $0.number("alpha", default: 20),
                    sigma: $0.number("sigma", default: 5),
                    interpolation: $0.text("interpolation", default: "bilinear"),
                    fillMode: $0.text("fill_mode", default: "reflect"),
                    fillValue: $0.number("fill_value", default: 0),
                    seed: $0.integers("seed")?.first, dataFormat: $0.dataFormat())
            ]
        },
        "ScaleAndTranslate": {
            [
                try ops.image.scaleAndTranslate(
                    $0.tensor(0), outputShape: $0.integers(1, "output_shape"),
                    scale: $0.numbers(2, "scale"), translation: $0.numbers(3, "translation"),
                    spatialDims: $0.integers("spatial_dims") ?? [],
                    method: $0.text("method", default: "linear"),
                    antialias: $0.value("antialias") == nil ? true : $0.flag("antialias"))
            ]
        },
        "GaussianBlur": {
            [
                try ops.image.gaussianBlur(
                    $0.tensor(0), kernelSize: $0.integers("kernel_size") ?? [3, 3],
                    sigma: $0.value("sigma") == nil ? [1, 1] : $0.numbers(1, "sigma"),
                    dataFormat: $0.dataFormat())
            ]
        },
        "SobelEdges": {
            [try ops.image.sobelEdges($0.tensor(0), dataFormat: $0.dataFormat())]
        },
        "SSIM": {
            [
                try ops.image.ssim(
                    $0.tensor(0), $0.tensor(1), maxVal: $0.number("max_val", default: 1),
                    filterSize: $0.integer("filter_size", default: 11),
                    filterSigma: $0.number("filter_sigma", default: 1.5),
                    k1: $0.number("k1", default: 0.01), k2: $0.number("k2", default: 0.03),
                    dataFormat: $0.dataFormat())
            ]
        },
        "RGBToGrayscale": {
            [try ops.image.rgbToGrayscale($0.tensor(0), dataFormat: $0.dataFormat())]
        },
        "RGBToHSV": { [try ops.image.rgbToHsv($0.tensor(0), dataFormat: $0.dataFormat())] },
        "HSVToRGB": { [try ops.image.hsvToRgb($0.tensor(0), dataFormat: $0.dataFormat())] },
        "CropImages": { call in
            func edge(_ name: String) throws -> Int? { try call.integers(name)?.first }
            return [
                try ops.image.cropImages(
                    call.tensor(0), topCropping: edge("top_cropping"),
                    leftCropping: edge("left_cropping"), bottomCropping: edge("bottom_cropping"),
                    rightCropping: edge("right_cropping"), targetHeight: edge("target_height"),
                    targetWidth: edge("target_width"), dataFormat: call.dataFormat())
            ]
        },
        "PadImages": { call in
            func edge(_ name: String) throws -> Int? { try call.integers(name)?.first }
            return [
                try ops.image.padImages(
                    call.tensor(0), topPadding: edge("top_padding"),
                    leftPadding: edge("left_padding"), bottomPadding: edge("bottom_padding"),
                    rightPadding: edge("right_padding"), targetHeight: edge("target_height"),
                    targetWidth: edge("target_width"), dataFormat: call.dataFormat())
            ]
        },
        "ExtractPatches": {
            guard let size = try $0.axis("size") else { throw $0.wrong("has no size") }
            return [
                try ops.image.extractPatches(
                    $0.tensor(0), size, strides: $0.axis("strides"),
                    dilationRate: $0.axis("dilation_rate") ?? 1, padding: $0.padding(),
                    dataFormat: $0.dataFormat())
            ]
        },
    ]
}

extension GraphOperations.Call {
    /// A list of numbers, or one number, that was said by its place or its name.
    func numbers(_ index: Int, _ name: String) throws -> [Double] {
        let value = argument(index, name)
        if let number = value?.asNumber { return [number] }
        guard case .list(let values)? = value else { throw wrong("\(name): expects numbers") }
        return try values.map {
            guard let number = $0.asNumber else { throw wrong("\(name): expects numbers") }
            return number
        }
    }
}

import KeratinCore
import KeratinLayers
import KeratinTensor

/// Where in a picture a model sees a class: Grad-CAM (Selvaraju et al., 2017).
///
/// ```swift
/// try saveImage(gradCAM(model, picture, layer: "out_relu"), "why.png")
/// ```
///
/// The maps of features that a layer gives are added up, each by the mean of the class's gradient over it; what is below zero counts as zero.
/// Gradients of a model that ends with softmax are small where it is certain, so logits (`classifierActivation: nil`) show more.
/// - Parameters:
///   - model: with one input, a picture, and one output, a number for each class.
///   - picture: [height, width, channels] with 1 or 3 channels, 0…255, or a batch of one, as the model takes it.
///   - layer: the layer whose maps are taken, also of a model inside; nil: the last one that gives maps.
///   - classIndex: the class; nil: the one that the model finds most probable.
///   - overlay: whether the result is the picture with the heat on it, from blue to red; otherwise the heat alone.
///   - alpha: the part that the heat has in the overlay, 0…1.
///   - background: what the heat is laid on, 0…255, of the picture's height and width, where the model takes pictures in another form; nil:
///     the picture.
/// - Returns: the overlay, float32 [height, width, 3], 0…255; or the heat, [height, width], 0…1.
/// - Throws: `KeratinError` if there is no such layer or class, or the shapes do not fit.
public func gradCAM(
    _ model: Model, _ picture: any TensorConvertible, layer: String? = nil,
    classIndex: Int? = nil, overlay: Bool = true, alpha: Double = 0.4,
    background: (any TensorConvertible)? = nil
) throws -> NDArray {
    let inspected = try InspectedModel(model, picture, at: "gradCAM")
    guard alpha >= 0, alpha <= 1 else {
        throw KeratinError(.invalidArgument, "alpha must lie in 0…1, got \(alpha)", at: "gradCAM")
    }
    let chosen = try classIndex ?? inspected.mostProbableClass()
    let heat = try inspected.run { trace, _, output, results in
        let maps = try inspected.features(results, of: layer)
        let score = try inspected.score(output, chosen)
        let gradient = try trace.gradients(of: score, withRespectTo: [maps])[0]
        let weights = gradient.mean(axis: [1, 2], keepDims: true)
        return [(maps * weights).sum(axis: 3).relu()]
    }[0]
    let small = HeatMap(
        values: try heat.floats(), height: heat.shape[1], width: heat.shape[2])
    let map = small.normalized().resized(height: inspected.height, width: inspected.width)
    guard overlay else { return NDArray(map.values, shape: [map.height, map.width]) }
    return try map.overlaid(on: background?.tensor ?? inspected.picture, alpha: Float(alpha))
}

/// How much each pixel matters for what a model says of a picture: the largest gradient of its channels (Simonyan et al., 2013).
/// - Parameters:
///   - classIndex: the class; nil: the one that the model finds most probable.
/// - Returns: float32 [height, width], 0…1.
/// - Throws: `KeratinError` if there is no such class, or the shapes do not fit.
public func saliencyMap(
    _ model: Model, _ picture: any TensorConvertible, classIndex: Int? = nil
) throws -> NDArray {
    let inspected = try InspectedModel(model, picture, at: "saliencyMap")
    let chosen = try classIndex ?? inspected.mostProbableClass()
    let gradient = try inspected.run { trace, input, output, _ in
        let score = try inspected.score(output, chosen)
        return [try trace.gradients(of: score, withRespectTo: [input])[0].abs().max(axis: 3)]
    }[0]
    let map = HeatMap(
        values: try gradient.floats(), height: inspected.height, width: inspected.width
    ).normalized()
    return NDArray(map.values, shape: [map.height, map.width])
}

/// The maps of features that a layer gives for a picture, as pictures for `saveImageGrid`.
/// - Parameter layer: also of a model inside; nil: the last one that gives maps.
/// - Returns: float32 [channels, height, width].
/// - Throws: `KeratinError` if there is no such layer, or the shapes do not fit.
public func featureMaps(
    _ model: Model, _ picture: any TensorConvertible, layer: String? = nil
) throws -> NDArray {
    let inspected = try InspectedModel(model, picture, at: "featureMaps")
    let maps = try inspected.run { _, _, _, results in
        [try inspected.features(results, of: layer).transposed([0, 3, 1, 2])]
    }[0]
    return NDArray(try maps.floats(), shape: Shape(Array(maps.shape.dimensions.dropFirst())))
}

/// The windows of a convolution's kernel as pictures for `saveImageGrid`: of three channels in colours, of others the mean over them.
/// - Returns: float32 [filters, height, width, 3], or [filters, height, width].
/// - Throws: `KeratinError` if the layer has no kernel of two dimensions.
public func filterImages(_ layer: Layer) throws -> NDArray {
    guard let kernel = layer.weights.first(where: { $0.name == "kernel" }), kernel.shape.rank == 4
    else {
        throw KeratinError(
            .invalidArgument,
            "layer '\(layer.name)' has no kernel of two dimensions: it is no built convolution of pictures",
            at: "filterImages")
    }
    let windows = kernel.tensor.transposed([3, 0, 1, 2])
    let shown = kernel.shape[2] == 3 ? windows : windows.mean(axis: 3)
    return NDArray(try shown.floats(), shape: shown.shape)
}

import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinModels
import KeratinTensor

/// A net of `keras.applications`: a graph with Keras's names, and with weights that were trained on ImageNet if they are asked for.
///
/// It is a `Model` like any other: freeze it, call it on a tensor, train it, save it. The nets are its subclasses.
public class PretrainedModel: Model, PlainGraph {
    /// What the net's pictures must become before it sees them.
    class var preprocessing: ImageNet.Preprocessing? { nil }

    /// Makes the graph and loads the weights.
    /// - Throws: `KeratinError` for arguments that do not fit the net or one another, and for weights that cannot be had or do not fit.
    init(_ architecture: Architecture, _ arguments: ApplicationArguments) throws {
        // First values are not made where a file's take their place.
        let waiting = UnsetVariables.current
        let unset = waiting ?? UnsetVariables()
        let net = try UnsetVariables.$current.withValue(unset) { try architecture.graph(arguments) }
        try super.init(inputs: net.inputs, outputs: [net.output], name: net.name)
        if let path = try architecture.weightsPath(arguments, net.input) { try loadWeights(path) }
        if waiting == nil { try unset.settle() }
    }

    /// Pictures as the net wants them, made of pixels in 0…255, [rows, columns, channels] with or without a batch before: numbers, or a
    /// symbolic tensor of a model. Nets that bring their own preprocessing give back what they are given.
    /// - Parameter dataFormat: where the channels are.
    public class func preprocessInput(
        _ pictures: any TensorConvertible, dataFormat: any DataFormatConvertible = .channelsLast
    ) -> Tensor {
        guard let preprocessing else { return pictures.tensor }
        return ImageNet.preprocessInput(pictures, dataFormat: dataFormat, mode: preprocessing)
    }

    /// The most probable classes of each picture, of the probabilities [samples, 1000] that a net gives: `ImageNet.decodePredictions`.
    /// - Throws: `KeratinError` if there are not 1,000 classes, or the file of their names cannot be had.
    public class func decodePredictions(
        _ predictions: any TensorConvertible, top: Int = 5
    ) throws -> [[ImageNetPrediction]] {
        try ImageNet.decodePredictions(predictions, top: top)
    }
}

import KeratinCore
import KeratinLayers
import KeratinTensor

// What both families of EfficientNets are made of.

/// How kernels of the EfficientNets begin.
enum EfficientInitializers {
    static let kernel = Initializer.varianceScaling(
        scale: 2, mode: .output, distribution: .truncatedNormal)
    static let classifier = Initializer.varianceScaling(
        scale: 1 / 3.0, mode: .output, distribution: .uniform)
}

/// Weighs channels by what they are over the whole picture (Hu et al., 2018).
func squeezedAndExcited(_ input: Tensor, _ narrow: Int, _ prefix: String) -> Tensor {
    let filters = channels(input)
    var gate = GlobalAveragePooling2D(name: prefix + "se_squeeze")(input)
    gate = Reshape([1, 1, filters], name: prefix + "se_reshape")(gate)
    gate = Conv2D(
        narrow, 1, padding: .same, activation: .silu,
        kernelInitializer: EfficientInitializers.kernel, name: prefix + "se_reduce")(gate)
    gate = Conv2D(
        filters, 1, padding: .same, activation: .sigmoid,
        kernelInitializer: EfficientInitializers.kernel, name: prefix + "se_expand")(gate)
    return Multiply(name: prefix + "se_excite")([input, gate])
}

/// A block added to what it is made of; in training left out, as a whole, for a part of the samples.
func addedUnlessDropped(
    _ x: Tensor, to input: Tensor, dropped: Double, _ prefix: String
) -> Tensor {
    let kept =
        dropped > 0
        ? Dropout(dropped, noiseShape: [nil, 1, 1, 1], name: prefix + "drop")(x) : x
    return Add(name: prefix + "add")([kept, input])
}

/// The end of the EfficientNets.
func efficientClassifier(
    _ x: Tensor, _ arguments: ApplicationArguments, dropout: Double
) -> Tensor {
    var x = GlobalAveragePooling2D(name: "avg_pool")(x)
    if dropout > 0 { x = Dropout(dropout, name: "top_dropout")(x) }
    return Dense(
        arguments.classes, activation: arguments.classifierActivation,
        kernelInitializer: EfficientInitializers.classifier, name: "predictions")(x)
}

/// The letter of the block of a stage: a, b, c …
func blockLetter(_ index: Int) -> String {
    String(UnicodeScalar(UInt8(97 + index % 26)))
}

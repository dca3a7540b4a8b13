import ArgumentParser
import Keratin
import KeratinIO
import KeratinLayers

/// `keratin application mobilenet_v2 --output model.keras`: a net of keras.applications as a file.
struct ApplicationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "application",
        abstract: "Makes a model file of a net of keras.applications.",
        discussion: examples(
            "keratin application mobilenet_v2 -o mobilenet.keras",
            "keratin application resnet50 --weights resnet50.weights.h5 -o resnet50.keras",
            "keratin application efficientnet_b0 --weights none --input-shape 64,64,3 --classes 10 -o start.keras"
        ))

    @Argument(
        help:
            "A net by Keras's name, in any spelling: \(Applications.names.joined(separator: ", ")).",
        completion: .list(Applications.names))
    var net: String

    @Option(
        help: "imagenet (downloaded once, into ~/.keratin/models), a file of weights, or none.",
        completion: .weights)
    var weights = "imagenet"

    @Option(help: "The extents of a picture: 160,160,3. Default: those of the net.")
    var inputShape: String?

    @Flag(help: "Leave the classifier away.")
    var noTop = false

    @Option(help: "Without the classifier: avg or max.")
    var pooling: String?

    @Option(help: "How many classes the classifier tells apart.")
    var classes = 1000

    @Option(help: "The classifier's activation; linear for logits.")
    var activation = "softmax"

    @Option(
        name: .shortAndLong, help: "The file to write: .keras, .h5, .json, .weights.h5.",
        completion: .models)
    var output: String

    @OptionGroup var files: OutputOptions
    @OptionGroup var place: BackendOptions

    func run() throws {
        try place.run {
            let isFile = weights != "imagenet" && weights != "none"
            try files.check(outputs: [output], inputs: isFile ? [weights] : [])
            let model = try Applications.named(net).init(
                includeTop: !noTop, weights: weights == "none" ? nil : weights,
                inputShape: try inputShape.map(extents), pooling: pooling, classes: classes,
                classifierActivation: ActivationFunction(stringLiteral: activation))
            if output.hasSuffix(".weights.h5") {
                try model.saveWeights(output)
            } else if output.hasSuffix(".json") {
                try FileAccess.write(Array(model.toJSON().utf8), to: output)
            } else {
                try model.save(output)
            }
        }
    }

    private func extents(_ text: String) throws -> [Int?] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            if part == "none" || part == "None" { return nil }
            guard let extent = Int(part) else {
                throw KeratinError(
                    .invalidArgument, "--input-shape is rows,columns,channels, got '\(text)'")
            }
            return extent
        }
    }
}

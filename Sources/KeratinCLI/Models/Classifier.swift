import Keratin
import KeratinApplications
import KeratinIO
import KeratinLayers

/// A model that tells classes of pictures apart, with what its pictures and its classes need.
struct Classifier {
    private let model: Model
    /// The class of the net; nil for a model of a file, which is taken to bring its own preprocessing.
    private let net: StandardNet.Type?
    private let names: [String]?
    private let size: [Int]
    private let colours: ColorMode

    init(model: String, weights: String?, classNames: [String]?) throws {
        if Applications.contains(model), !FileAccess.exists(model) {
            let net = try Applications.named(model)
            self.net = net
            self.model = try net.init(weights: weights ?? "imagenet")
        } else {
            net = nil
            self.model = try loadModel(model, compile: false)
            if let weights { try self.model.loadWeights(weights) }
        }
        names = classNames
        guard let shape = self.model.inputShape, shape.count == 4,
            let channels = shape[3], [1, 3].contains(channels)
        else {
            throw KeratinError(
                .invalidArgument,
                "takes no pictures [height, width, 1 or 3 channels], but \(describe(self.model.inputShape ?? []))",
                at: model)
        }
        colours = channels == 1 ? .grayscale : .rgb
        // Nets that take pictures of any size were trained on these.
        size = [shape[1] ?? 224, shape[2] ?? 224]
    }

    /// A picture of a file in the size of the model, 0…255.
    func picture(_ path: String) throws -> NDArray {
        try loadImage(path, colorMode: colours, targetSize: size, interpolation: .bilinear)
    }

    private func prepared(_ picture: NDArray) -> Tensor {
        net?.preprocessInput(picture) ?? picture
    }

    func scores(_ picture: NDArray) throws -> [Float] {
        try model.predict(prepared(picture)[nil], verbose: 0).floats()
    }

    /// The most probable classes by name.
    func mostProbable(_ scores: [Float], _ top: Int) throws -> [(String, Float)] {
        if let net, names == nil, scores.count == 1000 {
            let found = try net.decodePredictions(
                NDArray(scores, shape: [1, scores.count]), top: top)
            return found[0].map { ("\($0.classDescription) (\($0.className))", $0.score) }
        }
        if let names, names.count != scores.count {
            throw KeratinError(
                .invalidArgument, "the model has \(scores.count) classes, got \(names.count) names",
                at: "--class-names")
        }
        let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
        return order.prefix(top).map { (names?[$0] ?? "class \($0)", scores[$0]) }
    }

    /// A picture with the heat of its most probable class.
    func explained(_ picture: NDArray) throws -> NDArray {
        try gradCAM(model, prepared(picture), background: picture)
    }
}

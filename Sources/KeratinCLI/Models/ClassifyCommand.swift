import ArgumentParser
import Keratin
import KeratinIO
import KeratinLayers
import KeratinModels
import KeratinTooling

/// `keratin classify cat.jpg`: what a net sees in pictures.
struct ClassifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Says what is in pictures, and shows them where a terminal can.",
        discussion: examples(
            "keratin classify cat.jpg",
            "keratin classify *.jpg --model resnet50 --top 3",
            "keratin classify cat.jpg --model efficientnet_b0 --weights efficientnetb0.h5",
            "keratin classify digit.png --model mine.keras --class-names zero,one,two"))

    @Argument(help: "Pictures: .jpg, .png, .webp.", completion: .file())
    var images: [String]

    @Option(
        name: .shortAndLong,
        help:
            "A net of keras.applications by its name (see keratin application --help), or a model file.",
        completion: .models)
    var model = "mobilenet_v2"

    @Option(
        help: "A file of weights for the net; default: those of ImageNet.", completion: .weights)
    var weights: String?

    @Option(name: .shortAndLong, help: "How many classes are listed.")
    var top = 5

    @Option(
        help: "The names of the classes, in their order: cat,dog; or a file with one on each line.")
    var classNames: String?

    @Option(
        help:
            "Where to write the first picture with the heat of its class on it (Grad-CAM): why.png."
    )
    var explain: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var place: BackendOptions

    func validate() throws {
        if top < 1 { throw ValidationError("--top must be at least 1") }
    }

    func run() throws {
        try place.run {
            let net = try Classifier(model: model, weights: weights, classNames: names())
            var lists: [ConfigValue] = []
            for image in images {
                let picture = try net.picture(image)
                let scores = try net.scores(picture)
                let found = try net.mostProbable(scores, top)
                if json {
                    lists.append(entry(image, found))
                } else {
                    print("\(image)")
                    if TerminalPicture.isPossible {
                        // The file's own aspect, not that of the net's picture.
                        print(
                            try TerminalPicture.draw(
                                loadImage(image), columns: min(40, Terminal.columns - 2)))
                    }
                    for (name, score) in found {
                        print("  \(percent(score))  \(name)")
                    }
                }
            }
            if json { print(ConfigValue.list(lists).json) }
            if let explain, let first = images.first {
                try saveImage(net.explained(try net.picture(first)), explain)
            }
        }
    }

    private func entry(_ image: String, _ found: [(String, Float)]) -> ConfigValue {
        [
            "image": .string(image),
            "classes": .list(
                found.map { ["name": .string($0.0), "score": .number(Double($0.1))] }),
        ]
    }

    private func percent(_ score: Float) -> String {
        let tenths = score.isFinite ? Int((Double(score) * 1000).rounded()) : 0
        let text = "\(tenths / 10).\(tenths % 10) %"
        return String(repeating: " ", count: max(0, 7 - text.count)) + text
    }

    private func names() throws -> [String]? {
        guard let classNames else { return nil }
        guard FileAccess.exists(classNames) else {
            return classNames.split(separator: ",").map(String.init)
        }
        let text = String(decoding: try FileAccess.read(classNames), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).map(String.init)
    }
}

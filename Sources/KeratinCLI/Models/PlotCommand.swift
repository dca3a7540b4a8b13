import ArgumentParser
import Keratin

/// `keratin plot MODEL OUT`: a picture of a model's layers and their connections.
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draws a model's layers and how they are connected.",
        discussion: """
            Graphviz's program dot draws .svg, .png and .pdf; a .dot file, Graphviz's own language, is written without it.

            \(examples(
                "keratin plot model.keras model.svg --shapes",
                "keratin plot model.keras model.png --shapes --names --expand",
                "keratin plot model.keras model.dot"))
            """)

    @Argument(help: "A .keras file.", completion: .models)
    var model: String

    @Argument(help: "The picture to write: .svg, .png, .pdf or .dot.", completion: .drawings)
    var output: String

    @Flag(help: "Write the shapes of inputs and outputs.")
    var shapes = false

    @Flag(help: "Write the element types of outputs.")
    var dtypes = false

    @Flag(help: "Write the layers' names beside their classes.")
    var names = false

    @Flag(help: "Write the layers' activations.")
    var activations = false

    @Flag(help: "Tell which layers are trained.")
    var trainable = false

    @Flag(help: "Draw models inside with their layers.")
    var expand = false

    @Option(
        help: "Where the graph goes: TB down, LR to the right, BT up, RL to the left.",
        completion: .list(["TB", "LR", "BT", "RL"]))
    var rankdir: String = "TB"

    @Option(help: "Dots per inch.")
    var dpi: Int = 200

    @OptionGroup var files: OutputOptions
    @OptionGroup var place: BackendOptions

    func run() throws {
        try place.run {
            try files.check(outputs: [output], inputs: [model])
            try plotModel(
                try loadModel(model, compile: false), output, showShapes: shapes,
                showDtype: dtypes, showLayerNames: names, rankdir: rankdir, expandNested: expand,
                dpi: dpi, showLayerActivations: activations, showTrainable: trainable)
        }
    }
}

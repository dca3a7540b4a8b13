import ArgumentParser
import Keratin
import KeratinIO

/// `keratin inspect FILE`
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract:
            "Tells what a file holds: classes, weights, versions, what cannot be used, and whether it can be loaded.",
        discussion: examples("keratin inspect model.keras", "keratin inspect model.weights.h5"))

    @Argument(help: "A model (.keras, .h5, .json), or a file of weights.", completion: .weights)
    var file: String

    func run() throws {
        for line in try FileInspection.describe(file) { print(line) }
    }
}

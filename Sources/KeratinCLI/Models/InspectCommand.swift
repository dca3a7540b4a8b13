import ArgumentParser
import Keratin
import KeratinIO

/// `keratin inspect FILE`
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Tells what a file holds: classes, weights, versions, and what cannot be used.")

    @Argument(help: "A .keras file, or a file of weights.")
    var file: String

    func run() throws {
        for line in try FileInspection.describe(file) { print(line) }
    }
}

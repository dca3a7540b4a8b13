import ArgumentParser
import Keratin
import KeratinTooling

/// `keratin devices`: what there is to compute on, what is chosen and why.
struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        abstract: "Lists backends and devices, and says which one is chosen and why.",
        discussion: examples("keratin devices", "keratin devices --json"))

    @Flag(name: .shortAndLong, help: "Print JSON.")
    var json = false

    func run() throws {
        let listing = try DeviceListing.make()
        print(json ? try encodeJSON(listing) : listing.text)
    }
}

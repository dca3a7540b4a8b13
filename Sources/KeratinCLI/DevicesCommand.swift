import ArgumentParser
import Keratin
import KeratinIO
import KeratinOpenCL
import KeratinTooling

/// `keratin devices`: what there is to compute on, what is chosen and why.
struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        abstract: "Lists backends and devices, and says which one is chosen and why.",
        discussion: examples(
            "keratin devices", "keratin devices --json", "keratin devices --check"))

    @Flag(name: .shortAndLong, help: "Print JSON.")
    var json = false

    @Flag(
        help:
            "Check, in a process of its own, whether work-groups of the OpenCL device can wait for each other, and keep the answer: training steps then take fewer launches."
    )
    var check = false

    @Flag(help: .hidden)
    var checkHere = false

    /// The check takes milliseconds, and a program's build less than a minute.
    private static let secondsOfCheck = 60.0

    func run() throws {
        if checkHere {
            let groups = try OpenCLBackend().checkResidentGroups()
            print(
                groups.map { "\($0) work-groups can wait for each other" }
                    ?? "work-groups do not see what others write")
        } else if check {
            do {
                let answer = try ChildProgram.own.run(
                    ["devices", "--check-here"], input: [], seconds: Self.secondsOfCheck)
                print(String(decoding: answer, as: UTF8.self), terminator: "")
            } catch let error as KeratinError {
                print("work-groups cannot wait for each other: \(error)")
            }
        } else {
            let listing = try DeviceListing.make()
            print(json ? try encodeJSON(listing) : listing.text)
        }
    }
}

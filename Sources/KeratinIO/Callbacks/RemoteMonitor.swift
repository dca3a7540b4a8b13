import KeratinCore
import KeratinLayers
import KeratinModels

/// Sends the figures of each epoch to a server, by the program curl. A server that does not answer is told of once, and the training goes
/// on.
public final class RemoteMonitor: Callback {
    private let address: String
    private let field: String
    private let headers: [String: String]
    private let sendAsJSON: Bool

    /// - Parameters:
    ///   - root: the server's address.
    ///   - path: what follows it.
    ///   - field: the name of the form's field that holds the figures as JSON.
    ///   - headers: lines for the request.
    ///   - sendAsJSON: whether the request is the JSON itself, in place of a form.
    public init(
        root: String = "http://localhost:9000", path: String = "/publish/epoch/end/",
        field: String = "data", headers: [String: String] = [:], sendAsJSON: Bool = false
    ) {
        address = root + path
        self.field = field
        self.headers = headers
        self.sendAsJSON = sendAsJSON
    }

    public override func onEpochEnd(_ epoch: Int, logs: Logs) throws {
        var values: [String: ConfigValue] = ["epoch": .integer(epoch)]
        for (name, value) in logs.figures { values[name] = .number(value) }
        let text = JSON.encode(.object(values))
        var arguments = ["--silent", "--show-error", "--fail", "--max-time", "10"]
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            arguments += ["--header", "\(name): \(value)"]
        }
        // The text comes by standard input, so that nothing in it is taken for a file's name.
        arguments +=
            sendAsJSON
            ? ["--header", "Content-Type: application/json", "--data-binary", "@-"]
            : ["--data-urlencode", "\(field)@-"]
        do {
            guard let curl = ChildProgram(named: "curl") else {
                throw KeratinError(.unavailable, "needs the program curl", at: "RemoteMonitor")
            }
            _ = try curl.run(arguments + ["--", address], input: Array(text.utf8), seconds: 15)
        } catch {
            warnOnce("RemoteMonitor did not reach \(address): \(error)")
        }
    }
}

import Foundation
import Keratin
import KeratinIO
import Testing

/// Ctrl-C in `keratin train` keeps what was trained.
@Suite("Interrupted training", .serialized) struct InterruptionTests {
    private func prepared() throws -> Tool {
        let tool = try Tool()
        try withBackend(.cpu) { try compiledClassifier() }.save(tool.path("m.keras"))
        let (x, y) = try samples(4_096)
        _ = try (tool.write(x, "x.npy"), tool.write(y, "y.npy"))
        return tool
    }

    /// A training that would take hours, as a shell starts it: no signal is blocked or ignored.
    private func start(_ tool: Tool, ignoring ignored: Int32? = nil) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        var actions = posix_spawn_file_actions_t()
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGINT, SIGTERM] where number != ignored { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        for (descriptor, name) in [(Int32(1), "progress"), (2, "errors")] {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, tool.path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        }
        let words =
            [Tool.program.path, "train", tool.path("m.keras"), "-x", tool.path("x.npy")]
            + ["-y", tool.path("y.npy"), "-o", tool.path("out.keras"), "-b", "cpu", "-v", "2"]
            + ["--history", tool.path("h.json"), "-e", "1000000", "-s", "64"]
        var argv = words.map { strdup($0) } + [nil]
        defer { for word in argv { free(word) } }
        let before = ignored.map { signal($0, SIG_IGN) }
        defer { if let ignored, let before { signal(ignored, before) } }
        var child = pid_t()
        try #require(
            posix_spawn(&child, Tool.program.path, &actions, &attributes, &argv, environ) == 0)
        return child
    }

    private func text(_ tool: Tool, _ name: String) throws -> String {
        String(decoding: try FileAccess.read(tool.path(name)), as: UTF8.self)
    }

    /// Waits until a file holds a text, at most a minute.
    private func wait(_ tool: Tool, _ name: String, for words: String) throws {
        for _ in 0..<600 {
            if try text(tool, name).contains(words) { return }
            usleep(100_000)
        }
        Issue.record("no '\(words)' in \(name)")
    }

    /// The exit code, or 128 and the signal that ended the process; one that does not end within a minute is ended.
    private func end(_ child: pid_t) -> Int32 {
        var status: Int32 = 0
        for _ in 0..<600 {
            if waitpid(child, &status, WNOHANG) == child {
                return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
            }
            usleep(100_000)
        }
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        return -1
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func aSignalSavesWhatWasTrained(_ signal: Int32, _ code: Int32) throws {
        let tool = try prepared()
        let child = try start(tool)
        try wait(tool, "progress", for: "Epoch 3/")
        kill(child, signal)
        #expect(end(child) == code)
        let errors = try text(tool, "errors")
        #expect(errors.contains("keratin: stopped after "), "\(errors)")
        #expect(errors.contains("what was trained is in \(tool.path("out.keras"))"), "\(errors)")
        let (before, after) = (
            try loadModel(tool.path("m.keras")), try loadModel(tool.path("out.keras"))
        )
        #expect(try before.getWeights() != after.getWeights())
        let (x, y) = try samples(4_096)
        let losses = try [before, after].map { try $0.evaluate(x, y, verbose: 0)["loss"] ?? .nan }
        #expect(losses[1] < losses[0])
        let history = try #require(
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: tool.path("h.json"))))
                as? [String: [Double]])
        let epochs = history["loss"]?.count ?? 0
        #expect(epochs >= 2)
        #expect(errors.contains("after \(epochs) whole epochs of 1000000"), "\(errors)")
        let names = ["errors", "h.json", "m.keras", "out.keras", "progress", "x.npy", "y.npy"]
        #expect(try tool.listing() == names)
    }

    @Test func aSignalThatIsIgnoredStaysIgnored() throws {
        let tool = try prepared()
        let child = try start(tool, ignoring: SIGINT)
        try wait(tool, "progress", for: "Epoch 3/")
        kill(child, SIGINT)
        try wait(tool, "progress", for: "Epoch 30/")
        #expect(try text(tool, "errors").isEmpty)
        kill(child, SIGTERM)
        #expect(end(child) == 143)
    }
}

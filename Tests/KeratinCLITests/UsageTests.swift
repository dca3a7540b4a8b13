import Foundation
import Keratin
import Testing

/// Command lines that are wrong, and what helps: suggestions, help pages, completion.
@Suite("Usage", .serialized) struct UsageTests {
    private static let commands = [
        "summary", "predict", "evaluate", "train", "plot", "convert", "inspect", "devices", "demo",
    ]

    @Test func wrongCommandsSuggestTheRightOne() throws {
        let tool = try Tool()
        expectFailure(
            try tool("predcit", "m.keras", "-x", "x.npy"),
            "there is no command 'predcit'; did you mean 'predict'? See keratin predict --help",
            code: 64)
        expectFailure(try tool("TRAIN"), "did you mean 'train'?", code: 64)
        expectFailure(
            try tool("frobnicate"), "there is no command 'frobnicate'. Commands: summary, predict",
            "see keratin --help", code: 64)
        expectFailure(
            try tool(
                "train", "m.keras", "-x", "x.npy", "-y", "y.npy", "-o", "o.keras", "--epoch", "3"),
            "'--epoch'", "--epochs", "keratin train --help", code: 64)
        expectFailure(try tool("evaluate"), "keratin evaluate --help", code: 64)
        expectFailure(
            try tool("predict", "m.keras", "-o", "y.npy"), "'--x", "keratin predict --help",
            code: 64)
        expectFailure(try tool("--frobnicate"), "keratin --help", code: 64)
    }

    @Test(arguments: [[]] + commands.map { [$0] })
    func everyHelpPageHasExamplesThatFit(_ command: [String]) throws {
        let outcome = try Tool().run(command + ["--help"], ["COLUMNS": "80"])
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let lines = outcome.output.split(separator: "\n")
        let start = try #require(lines.firstIndex(of: "EXAMPLES:"), "\(outcome.output)")
        let examples = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }
        #expect(!examples.isEmpty)
        for example in examples { #expect(example.contains("keratin "), "\(example)") }
        #expect(!outcome.output.contains("--input"))
    }

    @Test func completionKnowsFilesDemosAndBackends() throws {
        let tool = try Tool()
        for shell in ["bash", "zsh", "fish"] {
            let outcome = try tool("--generate-completion-script", shell)
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            for word in ["digits-cnn", "opencl", "keras", "predict", "overwrite"] {
                #expect(outcome.output.contains(word), "\(word) for \(shell)")
            }
        }
        let script = tool.path("script")
        try Data(tool("--generate-completion-script", "bash").output.utf8)
            .write(to: URL(fileURLWithPath: script))
        #expect(try tool.script("bash -n script").code == 0)
    }

    @Test func anUnknownBackendSaysWhatThereIs() throws {
        let tool = try Tool()
        try smallClassifier().save(tool.path("m.keras"))
        for arguments in [["summary", "m.keras"], ["demo", "moons"]] {
            expectFailure(
                try tool.run(arguments + ["--backend", "gpu"]), "unknown backend 'gpu'", "cpu (",
                "cpu (", "GPUs are devices of opencl")
        }
        expectFailure(
            try tool.run(
                ["demo", "moons", "-b", "gpu"],
                ["KERATIN_OPENCL_LIBRARY": "/nonexistent/libOpenCL.so"]), "opencl (no device here)")
    }

    @Test func whatWasRenamedSaysSo() throws {
        let tool = try Tool()
        try smallClassifier().save(tool.path("m.keras"))
        _ = try tool.write(samples(3).x, "x.npy")
        let predicted = try tool(
            "predict", "m.keras", "--input", "x.npy", "--output", "y.npy", "--backend", "cpu")
        #expect(predicted.code == 0)
        #expect(predicted.errors.contains("warning: --input is called --x"))
        let demo = try tool(
            "demo", "moons", "-b", "cpu", "-e", "1", "-v", "0", "--json", "d.json")
        #expect(demo.code == 0)
        #expect(demo.errors.contains("warning: --json FILE of a demo is called --output FILE"))
        #expect(try tool.listing().contains("d.json"))
        expectFailure(try tool("demo", "moons", "-b", "cpu", "-o", "d.txt"), "d.txt", ".json")
    }
}

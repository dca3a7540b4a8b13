import Foundation
import Keratin
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

    /// Trains far longer than the test waits, and sends signals once two epochs are over.
    private func run(_ tool: Tool, signal: String, times: Int = 1) throws -> Tool.Outcome {
        try tool.script(
            """
            "$0" train m.keras -x x.npy -y y.npy -o out.keras --history h.json -b cpu \
                -e 100000 -s 64 -v 2 > progress &
            child=$!
            until grep -q 'Epoch 3/' progress; do sleep 0.05; done
            for i in $(seq $2); do kill -$1 $child; done
            wait $child
            """, signal, "\(times)", seconds: 60)
    }

    @Test(arguments: [("INT", Int32(130)), ("TERM", 143)])
    func aSignalSavesWhatWasTrained(_ signal: String, _ code: Int32) throws {
        let tool = try prepared()
        // Shells start background jobs without SIGINT; the tool takes it all the same.
        let outcome = try run(tool, signal: signal)
        #expect(outcome.code == code, "\(outcome)")
        #expect(outcome.errors.contains("keratin: stopped after "), "\(outcome.errors)")
        #expect(outcome.errors.contains("what was trained is in out.keras"))
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
        #expect((history["loss"]?.count ?? 0) >= 2)
        #expect(
            try tool.listing() == ["h.json", "m.keras", "out.keras", "progress", "x.npy", "y.npy"])
    }
}

import Foundation
import Testing

/// A small share of `make mutate`: files that are damaged on purpose crash no reader, hang in none, and are not read as nonsense.
@Suite("Mutated files", .serialized) struct MutationTests {
    private static let program = Tool.program.deletingLastPathComponent()
        .appendingPathComponent("keratin-bench")

    @Test func readers() throws {
        let outcome = try Tool().run(
            ["mutate", "--inputs", "2000", "--seed", "1", "--jobs", "2"], seconds: 600,
            program: Self.program)
        #expect(outcome.code == 0, "\(outcome.output.suffix(4000)) \(outcome.errors.suffix(1000))")
        #expect(outcome.output.contains("2000 inputs, 0 faults, 0 orphaned processes"))
    }
}

import ArgumentParser
import Keratin
import KeratinCore
import KeratinIO
import KeratinTooling

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a run of mutations depends on.
struct MutateOptions: ParsableArguments {
    @Option(help: "Files to make and read.", transform: atLeast(1))
    var inputs = 200_000

    @Option(help: "What the files depend on: the same seed makes the same files.")
    var seed: UInt64 = 1

    @Option(
        help:
            "Only these formats, split by commas: \(MutationInput.Format.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var only: String?

    @Option(help: "A folder of more files to begin with.")
    var folder: String?

    @Option(help: "Where files that find a fault are kept.")
    var keep = "mutation-faults"

    @Option(help: .hidden)
    var place: String?

    var formats: Set<MutationInput.Format> {
        guard let only else { return Set(MutationInput.Format.allCases) }
        return Set(
            only.split(separator: ",").compactMap { MutationInput.Format(rawValue: String($0)) })
    }

    func validate() throws {
        for name in only?.split(separator: ",") ?? []
        where MutationInput.Format(rawValue: String(name)) == nil {
            throw ValidationError("'\(name)' is no format")
        }
        if formats.isEmpty { throw ValidationError("no format is left") }
    }

    /// Where a worker has its files.
    func workFolder(_ worker: Int) -> String { "\(place ?? ".")/\(worker)" }
}

/// `keratin-bench mutate`: damages files of every kind that is read, inside of containers too, and reads them.
struct MutateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mutate",
        abstract:
            "Reads files that were damaged on purpose. Ends with code 1 if one crashes a reader, hangs, takes too much memory or is read as nonsense."
    )

    @OptionGroup var options: MutateOptions

    @Option(help: "Processes that read.", transform: atLeast(1))
    var jobs = 2

    @Option(help: "Seconds that one file may take.", transform: atLeast(1))
    var seconds = 60

    @Option(help: "Writes the file of one input to a path, and reads nothing.")
    var write: String?

    @Option(help: "The number of the input that is written or, alone, read in this process.")
    var number: Int?

    @Option(help: "Reads one file that was kept, in this process.")
    var file: String?

    @Option(help: .hidden)
    var worker: Int?

    func run() throws {
        if let worker { return try MutationWorker(options: options).run(from: worker, by: jobs) }
        if let file { return try judge(MutationInput(file: file), 0) }
        if let number { return try one(number) }
        let place = FileManager.default.temporaryDirectory.path + "/keratin-mutate-\(UUID())"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        for job in 0..<jobs {
            try FileManager.default.createDirectory(
                atPath: "\(place)/\(job)", withIntermediateDirectories: true)
        }
        say("seed \(options.seed), \(options.inputs) inputs")
        let pool = MutationPool(jobs: jobs, folder: place, seconds: Double(seconds)) { first in
            ["keratin-bench", "mutate", "--worker", "\(first)", "--place", place] + shared
        }
        let corpus = try MutationCorpus(folder: options.folder)
        pool.report = { fault in
            say("\(fault.number) \(fault.format) \(fault.text)")
            say(
                "  again: keratin-bench mutate --number \(fault.number) \(shared.joined(separator: " "))"
            )
            do { try keep(fault.number, corpus) } catch { print("  it cannot be kept: \(error)") }
        }
        pool.progress = { done in say("\(done) inputs read") }
        try pool.run(inputs: options.inputs)
        let orphans = orphans(of: place)
        for orphan in orphans { print("an orphaned process: \(orphan)") }
        report(pool.verdicts)
        print(
            "\(options.inputs) inputs, \(pool.faults.count) faults, \(orphans.count) orphaned processes"
        )
        if !pool.faults.isEmpty || !orphans.isEmpty { throw ExitCode(1) }
    }

    /// Prints at once, into files too.
    private func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    /// The arguments that decide which inputs there are.
    private var shared: [String] {
        ["--inputs", "\(options.inputs)", "--seed", "\(options.seed)", "--jobs", "\(jobs)"]
            + (options.only.map { ["--only", $0] } ?? [])
            + (options.folder.map { ["--folder", $0] } ?? [])
    }

    private func input(_ number: Int, _ corpus: MutationCorpus) throws -> MutationInput {
        try MutationInput(number, seed: options.seed, formats: options.formats, corpus: corpus)
    }

    private func keep(_ number: Int, _ corpus: MutationCorpus) throws {
        let input = try input(number, corpus)
        try FileManager.default.createDirectory(
            atPath: options.keep, withIntermediateDirectories: true)
        try FileAccess.write(
            input.bytes, to: "\(options.keep)/\(options.seed)-\(number)\(input.suffix)")
    }

    /// Writes one input, or reads it here.
    private func one(_ number: Int) throws {
        let input = try input(number, MutationCorpus(folder: options.folder))
        if let write { return try FileAccess.write(input.bytes, to: write) }
        try judge(input, number)
    }

    private func judge(_ input: MutationInput, _ number: Int) throws {
        let place = FileManager.default.temporaryDirectory.path + "/keratin-mutate-\(UUID())"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let judge = try MutationJudge(
            folder: place, process: HDF5Process(program: "/proc/self/exe"))
        print(
            "\(input.format.rawValue), \(input.bytes.count) bytes: \(judge.verdict(on: input, number: number))"
        )
    }

    private func report(_ verdicts: [String: [String: Int]]) {
        let kinds = ["read", "refused", "wrong", "crash", "hang"]
        let rows = verdicts.sorted { $0.key < $1.key }.map { format, counts in
            [format] + kinds.map { "\(counts[$0] ?? 0)" }
        }
        print(table([["format"] + kinds] + rows))
    }

    /// Reading processes of this run that are still there a moment after its end.
    private func orphans(of place: String) -> [String] {
        func living() -> [String] {
            let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return processes.filter { Int($0) != nil }.compactMap { process in
                guard let bytes = try? FileAccess.read("/proc/\(process)/cmdline") else {
                    return nil
                }
                let words = String(decoding: bytes, as: UTF8.self).split(separator: "\0")
                let isOne =
                    words.contains { $0 == HDF5Process.argument }
                    && words.contains { $0.hasPrefix(place) }
                return isOne ? "\(process): \(words.joined(separator: " "))" : nil
            }
        }
        for _ in 0..<50 where !living().isEmpty { usleep(100_000) }
        return living()
    }
}

import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `keratin-bench scaling`: time per item against batch size, width, length and threads.
struct ScalingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Time per item by batch size, width, sequence length and threads, with plots.",
        discussion: """
            The last table names the worst pair of sizes that differ by at most 10 %: their times per item should differ by at most 1.5 times.

            keratin-bench scaling --filter batch --svg plots
            keratin-bench scaling --backend cpu --html scaling.html
            """)

    @OptionGroup var options: JobOptions

    @Option(
        help: "Threads of the curves by threads; several add up. 0: none.", transform: atLeast(0))
    var count: [Int] = [1, 2]

    func run() throws {
        let curves = ScalingJobs.all(tiny: options.tiny)
        let threadJobs = threaded()
        let jobs = curves.flatMap(\.jobs).filter { $0.matches(options.filter) }
        if options.list {
            return print((jobs + threadJobs).map(\.name).joined(separator: "\n"))
        }
        guard !(jobs + threadJobs).isEmpty else {
            _ = try options.chosen([])
            return
        }
        var run = try BenchRun(jobs, options)
        run.measurements += try measureThreads(threadJobs)
        let head = ["backend", "job", "size", "us per item", "items/s"]
        let rows = run.measurements.map { row in
            [
                row.backend, row.job, "\(row.size ?? 0)",
                decimal(row.medianS / Double(row.items) * 1e6, 2), decimal(row.itemsPerS, 1),
            ]
        }
        try options.report(
            run.measurements, [head] + rows,
            BenchReport(
                title: "Time against size", devices: run.devices.map(BenchReport.sentence),
                charts: charts(run.measurements), table: [head] + rows))
        if !options.bench.json { print("\n" + table(steps(run.measurements))) }
    }

    // MARK: Threads

    /// Jobs of `models` that are run with each count of threads.
    private func threaded() -> [Job] {
        let names = options.tiny ? ["train/moons"] : ["train/mnist-mlp", "train/mnist-cnn"]
        return ModelJobs.all(tiny: options.tiny).filter { names.contains($0.name) }.map { job in
            var job = job
            job.family = "threads"
            return job
        }.filter { $0.matches(options.filter) && count.contains { $0 > 0 } }
    }

    /// Threads are chosen when a backend is opened, and PoCL reads them once: each count has a process of its own.
    private func measureThreads(_ jobs: [Job]) throws -> [Measurement] {
        guard !jobs.isEmpty else { return [] }
        var rows = [Measurement]()
        var progress = BenchProgress(total: count.count)
        defer { progress.close() }
        for threads in count where threads > 0 {
            progress.begin("\(threads) threads")
            var arguments = [
                "models", "--json", "--threads", "\(threads)", "--backend", options.bench.backend,
                "--repeats", "\(options.bench.repeats)", "--seconds", "\(options.seconds)",
            ]
            for job in jobs { arguments += ["--filter", job.name] }
            if let device = options.bench.device { arguments += ["--device", device] }
            if options.tiny { arguments.append("--tiny") }
            rows += try OwnProcess.measurements(arguments).map { row in
                var row = row
                row.size = threads
                row.family = "threads"
                row.job = "threads/\(row.job)/\(threads)"
                return row
            }
            progress.end()
        }
        return rows
    }

    // MARK: Curves

    /// What a job is called without its size.
    private static func curve(_ row: Measurement) -> String {
        String(row.job[..<(row.job.lastIndex(of: "/") ?? row.job.endIndex)])
    }

    /// Rows of each curve on each backend, by size.
    private static func curves(
        _ rows: [Measurement]
    ) -> [(name: String, backend: String, rows: [Measurement])] {
        var result: [(name: String, backend: String, rows: [Measurement])] = []
        for row in rows {
            let name = curve(row)
            if let index = result.firstIndex(where: { $0.name == name && $0.backend == row.backend }
            ) {
                result[index].rows.append(row)
            } else {
                result.append((name, row.backend, [row]))
            }
        }
        return result.map {
            ($0.name, $0.backend, $0.rows.sorted { ($0.size ?? 0) < ($1.size ?? 0) })
        }
    }

    private func charts(_ rows: [Measurement]) -> [(name: String, svg: String)] {
        let curves = Self.curves(rows)
        var names = [String]()
        for curve in curves where !names.contains(curve.name) { names.append(curve.name) }
        return names.map { name in
            let lines = curves.filter { $0.name == name }.map { curve in
                PointChart.Line(
                    name: curve.backend,
                    points: curve.rows.map {
                        (Double($0.size ?? 0), $0.medianS / Double($0.items) * 1e6)
                    })
            }
            let axis = String(name.split(separator: "/").first ?? "size")
            return (
                name,
                PointChart(title: name, xName: axis, yName: "us per item", lines: lines).svg
            )
        }
    }

    /// The worst pair of near sizes of each curve.
    private func steps(_ rows: [Measurement]) -> [[String]] {
        var table = [["curve", "backend", "sizes", "times per item differ by"]]
        for curve in Self.curves(rows) {
            guard let worst = Self.worstStep(curve.rows) else { continue }
            table.append([
                curve.name, curve.backend, "\(worst.sizes.0), \(worst.sizes.1)",
                decimal(worst.ratio, 2) + (worst.ratio > 1.5 ? " (more than 1.5)" : ""),
            ])
        }
        return table
    }

    /// Of sizes that differ by at most 10 % those whose times per item differ most.
    static func worstStep(
        _ rows: [Measurement]
    ) -> (sizes: (Int, Int), ratio: Double)? {
        var worst: (sizes: (Int, Int), ratio: Double)?
        for (index, a) in rows.enumerated() {
            for b in rows[(index + 1)...] {
                guard let small = a.size, let large = b.size, small > 0,
                    Double(large) <= 1.1 * Double(small)
                else { continue }
                let (first, second) = (a.medianS / Double(a.items), b.medianS / Double(b.items))
                let ratio = max(first, second) / max(min(first, second), 1e-12)
                if ratio > worst?.ratio ?? 0 { worst = ((small, large), ratio) }
            }
        }
        return worst
    }
}

/// This program once more, as a process of its own.
private enum OwnProcess {
    /// What it prints with `--json`.
    static func measurements(_ arguments: [String]) throws -> [Measurement] {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("keratin-bench-\(UUID().uuidString)")
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw KeratinError(.file, "cannot be made", at: file.path)
        }
        defer { try? FileManager.default.removeItem(at: file) }
        let descriptor = openForWriting(file.path)
        guard descriptor >= 0 else {
            throw KeratinError(.file, "cannot be opened", at: file.path)
        }
        defer { closeFile(descriptor) }
        let status: Int32
        do {
            status = try ChildProcess.start(
                "/proc/self/exe", arguments, descriptors: [0, descriptor, 2]
            ).wait(seconds: 3600)
        } catch {
            throw KeratinError(.invalidState, "cannot run this program once more: \(error.reason)")
        }
        guard status == 0 else {
            throw KeratinError(
                .invalidState, "keratin-bench \(arguments.joined(separator: " ")) failed")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([Measurement].self, from: Data(contentsOf: file))
    }
}

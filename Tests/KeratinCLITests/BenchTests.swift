import Foundation
import Keratin
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// `keratin-bench` at sizes that tell nothing but whether it works.
@Suite("keratin-bench", .serialized) struct BenchTests {
    private static let program = Tool.program.deletingLastPathComponent()
        .appendingPathComponent("keratin-bench")
    private static let hasOpenCL = (try? BackendCatalog.backend(named: "opencl")) != nil
    private static var backends: [String] { hasOpenCL ? ["cpu", "opencl"] : ["cpu"] }

    private let tool: Tool

    init() throws { tool = try Tool() }

    private func bench(
        _ arguments: String..., in environment: [String: String] = [:]
    ) throws -> Tool.Outcome {
        try tool.run(arguments, environment, seconds: 600, program: Self.program)
    }

    /// What a run with `--json` prints.
    private func rows(_ outcome: Tool.Outcome) throws -> [[String: Any]] {
        #expect(outcome.code == 0, "\(outcome.errors)")
        expectSilence(outcome)
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(value as? [[String: Any]])
    }

    /// Progress is for terminals. PoCL's compiler may count its own warnings.
    private func expectSilence(_ outcome: Tool.Outcome) {
        let lines = outcome.errors.split(separator: "\n").filter { line in
            !line.hasSuffix("warnings generated.") && !line.hasSuffix("warning generated.")
        }
        #expect(lines.isEmpty, "\(outcome.errors)")
    }

    private func expectMeasured(_ rows: [[String: Any]]) {
        #expect(!rows.isEmpty)
        for row in rows {
            func number(_ key: String) -> Double { row[key] as? Double ?? -1 }
            #expect(row["job"] is String && row["backend"] is String && row["device"] is String)
            #expect(number("items") >= 1 && number("batch") >= 1, "\(row)")
            #expect(number("min_s") > 0 && number("min_s") <= number("median_s"), "\(row)")
            #expect(number("median_s") <= number("max_s"), "\(row)")
            let items = number("items") / number("median_s")
            #expect(abs(number("items_per_s") - items) <= 1e-6 * items, "\(row)")
            #expect(number("peak_bytes") >= 0, "\(row)")
        }
    }

    @Test func roofline() throws {
        let rows = try rows(
            try bench("roofline", "--backend", "cpu", "--threads", "1", "--repeats", "1", "--json"))
        #expect(rows.count == 1)
        #expect(rows[0]["threads"] as? Int == 1)
        for key in ["peak_gflops", "copy_gbytes_per_second", "launch_microseconds"] {
            #expect(rows[0][key] as? Double ?? 0 > 0, "\(key)")
        }
    }

    @Test func everyOperationRuns() throws {
        let rows = try rows(
            try bench("kernels", "--tiny", "--backend", "cpu", "--repeats", "1", "--json"))
        expectMeasured(rows)
        let jobs = rows.compactMap { $0["job"] as? String }
        #expect(Set(jobs).count == jobs.count)
        let families = Set(rows.compactMap { $0["family"] as? String })
        #expect(
            families == [
                "matmul", "convolution", "depthwise", "pooling", "softmax", "normalization",
                "sequence", "attention", "reduction", "elementwise",
            ])
        for row in rows { #expect(row["part_of_roofline"] as? Double ?? 0 > 0, "\(row)") }
    }

    @Test(arguments: Self.backends)
    func everyModelRuns(backend: String) throws {
        let rows = try rows(
            try bench(
                "models", "--tiny", "--backend", backend, "--filter", "moons", "--filter", "mnist",
                "--filter", "imdb", "--repeats", "2", "--json"))
        expectMeasured(rows)
        #expect(rows.count == 7)
        for row in rows {
            #expect(row["peak_bytes"] as? Int ?? 0 > 1 << 20, "\(row)")
            #expect((row["figure"] as? Double)?.isFinite == true, "\(row)")
        }
    }

    @Test func pictureNetsRun() throws {
        let rows = try rows(
            try bench(
                "models", "--tiny", "--backend", "cpu", "--filter", "mobilenetv2", "--repeats",
                "1", "--json"))
        expectMeasured(rows)
        let list = try bench("models", "--list")
        for job in ["train/resnet50", "infer/resnet50/8", "infer/vgg16/1"] {
            #expect(list.output.split(separator: "\n").contains(job[...]))
        }
    }

    @Test(.enabled(if: Self.hasOpenCL)) func backendsComputeTheSame() throws {
        let rows = try rows(
            try bench("compare", "--tiny", "--filter", "train/m", "--repeats", "1", "--json"))
        expectMeasured(rows)
        let figures = Dictionary(grouping: rows) { $0["job"] as? String ?? "" }
        #expect(figures.count == 3)
        for (job, rows) in figures {
            let values = rows.compactMap { $0["figure"] as? Double }
            #expect(values.count == 2, "\(job)")
            #expect(abs(values[0] - values[1]) <= 0.01 * abs(values[0]), "\(job) \(values)")
        }
    }

    @Test func aPageNeedsNothingBesidesItself() throws {
        let outcome = try bench(
            "kernels", "--tiny", "--backend", "cpu", "--filter", "softmax", "--repeats", "1",
            "--html", "run.html", "--svg", "charts")
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(outcome.output.contains("of roofline"))
        let page = try String(contentsOfFile: tool.path("run.html"), encoding: .utf8)
        let rest = page.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
        for word in ["http:", "https:", "src=", "<script", "<link"] {
            #expect(!rest.contains(word), "\(word)")
        }
        for word in ["<svg", "softmax/128x1000/forward", "prefers-color-scheme:dark", "viewport"] {
            #expect(page.contains(word), "\(word)")
        }
        let chart = try String(contentsOfFile: tool.path("charts/softmax.svg"), encoding: .utf8)
        #expect(XMLParser(data: Data(chart.utf8)).parse())
    }

    @Test func layersOfAFile() throws {
        try compiledClassifier().save(tool.path("m.keras"))
        try compiledClassifier().save(tool.path("m.h5"))
        for file in ["m.keras", "m.h5"] {
            let rows = try rows(
                try bench(
                    "profile", file, "--tiny", "--backend", "cpu", "--batch", "3", "--json"))
            expectMeasured(rows)
            #expect(
                rows.compactMap { $0["job"] as? String }
                    == ["hidden", "norm", "head", "(the whole net)"])
            // 4 × 6 weights and 6 biases; a product of 3 samples.
            #expect(rows[0]["weight_bytes"] as? Int == 120)
            #expect(rows[0]["output_bytes"] as? Int == 72)
            #expect(rows[0]["family"] as? String == "Dense")
        }
        let one = try rows(
            try bench(
                "profile", "m.keras", "--tiny", "--backend", "cpu", "--filter", "norm", "--json"))
        #expect(one.count == 2)
        #expect(try bench("profile", "none.keras", "--backend", "cpu").code == 1)
        let none = try bench("profile", "m.keras", "--backend", "cpu", "--filter", "zzz")
        #expect(none.code == 1 && none.errors.contains("no layer has zzz"), "\(none)")
    }

    @Test func timeAgainstSize() throws {
        let rows = try rows(
            try bench(
                "scaling", "--tiny", "--backend", "cpu", "--filter", "width", "--filter",
                "threads", "--repeats", "1", "--json"))
        expectMeasured(rows)
        let sizes = Dictionary(grouping: rows) { $0["family"] as? String ?? "" }
            .mapValues { $0.compactMap { $0["size"] as? Int } }
        #expect(sizes == ["width": [8, 16, 17], "threads": [1, 2]])
    }

    @Test(.enabled(if: Self.hasOpenCL)) func tables() throws {
        let home = [
            "XDG_CACHE_HOME": tool.path("cache"), "KERATIN_CACHE": "on", "KERATIN_OPTIMIZE": "off",
        ]
        let folder = tool.path("cache/keratin")
        func files() -> [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
                .filter { $0.hasSuffix(".tuning") }
        }
        let work = ["tune", "--tiny", "--filter", "mnist-cnn", "--seconds", "60"]
        let dry = try tool.run(work + ["--dry-run"], home, seconds: 600, program: Self.program)
        #expect(dry.code == 0 && files().isEmpty, "\(dry)")
        let outcome = try tool.run(work, home, seconds: 600, program: Self.program)
        #expect(outcome.code == 0, "\(outcome)")
        expectSilence(outcome)
        #expect(outcome.output.contains("candidates"))
        let file = try #require(files().first)
        // It is read without a word; damaged, it is told of once and not used.
        let job = [
            "models", "--tiny", "--backend", "opencl", "--filter", "moons", "--repeats", "1",
        ]
        let whole = try tool.run(job, home, seconds: 600, program: Self.program)
        #expect(whole.code == 0, "\(whole)")
        expectSilence(whole)
        try "KERATIN-TUNING 1\nnonsense".write(
            toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
        let damaged = try tool.run(job, home, seconds: 600, program: Self.program)
        #expect(damaged.code == 0)
        #expect(
            damaged.errors.components(separatedBy: "is no whole table").count == 2,
            "\(damaged.errors)")
        let off = try tool.run(
            job, home.merging(["KERATIN_TUNING": "off"]) { $1 }, seconds: 600,
            program: Self.program)
        #expect(off.code == 0, "\(off)")
        expectSilence(off)
    }

    @Test func aWorkerTakesTurns() throws {
        let outcome = try tool.script(
            "printf 'run\\nrun\\nend\\n' | '\(Self.program.path)' worker train/moons --tiny --backend cpu"
        )
        #expect(outcome.code == 0, "\(outcome)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.first?.contains("\"ready\"") == true)
        #expect(lines.last?.contains("\"peak_bytes\"") == true)
    }

    @Test func whatIsWrongIsSaid() throws {
        for (arguments, code, words) in [
            (["matmul", "--size", "64"], 64, "kernels --filter matmul"),
            (["attention"], 64, "kernels --filter attention"),
            (["workload", "train/lstm", "--backend", "cpu"], 64, "models --filter imdb"),
            (["models", "--filter", "zzz"], 1, "no job has 'zzz'"),
            (["kernels", "--backend", "cpu", "--device", "0"], 64, "--device chooses a device"),
            (["models", "--threads", "0"], 64, "from 1 on"),
            (["models", "--seconds", "nan"], 64, "positive"),
            (["tune", "--seconds=-1"], 64, "positive"),
            (["models", "--backend", "abacus"], 1, "abacus"),
            (["worker", "train/nothing"], 1, "train/nothing"),
        ] {
            let outcome = try tool.run(arguments, program: Self.program)
            #expect(outcome.code == code, "\(arguments): \(outcome)")
            #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }
}

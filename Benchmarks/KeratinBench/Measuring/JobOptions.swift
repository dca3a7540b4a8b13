import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

/// What commands take that measure jobs.
struct JobOptions: ParsableArguments {
    @OptionGroup var bench: BenchOptions

    @Option(
        help: "Only jobs with this in their name or family; several filters add up.")
    var filter: [String] = []

    @Option(help: "Seconds after which no further run of a job begins.")
    var seconds = 10.0

    @Option(help: "Write a page with charts and tables of this run.")
    var html: String?

    @Option(help: "Write the charts as SVG files into this folder.")
    var svg: String?

    @Flag(help: "Name the jobs, and measure nothing.")
    var list = false

    @Flag(help: .hidden)
    var tiny = false

    func validate() throws {
        guard seconds > 0, seconds.isFinite else {
            throw ValidationError("--seconds must be a positive number")
        }
    }

    var measuring: Measuring {
        Measuring(
            repeats: bench.repeats, sample: tiny ? 1e-4 : 0.05, budget: tiny ? 0.2 : seconds)
    }

    /// The jobs that the filters ask for.
    func chosen(_ jobs: [Job]) throws -> [Job] {
        let chosen = jobs.filter { $0.matches(filter) }
        guard !chosen.isEmpty else {
            throw KeratinError(
                .unknownName,
                "no job has \(filter.map { "'\($0)'" }.joined(separator: " or ")) in its name; --list names all"
            )
        }
        return chosen
    }

    /// Measures jobs on each backend and reports.
    /// - Parameters:
    ///   - title: what the page is called.
    ///   - alternates: whether each job runs on all backends before the next begins.
    ///   - cells: the columns of the table.
    func run(
        _ title: String, _ jobs: [Job], alternates: Bool = false,
        columns: [String], _ cells: ([Measurement]) -> [[String]]
    ) throws {
        let jobs = try chosen(jobs)
        if list { return print(jobs.map(\.name).joined(separator: "\n")) }
        let run = try BenchRun(jobs, self, alternates: alternates)
        let table = [columns] + cells(run.measurements)
        try report(
            run.measurements, table, BenchReport(title: title, run: run, table: table))
    }

    /// Prints what was measured, and writes the files that are asked for.
    func report(_ rows: [Measurement], _ table: [[String]], _ report: BenchReport) throws {
        print(bench.json ? try encodeJSON(rows) : KeratinTooling.table(table))
        if let html { try writeFile(report.page, to: html) }
        if let svg { try report.writeCharts(to: svg) }
    }
}

/// Jobs that were measured, and the devices that they ran on.
struct BenchRun {
    struct Device {
        let backend: String
        let device: DeviceInfo
        let roofline: Roofline
    }

    var devices: [Device]
    var measurements: [Measurement]

    init(devices: [Device], measurements: [Measurement]) {
        self.devices = devices
        self.measurements = measurements
    }

    /// What the report says of a backend.
    static func device(_ backend: any Backend, _ options: JobOptions) throws -> Device {
        Device(
            backend: backend.name, device: backend.device,
            roofline: try Roofline(
                backend, repeats: min(options.bench.repeats, 3), tiny: options.tiny))
    }

    init(_ jobs: [Job], _ options: JobOptions, alternates: Bool = false) throws {
        let backends = try options.bench.backends()
        let devices = try backends.map { try Self.device($0, options) }
        self.devices = devices
        let pairs =
            alternates
            ? jobs.flatMap { job in backends.indices.map { (job, $0) } }
            : backends.indices.flatMap { index in jobs.map { ($0, index) } }
        var progress = BenchProgress(total: pairs.count)
        var measurements = [Measurement]()
        for (job, index) in pairs {
            let backend = backends[index]
            progress.begin("\(backend.name) \(job.name)")
            var roofline = devices[index].roofline
            // The machine may be shared: what it reaches is measured anew beside what needs it.
            if job.cost != nil { roofline.peak = try Roofline.peak(backend, repeats: 1) }
            do {
                measurements.append(
                    try options.measuring.measure(job, on: backend, roofline))
            } catch let error as BackendError {
                progress.close()
                throw KeratinError(.invalidState, "\(error)", at: "\(backend.name) \(job.name)")
            }
            progress.end()
        }
        progress.close()
        self.measurements = measurements
    }
}

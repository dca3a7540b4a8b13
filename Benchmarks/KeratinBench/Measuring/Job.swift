import Keratin
import KeratinCore

/// A piece of work that is measured, whatever it is made of.
struct Job {
    /// Unique, with parts from the general to the special: "convolution/resnet50/56x56x64-3x3x64/forward".
    let name: String
    /// What it is shown beside.
    var family: String
    /// Sizes in words.
    let shapes: String
    /// Samples that a run takes, and how many of them at a time.
    var items = 1
    var batch = 1
    /// The size that is varied, if one is.
    var size: Int?
    /// The one operation that it is, if it is one.
    var operation: (operation: Operation, inputs: [TensorType])?
    /// What a run must at least do; nil where nobody counts it.
    var cost: OperationCost?
    /// Makes everything ready on a backend. A call of what it returns is a run, to its end, and gives a number that tells what was computed
    /// (a loss), if there is one.
    let prepare: (any Backend) throws -> () throws -> Double?

    /// Whether a filter asks for it: by a part of the job's name or of its family's.
    func matches(_ filters: [String]) -> Bool {
        filters.isEmpty
            || filters.contains {
                name.contains($0.lowercased()) || family.contains($0.lowercased())
            }
    }
}

/// What was measured of a job on a backend.
struct Measurement: Codable {
    var job: String
    var family: String
    let shapes: String
    let backend: String
    let device: String
    let items: Int
    let batch: Int
    let medianS: Double
    let minS: Double
    let maxS: Double
    let itemsPerS: Double
    /// The most memory that the process had while the job ran; on a GPU with what lay on it.
    let peakBytes: Int
    /// Rates in 10⁹, where the cost is known, and the part of what the device can do at best.
    var gflops: Double?
    var gbytesPerS: Double?
    var partOfRoofline: Double?
    /// What the first run computed.
    var figure: Double?
    /// Where sizes are varied: the one of this job.
    var size: Int?
    /// Where layers are looked at: bytes of what a layer has learned, and of what it gives.
    var weightBytes: Int?
    var outputBytes: Int?
}

/// How jobs are measured: all in the same way.
struct Measuring {
    var repeats = 5
    /// Seconds of a measurement at least: short work is done so often.
    var sample = 0.05
    /// Seconds after which no further measurement of a job begins.
    var budget = 10.0

    /// - Parameter roofline: what the backend can do; nil: parts are not wanted.
    func measure(
        _ job: Job, on backend: any Backend, _ roofline: Roofline? = nil
    ) throws -> Measurement {
        resetPeakResidentBytes()
        var figure: Double?
        var isFirst = true
        let samples = try withBackend(backend) {
            let run = try job.prepare(backend)
            return try Samples(repeats: repeats, seconds: sample, budget: budget) {
                let value = try run()
                if isFirst { figure = value }
                isFirst = false
            }
        }
        let onDevice = backend.device.kind == .gpu ? backend.counters.liveBytes : 0
        return Measurement(
            job, backend, samples, peakBytes: peakResidentBytes() + onDevice, roofline,
            figure: figure)
    }
}

extension Measurement {
    init(
        _ job: Job, _ backend: any Backend, _ samples: Samples, peakBytes: Int,
        _ roofline: Roofline?, figure: Double?
    ) {
        self.job = job.name
        family = job.family
        shapes = job.shapes
        self.backend = backend.name
        device = backend.device.name
        items = job.items
        batch = job.batch
        medianS = samples.median
        minS = samples.least
        maxS = samples.most
        itemsPerS = Double(job.items) / samples.median
        self.peakBytes = peakBytes
        size = job.size
        self.figure = figure.flatMap { $0.isFinite ? $0 : nil }
        guard let cost = job.cost else { return }
        gflops = cost.flops > 0 ? cost.flops / medianS / 1e9 : nil
        gbytesPerS = cost.bytes > 0 ? cost.bytes / medianS / 1e9 : nil
        partOfRoofline = roofline.map { $0.seconds(cost) / medianS }
    }
}

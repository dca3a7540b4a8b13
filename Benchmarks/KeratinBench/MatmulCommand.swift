import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

/// `keratin-bench matmul`: the matrix product at several sizes beside the device's peak.
struct MatmulCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matmul", abstract: "Matrix products, in GFLOP/s and as a part of the peak.")

    @OptionGroup var options: BenchOptions

    @Option(help: "Sizes N of an N×N×N product.", transform: atLeast(1))
    var size: [Int] = [64, 128, 256, 512, 1024, 2048]

    struct Row: Encodable {
        let backend: String
        let device: String
        let size: Int
        let microseconds: Double
        let gflops: Double
        /// Part of the peak that was measured right before and after.
        let partOfPeak: Double
    }

    func run() throws {
        var rows = [Row]()
        for backend in try options.backends() {
            guard let measuring = backend as? any PeakMeasuring else {
                throw BackendError.unsupported("'\(backend.name)' cannot measure its peak")
            }
            for size in size {
                let type = TensorType([size, size])
                let plan = try backend.makePlan([
                    .launch(
                        try backend.request(
                            .primitive(.matmul(transposeLeft: false, transposeRight: false)),
                            [type, type]))
                ])
                // The machine is shared: peaks and products are measured in turn.
                var samples = [(flops: Double, peak: Double)]()
                for _ in 0..<max(options.repeats, 1) {
                    let seconds = try medianSeconds(repeats: 3, seconds: 0.05) {
                        try plan.run()
                        try backend.synchronize()
                    }
                    let flops = 2 * Double(size) * Double(size) * Double(size) / seconds
                    samples.append((flops, try measuring.measurePeak()))
                }
                let flops = samples.map(\.flops).sorted()[samples.count / 2]
                let parts = samples.map { $0.flops / $0.peak }.sorted()
                rows.append(
                    Row(
                        backend: backend.name, device: backend.device.name, size: size,
                        microseconds: 2 * Double(size * size * size) / flops * 1e6,
                        gflops: flops / 1e9, partOfPeak: parts[parts.count / 2]))
            }
        }
        try options.report(rows, ["backend", "device", "N", "us", "GFLOP/s", "of peak"]) {
            [
                $0.backend, $0.device, "\($0.size)", decimal($0.microseconds, 1),
                decimal($0.gflops, 1), decimal($0.partOfPeak * 100, 1) + " %",
            ]
        }
    }
}

import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

/// `keratin-bench roofline`: the floor that everything else is measured by.
struct RooflineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roofline",
        abstract: "Peak of fused multiply-adds, copy bandwidth and launch cost of each device.")

    @OptionGroup var options: BenchOptions

    struct Row: Encodable {
        let backend: String
        let device: String
        /// Floating-point operations per second, in 10⁹.
        let peakGflops: Double
        /// Bytes read and written a second, in 10⁹.
        let copyGbytesPerSecond: Double
        /// Microseconds that a launch of next to no work adds to a plan.
        let launchMicroseconds: Double
    }

    func run() throws {
        let rows = try options.backends().map { backend in
            let count = 1 << 24
            let copy = try backend.makePlan([
                .launch(
                    try backend.request(
                        .primitive(.reshape([count])), [TensorType([1, count])]))
            ])
            let copySeconds = try medianSeconds(repeats: options.repeats) {
                try copy.run()
                try backend.synchronize()
            }
            // More than one work-item, since an OpenCL plan joins kernels of a single one.
            let tiny = try backend.request(.primitive(.unary(.square)), [TensorType([1 << 13])])
            let launches = 200
            let many = try backend.makePlan((0..<launches).map { _ in .launch(tiny) })
            let launchSeconds = try medianSeconds(repeats: options.repeats) {
                try many.run()
                try backend.synchronize()
            }
            guard let measuring = backend as? any PeakMeasuring else {
                throw BackendError.unsupported("'\(backend.name)' cannot measure its peak")
            }
            let peaks = try (0..<options.repeats).map { _ in try measuring.measurePeak() }
            return Row(
                backend: backend.name, device: backend.device.name,
                peakGflops: peaks.max()! / 1e9,
                copyGbytesPerSecond: Double(2 * 4 * count) / copySeconds / 1e9,
                launchMicroseconds: launchSeconds / Double(many.launchCount) * 1e6)
        }
        try options.report(rows, ["backend", "device", "GFLOP/s", "GB/s", "us/launch"]) {
            [
                $0.backend, $0.device, decimal($0.peakGflops, 1),
                decimal($0.copyGbytesPerSecond, 1), decimal($0.launchMicroseconds, 2),
            ]
        }
    }
}

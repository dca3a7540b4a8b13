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
        /// Threads or cores of a processor.
        let threads: Int?
        /// Floating-point operations per second, in 10⁹.
        let peakGflops: Double
        /// Bytes read and written a second, in 10⁹.
        let copyGbytesPerSecond: Double
        /// Microseconds that a launch of next to no work adds to a plan.
        let launchMicroseconds: Double
        /// Why the peak cannot be right, nil if it can.
        let note: String?
    }

    func run() throws {
        let rows = try options.backends().map { backend in
            let roofline = try Roofline(backend, repeats: options.repeats)
            // More than one work-item, since an OpenCL plan joins kernels of a single one.
            let tiny = try backend.request(.primitive(.unary(.square)), [TensorType([1 << 13])])
            let launches = 200
            let many = try backend.makePlan((0..<launches).map { _ in .launch(tiny) })
            let launchSeconds = try medianSeconds(repeats: options.repeats) {
                try many.run()
                try backend.synchronize()
            }
            return Row(
                backend: backend.name, device: backend.device.name,
                threads: backend.device.kind == .cpu ? backend.device.computeUnits : nil,
                peakGflops: roofline.peak / 1e9,
                copyGbytesPerSecond: roofline.bandwidth / 1e9,
                launchMicroseconds: launchSeconds / Double(many.launchCount) * 1e6,
                note: Self.note(
                    roofline.peak, (backend as? any PeakMeasuring)?.plausiblePeak))
        }
        try options.report(
            rows, ["backend", "device", "threads", "GFLOP/s", "GB/s", "us/launch", "note"]
        ) {
            [
                $0.backend, $0.device, $0.threads.map(String.init) ?? "",
                decimal($0.peakGflops, 1), decimal($0.copyGbytesPerSecond, 1),
                decimal($0.launchMicroseconds, 2),
                $0.note ?? "",
            ]
        }
    }

    /// A floor that is too low hides everything.
    private static func note(_ peak: Double, _ plausible: Double?) -> String? {
        guard let plausible, peak < plausible else { return nil }
        return "implausible: the device's clock and processors make at least "
            + "\(decimal(plausible / 1e9, 0)) GFLOP/s"
    }
}

import Keratin
import KeratinCore

/// What a device can do at best: the floor that times are compared with.
struct Roofline: Codable {
    /// Floating-point operations a second.
    var peak: Double
    /// Bytes read and written a second by a copy that does not fit in caches.
    let bandwidth: Double

    init(_ backend: any Backend, repeats: Int, tiny: Bool = false) throws {
        bandwidth = try Self.bandwidth(backend, repeats: repeats, tiny: tiny)
        peak = try Self.peak(backend, repeats: repeats)
    }

    /// The best of several tries: what else the machine does can only take away from it.
    static func peak(_ backend: any Backend, repeats: Int) throws -> Double {
        guard let measuring = backend as? any PeakMeasuring else {
            throw BackendError.unsupported("'\(backend.name)' cannot measure its peak")
        }
        return try (0..<max(repeats, 1)).reduce(0) { best, _ in
            max(best, try measuring.measurePeak())
        }
    }

    private static func bandwidth(
        _ backend: any Backend, repeats: Int, tiny: Bool
    ) throws -> Double {
        // Larger than a GPU's caches, and several copies for each wait.
        let isGPU = backend.device.kind == .gpu
        let most = backend.device.largestAllocationBytes / 4
        let count = tiny ? 1 << 16 : isGPU ? min(1 << 26, most) / 4 * 4 : 1 << 24
        let copies = isGPU ? 4 : 1
        let one = try backend.request(.primitive(.reshape([count])), [TensorType([1, count])])
        let copy = try backend.makePlan((0..<copies).map { _ in .launch(one) })
        let seconds = try medianSeconds(repeats: repeats) {
            try copy.run()
            try backend.synchronize()
        }
        return Double(copies * 2 * 4 * count) / seconds
    }

    /// Seconds below which the device cannot do it.
    func seconds(_ cost: OperationCost) -> Double {
        max(cost.flops / peak, cost.bytes / bandwidth)
    }
}

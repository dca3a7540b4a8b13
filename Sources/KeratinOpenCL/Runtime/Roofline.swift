import KeratinCore

/// What a device does at best, measured: the figure that kernels are compared with.
extension OpenCLBackend: PeakMeasuring {
    package func measurePeak() throws -> Double {
        // A processor has a work-item or some for each core; a GPU as many as its processors keep at a time.
        let isGPU = family == .gpu
        let items = isGPU ? lowering.features.computeUnits * 2048 : 64
        let turns = isGPU ? 8192 : 100_000
        let y = BufferSlice(try allocate(byteCount: items * 4))
        let peak = try roofline(
            "fma_peak", [y.floats, .ints([turns])], items: items, group: isGPU ? 256 : 1)
        let sums = try roofline("fma_sums", [y.floats], items: 1, group: 1)
        try sums.run()
        // How many there are is the kernel's choice: processors with wide vectors have more.
        var count: Float = 0
        try withUnsafeMutableBytes(of: &count) { try read(y, into: $0) }
        let seconds = try best(of: 5) { try peak.run() }
        return Double(items * turns * 2) * Double(count) / seconds
    }

    /// GPUs have 32 or more lanes in each of their processors, which do a fused multiply-add a cycle.
    package var plausiblePeak: Double? {
        guard device.kind == .gpu, session.device.clockMegahertz > 0 else { return nil }
        return Double(lowering.features.computeUnits * session.device.clockMegahertz * 64) * 1e6
    }

    private func roofline(
        _ kernel: String, _ arguments: [KernelArgument], items: Int, group: Int
    ) throws -> OpenCLPlan {
        let launch = KernelLaunch(
            program: lowering.programs.roofline, kernel: kernel, arguments: arguments,
            global: [items, 1, 1], local: [group, 1, 1])
        return try plan([launch])
    }

    /// Seconds of the fastest run, to its end.
    private func best(of count: Int, _ body: () throws -> Void) throws -> Double {
        try body()
        try synchronize()
        var best = Double.infinity
        for _ in 0..<count {
            let start = MonotonicClock.seconds()
            try body()
            try synchronize()
            best = min(best, MonotonicClock.seconds() - start)
        }
        return best
    }
}

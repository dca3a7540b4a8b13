import KeratinCore

/// What a device does at best, measured: the figures that kernels are compared with.
package struct OpenCLRoofline: Hashable, Sendable {
    /// Fused multiply-adds from registers, in floating-point operations per second.
    package var flopsPerSecond: Double
    /// Copying memory to memory, bytes read plus bytes written, a second.
    package var copyBytesPerSecond: Double
    /// Issuing and running one kernel that does nothing, in a row of many.
    package var launchSeconds: Double
}

extension OpenCLBackend {
    /// Measures the device for about a second.
    /// - Parameter copyBytes: size of the copied block; larger than the caches to measure memory.
    /// - Throws: `BackendError`.
    package func measureRoofline(copyBytes: Int = 128 << 20) throws -> OpenCLRoofline {
        let limit = device.largestAllocationBytes
        let count = max(min(copyBytes, limit) / 4, 1024)
        let x = BufferSlice(try allocate(byteCount: count * 4))
        let y = BufferSlice(try allocate(byteCount: count * 4))
        let work = lowering.work
        // Sixteen lanes where the kernel's compiler has AVX-512, eight elsewhere; the kernel says which.
        let items = family == .cpu ? 64 : 1 << 16
        let turns = family == .cpu ? 100_000 : 2_000
        let (global, local) = work.line(min(items, count), chunk: 1)
        let peak = try roofline(
            "fma_peak", [y.floats, .ints([turns])], global: global, local: local)
        let lanes = try roofline("fma_lanes", [y.floats], global: [1, 1, 1], local: [1, 1, 1])
        try lanes.run()
        var width: Float = 0
        try withUnsafeMutableBytes(of: &width) { try read(y, into: $0) }
        let peakSeconds = try best(of: 5) { try peak.run() }

        let chunk = work.chunk(count)
        let size = work.line(count, chunk: chunk)
        let copy = try roofline(
            "copy_bandwidth", [x.floats, y.floats, .ints([count]), .ints([chunk])],
            global: size.global, local: size.local)
        let copySeconds = try best(of: 5) { try copy.run() }

        let empty = try roofline("empty", [y.floats], global: [1, 1, 1], local: [1, 1, 1])
        let launches = 1000
        let emptySeconds = try best(of: 5) {
            for _ in 0..<launches { try empty.run() }
        }
        return OpenCLRoofline(
            flopsPerSecond: Double(global[0] * turns * 12 * 2) * Double(width) / peakSeconds,
            copyBytesPerSecond: Double(count * 8) / copySeconds,
            launchSeconds: emptySeconds / Double(launches))
    }

    private func roofline(
        _ kernel: String, _ arguments: [KernelArgument], global: [Int], local: [Int]
    ) throws -> OpenCLPlan {
        let launch = KernelLaunch(
            program: lowering.programs.roofline, kernel: kernel, arguments: arguments,
            global: global, local: local)
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

extension OpenCLBackend: PeakMeasuring {
    package func measurePeak() throws -> Double {
        try measureRoofline(copyBytes: 1 << 12).flopsPerSecond
    }
}

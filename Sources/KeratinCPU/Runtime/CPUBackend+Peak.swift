import Glibc
import KeratinCPUKernelTable
import KeratinCore

extension CPUBackend: PeakMeasuring {
    package func measurePeak() -> Double { lock.withLock { measured() } }

    /// Processors of one clock differ by a factor of sixteen.
    package var plausiblePeak: Double? { nil }

    private func measured() -> Double {
        let iterations = 1 << 20
        let tasks = pool.count
        let start = MonotonicClock.seconds()
        pool.run(tasks: tasks) { [kernels = table.roofline] _, _ in
            // The value is only asked for so that the work is not left out.
            if kernels.peak(iterations) == -1 { abort() }
        }
        let operations = Double(table.roofline.peakOperations * iterations * tasks)
        return operations / (MonotonicClock.seconds() - start)
    }
}

import Glibc
import KeratinCore

/// A block of host memory, 256-byte aligned: what the CPU backend calls a device buffer.
final class HostMemory: DeviceBuffer, @unchecked Sendable {
    static let alignment = 256

    let byteCount: Int
    /// Valid also for empty blocks.
    let base: UnsafeMutableRawPointer
    private let counters: BackendCounters

    /// - Throws: `BackendError.outOfMemory` if the system has not enough memory.
    init(byteCount: Int, counters: BackendCounters, context: String = "") throws {
        // Linux promises more than it has and kills the process later, so ask first.
        let available = byteCount >= 64 << 20 ? MemoryStatus.availableBytes : Int.max
        var pointer: UnsafeMutableRawPointer?
        guard byteCount >= 0, byteCount <= available,
            posix_memalign(&pointer, Self.alignment, max(byteCount, Self.alignment)) == 0,
            let base = pointer
        else {
            let present = MemoryStatus.availableBytes
            throw BackendError.outOfMemory(
                needed: byteCount, available: present, largestAllocation: present,
                context: context)
        }
        self.base = base
        self.byteCount = byteCount
        self.counters = counters
        counters.addAllocation(bytes: byteCount)
    }

    deinit {
        free(base)
        counters.removeAllocation(bytes: byteCount)
    }
}

/// The machine's memory as the kernel reports it.
enum MemoryStatus {
    /// Bytes that can still be had without swapping.
    static var availableBytes: Int { field("MemAvailable:") ?? physicalBytes }

    static var physicalBytes: Int {
        Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// A line of /proc/meminfo, given there in KiB.
    private static func field(_ name: String) -> Int? {
        guard let file = fopen("/proc/meminfo", "r") else { return nil }
        defer { fclose(file) }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { line in
            while fgets(line.baseAddress, 256, file) != nil {
                guard let start = line.baseAddress, strncmp(start, name, name.utf8.count) == 0
                else { continue }
                return strtol(start + name.utf8.count, nil, 10) * 1024
            }
            return nil
        }
    }
}

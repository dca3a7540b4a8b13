#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Bytes of the process that are in memory, as Linux counts them; 0 elsewhere.
func residentBytes() -> Int { statusBytes("VmRSS:") }

/// The most that they ever were, or were since `resetPeakResidentBytes`.
func peakResidentBytes() -> Int { statusBytes("VmHWM:") }

/// Lets the peak begin anew, where Linux allows it, with what is in memory now.
func resetPeakResidentBytes() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
}

private func statusBytes(_ name: String) -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
        let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first
    else { return 0 }
    return (Int(kilobytes) ?? 0) << 10
}

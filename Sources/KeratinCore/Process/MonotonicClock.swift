#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The clock by which durations are measured: it only goes on, whatever happens to the time of day.
package enum MonotonicClock {
    /// Nanoseconds since some moment before the process began.
    package static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Seconds since that moment.
    package static func seconds() -> Double { Double(nanoseconds()) * 1e-9 }
}

import KeratinCore
import KeratinModels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What `KERATIN_PROFILE=1` prints at exit: time by kernel and geometry, and the rates it means.
enum ProfileReport {
    static func print() {
        let entries = Profiler.report
        let total = entries.reduce(0) { $0 + $1.seconds }
        var lines = [
            "   ms total     calls   us/call     GB/s  GFLOP/s  kernel (\(fixed(total * 1e3, 1)) ms in all)"
        ]
        for entry in entries.prefix(60) {
            let each = entry.seconds / Double(max(entry.count, 1))
            let numbers = [
                (fixed(entry.seconds * 1e3, 2), 11), ("\(entry.count)", 9),
                (fixed(each * 1e6, 2), 9), (fixed(entry.cost.bytes / each / 1e9, 2), 8),
                (fixed(entry.cost.flops / each / 1e9, 2), 8),
            ]
            let columns = numbers.map { text, width in
                String(repeating: " ", count: max(width - text.count, 0)) + text
            }
            lines.append(columns.joined(separator: " ") + "  \(entry.kernel) \(entry.geometry)")
        }
        let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }
}

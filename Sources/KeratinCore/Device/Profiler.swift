/// Times of launches, by kernel and geometry (`KERATIN_PROFILE=1`). Backends ask `isEnabled` when they
/// prepare a plan and record every launch of it; the product prints the report at exit.
package enum Profiler {
    /// Whether `KERATIN_PROFILE` asks for a profile.
    package static let isEnabled: Bool = environment("KERATIN_PROFILE").map { $0 != "0" } ?? false

    package struct Entry: Sendable {
        package var kernel: String
        package var geometry: String
        package var count: Int
        package var seconds: Double
        package var cost: OperationCost
    }

    private struct Key: Hashable {
        var kernel: String
        var geometry: String
    }

    private static let entries = Locked<[Key: Entry]>([:])

    /// Adds one launch. `geometry` tells shapes and work sizes.
    package static func record(
        kernel: String, geometry: String, seconds: Double, cost: OperationCost
    ) {
        entries.withLock { entries in
            let key = Key(kernel: kernel, geometry: geometry)
            entries[
                key,
                default: Entry(
                    kernel: kernel, geometry: geometry, count: 0, seconds: 0, cost: cost)
            ].count += 1
            entries[key]?.seconds += seconds
        }
    }

    /// Everything recorded, longest total first.
    package static var report: [Entry] {
        entries.withLock { $0.values.sorted { $0.seconds > $1.seconds } }
    }
}

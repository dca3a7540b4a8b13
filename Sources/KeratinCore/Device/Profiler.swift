/// Times of launches, by kernel and geometry (`KERATIN_PROFILE=1`). Backends ask `isEnabled` when they
/// prepare a plan and record every launch of it; the product prints the report at exit.
public enum Profiler {
    /// Whether `KERATIN_PROFILE` asks for a profile.
    public static let isEnabled: Bool = environment("KERATIN_PROFILE").map { $0 != "0" } ?? false

    public struct Entry: Sendable {
        public var kernel: String
        public var geometry: String
        public var count: Int
        public var seconds: Double
        public var cost: OperationCost
    }

    private struct Key: Hashable {
        var kernel: String
        var geometry: String
    }

    private static let entries = Locked<[Key: Entry]>([:])

    /// Adds one launch. `geometry` tells shapes and work sizes.
    public static func record(
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
    public static var report: [Entry] {
        entries.withLock { $0.values.sorted { $0.seconds > $1.seconds } }
    }
}

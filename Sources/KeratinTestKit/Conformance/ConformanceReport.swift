/// What `checkBackend` found.
public struct ConformanceReport: Sendable, CustomStringConvertible {
    /// What was looked at.
    public enum Check: String, Sendable {
        /// The shape rule or the reference refuses the case: an error of the suite itself.
        case definition
        /// `supports` is false for a primitive.
        case support
        /// `makePlan`, `run` or a copy threw.
        case error
        case values
        case repeatability
        /// A byte outside the results or the workspace was written, or an input was.
        case outOfBounds
        case inPlace
        case expansion
        case loop
        case memory
        case threads
        case counters
    }

    /// One thing that is wrong.
    public struct Failure: Sendable, CustomStringConvertible {
        /// What was looked at.
        public var check: Check
        /// The operation with its attributes and the types of its inputs.
        public var name: String
        /// What was found, and what was expected.
        public var detail: String

        public var description: String { "[\(check.rawValue)] \(name): \(detail)" }
    }

    /// The backend's name.
    public var backend: String
    /// The device's name.
    public var device: String
    /// Cases run, by family.
    public var cases: [(family: String, count: Int)] = []
    /// What is wrong, in the order in which it was found.
    public var failures: [Failure] = []
    /// Fused operations that the backend has no kernel for, by name.
    public var expanded: Set<String> = []

    /// Whether there was something to check, and nothing failed.
    public var passed: Bool { failures.isEmpty && caseCount > 0 }
    /// Cases of all families together.
    public var caseCount: Int { cases.reduce(0) { $0 + $1.count } }

    public var description: String {
        var lines = ["conformance of \(backend) on \(device)"]
        for (family, count) in cases { lines.append("  \(family): \(count) cases") }
        if !expanded.isEmpty {
            lines.append("  no kernel, expanded: \(expanded.sorted().joined(separator: ", "))")
        }
        lines.append(
            passed
                ? "  all \(caseCount) cases passed"
                : "  \(failures.count) failures in \(caseCount) cases:")
        lines += failures.map { "    \($0)" }
        return lines.joined(separator: "\n")
    }
}

/// What `checkBackend` runs.
public struct ConformanceOptions: Sendable {
    /// Small sizes and few cases, for devices that are simulated instruction by instruction
    /// (Oclgrind, llvmpipe).
    public var tiny: Bool
    /// Also runs fused operations through their expansion into primitives.
    public var expansions: Bool
    /// Runs only the families whose name contains one of these; empty: all.
    public var families: [String]
    /// Cases that share one plan (backends that compile programs need time for each plan).
    public var casesPerPlan: Int
    /// Called with a line of text after each family.
    public var progress: (@Sendable (String) -> Void)?

    /// Every family at its full size, unless said otherwise.
    public init(
        tiny: Bool = false, expansions: Bool = true, families: [String] = [],
        casesPerPlan: Int = 64, progress: (@Sendable (String) -> Void)? = nil
    ) {
        self.tiny = tiny
        self.expansions = expansions
        self.families = families
        self.casesPerPlan = max(casesPerPlan, 1)
        self.progress = progress
    }
}

/// What is known of a device.
public struct DeviceInfo: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable { case cpu, gpu, accelerator, reference }

    public var name: String
    public var kind: Kind
    /// The platform or library that drives it, with its version.
    public var platform: String
    public var driver: String
    public var computeUnits: Int
    /// Bytes of device memory, and of its largest single allocation.
    public var memoryBytes: Int
    public var largestAllocationBytes: Int

    public init(
        name: String, kind: Kind, platform: String, driver: String, computeUnits: Int,
        memoryBytes: Int, largestAllocationBytes: Int
    ) {
        self.name = name
        self.kind = kind
        self.platform = platform
        self.driver = driver
        self.computeUnits = computeUnits
        self.memoryBytes = memoryBytes
        self.largestAllocationBytes = largestAllocationBytes
    }
}

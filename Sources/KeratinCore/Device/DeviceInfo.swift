/// What is known of a device.
public struct DeviceInfo: Hashable, Sendable {
    /// What sort of device it is; `reference` computes in Double, for tests.
    public enum Kind: String, Hashable, Sendable { case cpu, gpu, accelerator, reference }

    /// As the driver gives it.
    public var name: String
    /// Decides what a program uses if nothing is said: only a GPU is chosen by itself over the CPU.
    public var kind: Kind
    /// The platform or library that drives it, with its version.
    public var platform: String
    /// The driver's version.
    public var driver: String
    /// Processors that work side by side: cores, or multiprocessors of a GPU.
    public var computeUnits: Int
    /// Bytes of device memory.
    public var memoryBytes: Int
    /// Bytes of the largest buffer that can be allocated.
    public var largestAllocationBytes: Int

    /// A description that a backend gives of its device.
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

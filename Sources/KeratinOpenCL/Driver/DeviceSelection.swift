import KeratinCore

/// Which device was taken, and why.
package struct DeviceSelection: Sendable {
    package var device: OpenCLDevice
    /// A sentence for people: "the only GPU", "KERATIN_DEVICE asks for 1" …
    package var reason: String

    /// Takes the device that `request` names (its index, or a part of its name or platform, ignoring
    /// case); without a request the GPU with the most compute units and memory, else an accelerator,
    /// else a CPU device.
    /// - Throws: `BackendError.noDevice` that lists what there is.
    package static func choose(
        among devices: [OpenCLDevice], request: String?
    ) throws(BackendError) -> DeviceSelection {
        guard !devices.isEmpty else {
            throw .noDevice("OpenCL has no device here: \(OpenCLFunctions.installHint)")
        }
        if let request {
            if let index = Int(request) {
                guard let device = devices.first(where: { $0.index == index }) else {
                    throw .noDevice(
                        "KERATIN_DEVICE=\(request) is out of range; devices: \(list(devices))")
                }
                return DeviceSelection(device: device, reason: "KERATIN_DEVICE asks for \(index)")
            }
            let wanted = request.lowercased()
            let match = devices.first {
                $0.info.name.lowercased().contains(wanted)
                    || $0.info.platform.lowercased().contains(wanted)
            }
            guard let match else {
                throw .noDevice(
                    "no device is called '\(request)' (KERATIN_DEVICE); devices: \(list(devices))")
            }
            return DeviceSelection(device: match, reason: "KERATIN_DEVICE asks for '\(request)'")
        }
        let best = devices.max { rank($0) < rank($1) } ?? devices[0]
        let same = devices.filter { $0.info.kind == best.info.kind }.count
        let reason: String
        switch best.info.kind {
        case .gpu: reason = same == 1 ? "the only GPU" : "the largest of \(same) GPUs"
        case .accelerator: reason = "there is no GPU; the best accelerator"
        default: reason = "there is no GPU; a CPU device, because OpenCL was asked for"
        }
        return DeviceSelection(device: best, reason: reason)
    }

    /// Larger is better; the first of equals wins through its index.
    private static func rank(_ device: OpenCLDevice) -> (Int, Int, Int, Int) {
        let kind =
            switch device.info.kind {
            case .gpu: 2
            case .accelerator: 1
            default: 0
            }
        return (kind, device.info.computeUnits, device.info.memoryBytes, -device.index)
    }

    private static func list(_ devices: [OpenCLDevice]) -> String {
        devices.map { "\($0.index): \($0.info.name) (\($0.info.platform))" }
            .joined(separator: "; ")
    }
}

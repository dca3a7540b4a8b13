import KeratinCore

/// Which device was taken, and why.
package struct DeviceSelection: Sendable {
    /// Its place among the devices that were offered.
    package var index: Int
    /// A sentence for people: "the only GPU", "KERATIN_DEVICE asks for 1" …
    package var reason: String

    /// Takes the device that `request` names (its index, or a part of its name or platform, ignoring
    /// case); without a request the GPU with the most compute units and memory, else an accelerator,
    /// else a CPU device.
    /// - Parameter asker: who asks for it, in words for errors and reasons.
    /// - Throws: `BackendError.noDevice` that lists what there is.
    package static func choose(
        among devices: [DeviceInfo], request: String?, asker: String = "KERATIN_DEVICE"
    ) throws(BackendError) -> DeviceSelection {
        guard !devices.isEmpty else {
            throw .noDevice("OpenCL has no device here: \(OpenCLFunctions.installHint)")
        }
        if let request {
            if let index = Int(request) {
                guard devices.indices.contains(index) else {
                    throw .noDevice(
                        "\(asker) asks for device \(request), which is out of range; devices: \(list(devices))"
                    )
                }
                return DeviceSelection(index: index, reason: "\(asker) asks for \(index)")
            }
            let wanted = request.lowercased()
            let match = devices.firstIndex {
                $0.name.lowercased().contains(wanted) || $0.platform.lowercased().contains(wanted)
            }
            guard let match else {
                throw .noDevice(
                    "no device is called '\(request)' (\(asker)); devices: \(list(devices))")
            }
            return DeviceSelection(index: match, reason: "\(asker) asks for '\(request)'")
        }
        // The first of equals.
        let best = devices.indices.reduce(0) { rank(devices[$1]) > rank(devices[$0]) ? $1 : $0 }
        let kind = devices[best].kind
        let same = devices.filter { $0.kind == kind }.count
        let reason: String
        switch kind {
        case .gpu: reason = same == 1 ? "the only GPU" : "the largest of \(same) GPUs"
        case .accelerator: reason = "there is no GPU; the best accelerator"
        default: reason = "there is no GPU; a CPU device, because OpenCL was asked for"
        }
        return DeviceSelection(index: best, reason: reason)
    }

    /// Larger is better.
    private static func rank(_ device: DeviceInfo) -> (Int, Int, Int) {
        let kind =
            switch device.kind {
            case .gpu: 2
            case .accelerator: 1
            default: 0
            }
        return (kind, device.computeUnits, device.memoryBytes)
    }

    private static func list(_ devices: [DeviceInfo]) -> String {
        devices.enumerated().map { "\($0.offset): \($0.element.name) (\($0.element.platform))" }
            .joined(separator: "; ")
    }
}

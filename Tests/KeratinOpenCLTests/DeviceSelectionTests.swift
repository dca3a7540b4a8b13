import KeratinCore
import Testing

@testable import KeratinOpenCL

@Suite struct DeviceSelectionTests {
    private func device(_ name: String, _ kind: DeviceInfo.Kind, units: Int) -> DeviceInfo {
        DeviceInfo(
            name: name, kind: kind, platform: "Platform of \(name)", driver: "1",
            computeUnits: units, memoryBytes: 1 << 30, largestAllocationBytes: 1 << 28)
    }

    @Test func theLargestGPUComesFirst() throws {
        let devices = [
            device("Host", .cpu, units: 64), device("Small", .gpu, units: 8),
            device("Large", .gpu, units: 80),
        ]
        let choice = try DeviceSelection.choose(among: devices, request: nil)
        #expect(choice.index == 2)
        #expect(choice.reason == "the largest of 2 GPUs")
    }

    @Test func aProcessorServesIfThereIsNoGPU() throws {
        let choice = try DeviceSelection.choose(
            among: [device("Host", .cpu, units: 2)], request: nil)
        #expect(choice.index == 0)
        #expect(choice.reason.contains("no GPU"))
    }

    @Test func requestsNameAnIndexOrAPartOfAName() throws {
        let devices = [device("Host", .cpu, units: 2), device("Quick", .gpu, units: 8)]
        #expect(try DeviceSelection.choose(among: devices, request: "0").index == 0)
        #expect(try DeviceSelection.choose(among: devices, request: "QUI").index == 1)
        #expect(try DeviceSelection.choose(among: devices, request: "of host").index == 0)
    }

    @Test(arguments: ["7", "-1", "missing"])
    func unknownRequestsListWhatThereIs(request: String) {
        let devices = [device("Host", .cpu, units: 2)]
        #expect {
            try DeviceSelection.choose(among: devices, request: request)
        } throws: { error in
            guard case BackendError.noDevice(let text) = error else { return false }
            return text.contains("0: Host") && text.contains(request)
        }
    }

    @Test func noDevicesSaysHowToInstallOne() {
        #expect {
            try DeviceSelection.choose(among: [], request: nil)
        } throws: { "\($0)".contains("pocl-opencl-icd") }
    }
}

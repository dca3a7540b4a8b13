import KeratinCore
import Testing

@testable import KeratinOpenCL

@Suite(.serialized, .needsDevice) struct RooflineTests {
    @Test(arguments: [KernelFamily.cpu, .gpu])
    func thePeakIsMeasured(family: KernelFamily) throws {
        let backend = try Bench(family: family).backend
        let peak = try backend.measurePeak()
        // Any device of this century.
        #expect(peak > 1e8)
        // A processor's clock does not say what it can do; that of a GPU does.
        #expect((backend.plausiblePeak == nil) == (backend.device.kind != .gpu))
    }
}

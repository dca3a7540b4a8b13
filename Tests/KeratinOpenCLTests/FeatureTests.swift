import KeratinCore
import Testing

@testable import KeratinOpenCL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a device can do, asked of it by probes.
@Suite(.serialized, .needsDevice) struct FeatureTests {
    private func bench(_ driver: OpenCLDriver) throws -> ProbeBench {
        let session = try OpenCLSession(
            driver: driver, device: driver.devices()[0], profiling: false)
        return ProbeBench(session: session, library: KernelLibrary(session))
    }

    @Test func vendorsAreKnownByTheirNumbers() {
        #expect(DeviceFeatures.Vendor(0x10DE) == .nvidia)
        #expect(DeviceFeatures.Vendor(0x1002) == .amd)
        #expect(DeviceFeatures.Vendor(7) == .other(7))
    }

    @Test func whatDriversSayIsTaken() throws {
        let bench = try bench(OpenCLDriver())
        let features = bench.features
        #expect(features.computeUnits >= 1 && features.workGroupLimit >= 1)
        #expect(features.localMemoryBytes >= 16 << 10)
        #expect(features.isProcessor == (bench.session.device.info.kind == .cpu))
        #expect(features.matrixUnit == nil && features.selectsVectors)
    }

    /// In this process and in one of its own, a probe gives the same answer.
    @Test func aProcessOfItsOwnAnswers() throws {
        let bench = try bench(OpenCLDriver())
        let here = try DeviceProbe.vectors.run(bench)
        #expect(try ProbeProcess.ask(.vectors, bench.session.device) == here)
        let lanes = [0, 1, 8, 16]
        #expect(lanes.contains(here))
    }

    /// The unit that ordinary instructions stand in for gives what the probe asks of a real one; factors are right to 2⁻²².
    @Test func theProbeOfAMatrixUnitPassesWhereItIsRight() throws {
        let bench = try bench(OpenCLDriver())
        #expect(try DeviceProbe.check(.emulated, bench) == 1)
        let worst = try MatrixProbe(.emulated, bench.features).worstError(bench)
        #expect(worst < 2.4e-7, "\(worst)")
    }

    /// One group has nobody to wait for; more may hang on a processor.
    @Test func aGroupAloneIsResident() throws {
        #expect(try DeviceProbe.checkResidentGroups(1, bench(OpenCLDriver())) == 1)
    }

    /// Code for tensor cores is not compiled here, or the device has them.
    @Test func aUnitThatIsNotThereIsNotUsed() throws {
        let bench = try bench(OpenCLDriver())
        guard bench.features.isProcessor else { return }
        let answer = try? ProbeProcess.ask(.matrixTF32, bench.session.device)
        #expect(answer == nil || answer == 0)
    }

    /// Kernels that hang, crash or lie, in the place of a probe's: the process that asks stays whole, and the feature is off.
    @Test(arguments: [
        ("for (;;) answers[0]++;", "took more than"),
        ("*(volatile __global int *)8 = 1;", "ended with the signal"),
        ("this is no OpenCL C", "build"),
    ])
    func badProbesTurnTheirFeatureOff(body: String, complaint: String) throws {
        let folder = try #require(makeFolder())
        defer { remove(folder) }
        let text =
            "__kernel void probe(__global const int *values, __global int *answers) { \(body) }"
        #expect(write(text, to: folder + "/probes/vectors.cl"))
        setenv("KERATIN_KERNEL_PATH", folder, 1)
        defer { unsetenv("KERATIN_KERNEL_PATH") }
        let device = try OpenCLDriver().devices()[0]
        #expect {
            try ProbeProcess.$seconds.withValue(5) {
                _ = try ProbeProcess.ask(.vectors, device)
            }
        } throws: { "\($0)".contains(complaint) }
    }

    private func makeFolder() -> String? {
        var template = Array("/tmp/keratin-probes.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        let folder = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return mkdir(folder + "/probes", 0o700) == 0 ? folder : nil
    }

    private func remove(_ folder: String) {
        unlink(folder + "/probes/vectors.cl")
        rmdir(folder + "/probes")
        rmdir(folder)
    }

    private func write(_ text: String, to path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        defer { fclose(file) }
        return fputs(text, file) >= 0
    }
}

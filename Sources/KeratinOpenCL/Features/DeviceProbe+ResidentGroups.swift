import KeratinCore

extension DeviceProbe {
    /// How many work-groups of one launch can wait for each other, which OpenCL promises nowhere: all of them have to run at the
    /// same time and see what the others write. As many as the device has compute units, or 0.
    ///
    /// Groups that never meet hang, so that the process does not answer.
    static let residentGroups = DeviceProbe(
        name: "resident-groups", isIsolated: true,
        run: { bench throws(BackendError) in
            let groups = bench.features.computeUnits
            return try groupsMeet(groups, bench) ? groups : 0
        }, program: { residentProgram($0) })

    private static func residentProgram(_ features: DeviceFeatures) -> KernelProgram {
        KernelLowering(features, family: .gpu).programs.resident
    }

    /// Whether so many groups see in each of some turns what the others wrote in it.
    static func groupsMeet(_ groups: Int, _ bench: ProbeBench) throws(BackendError) -> Bool {
        let (turns, items) = (200, groups * 256)
        let numbers = try OpenCLBuffer(bench.session, byteCount: items * 4)
        let wrong = try OpenCLBuffer(bench.session, byteCount: items * 4)
        let gate = try OpenCLBuffer(bench.session, constants: [0, 0], isWritten: true)
        let launch = KernelLaunch(
            program: residentProgram(bench.features), kernel: "resident_check",
            arguments: [
                BufferSlice(numbers).floats, BufferSlice(wrong).floats, .memory(gate),
                .ints([turns]),
            ], global: [items, 1, 1], local: [256, 1, 1])
        return try bench.run(launch, wrong, items).allSatisfy { $0 == 0 }
    }
}

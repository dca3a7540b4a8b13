import KeratinCore

extension DeviceProbe {
    private static let program = KernelProgram.files(
        "probe", ["include/gate_gpu.cl", "probes/resident_groups.cl"], options: "")

    /// The groups of a launch that run at the same time, see what the others write, and so can wait for each other: one for each
    /// compute unit; 0 if a group saw old numbers. OpenCL promises neither, and groups that never meet hang.
    static let residentGroups = DeviceProbe(
        name: "resident-groups", isIsolated: true,
        run: { bench throws(BackendError) in
            try checkResidentGroups(bench.features.computeUnits, bench)
        }, program: { _ in program })

    /// - Returns: `groups`, or 0.
    static func checkResidentGroups(
        _ groups: Int, _ bench: ProbeBench
    ) throws(BackendError) -> Int {
        let items = groups * 256
        func zeros(_ count: Int) throws(BackendError) -> OpenCLBuffer {
            try OpenCLBuffer(
                bench.session, constants: [Int32](repeating: 0, count: count), isWritten: true)
        }
        let wrong = try zeros(items)
        let launch = KernelLaunch(
            program: program, kernel: "probe",
            arguments: [
                .memory(try zeros(items)), .memory(try zeros(2)), .memory(wrong), .ints([200]),
            ], global: [items, 1, 1], local: [256, 1, 1])
        return try bench.run(launch, wrong, items).allSatisfy { $0 == 0 } ? groups : 0
    }
}

import KeratinCore

/// Whether work-groups of one launch can wait for each other, which OpenCL promises nowhere: all of them have to run at the same time
/// and see what the others write.
///
/// A check that runs on the device answers it, once for a device and a driver; the answer lies beside the compiled programs. Groups that
/// never meet hang, and a fault ends everything that its process has on the device: so the check belongs into a process of its own, with
/// a limit to its time (`keratin devices --check`). Without an answer, groups do not wait.
extension OpenCLBackend {
    private static let turns = 200

    /// Runs the check in this process and keeps the answer. Whoever does not come back from it has said no.
    /// - Returns: the groups that can wait for each other, nil if none can.
    package func checkResidentGroups() throws -> Int? {
        guard family == .gpu else {
            throw BackendError.unsupported(
                "groups that wait for each other are for the gpu kernels (KERATIN_OPENCL_FAMILY=gpu)"
            )
        }
        let groups = lowering.computeUnits
        library.keepResidentGroups(nil)
        let items = groups * 256
        let numbers = BufferSlice(try allocate(byteCount: items * 4))
        let wrong = BufferSlice(try allocate(byteCount: items * 4))
        let gate = try OpenCLBuffer(session, constants: [0, 0], isWritten: true)
        let launch = KernelLaunch(
            program: lowering.programs.resident, kernel: "resident_check",
            arguments: [numbers.floats, wrong.floats, .memory(gate), .ints([Self.turns])],
            global: [items, 1, 1], local: [256, 1, 1])
        try plan([launch]).run()
        var counts = [Int32](repeating: -1, count: items)
        try counts.withUnsafeMutableBytes { try read(wrong, into: $0) }
        guard counts.allSatisfy({ $0 == 0 }) else { return nil }
        library.keepResidentGroups(groups)
        return groups
    }
}

extension KernelLibrary {
    private func residentKey() -> UInt64 {
        let text = try? KernelSources.text(["joining/gate_gpu.cl", "joining/resident_gpu.cl"])
        return cache.key(source: "resident groups of \(text ?? "")", options: "")
    }

    /// What the check on this device and driver said, if it ran.
    var residentGroups: Int? {
        guard let bytes = cache.load(residentKey()), bytes.count == 4 else { return nil }
        let groups = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        return groups > 0 ? groups : nil
    }

    fileprivate func keepResidentGroups(_ groups: Int?) {
        let groups = groups ?? 0
        cache.store(residentKey(), (0..<4).map { UInt8(truncatingIfNeeded: groups >> (8 * $0)) })
    }
}

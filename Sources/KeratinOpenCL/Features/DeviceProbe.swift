import KeratinCore

/// A small program that tries a feature on a device and says what it saw.
struct DeviceProbe: Sendable {
    /// As the cache, the process of its own and warnings call it.
    let name: String
    /// Whether it may hang, fault or take the context with it, as what no standard defines may: then it runs in a process of its own.
    let isIsolated: Bool
    /// Runs it: 0 for a feature that is not there, else what the probe measures.
    let run: @Sendable (ProbeBench) throws(BackendError) -> Int
    /// What the answer depends on besides device and driver.
    let program: @Sendable (DeviceFeatures) -> KernelProgram

    static let all = [vectors, matrixTF32, residentGroups]

    static func named(_ name: String) -> DeviceProbe? { all.first { $0.name == name } }

    /// Floats of the widest vectors, at least 1; 0 if comparisons of vectors do not give masks.
    static let vectors = {
        let program = KernelProgram.files("probe", ["probes/vectors.cl"], options: "")
        return DeviceProbe(
            name: "vectors", isIsolated: false,
            run: { bench throws(BackendError) in
                let values: [Int32] = [1, -5, 7, 3, 2, -6, 7, -3]
                let answers = try bench.run(
                    program, "probe", inputs: [values], results: 9, items: 1, group: 1)
                let masks: [Int32] = [0, -1, 0, -1]
                let selected: [Int32] = [1, -6, 7, -3]
                guard Array(answers[..<4]) == masks, Array(answers[4..<8]) == selected else {
                    return 0
                }
                return max(Int(answers[8]), 1)
            }, program: { _ in program })
    }()
}

/// Where probes run: a device of which nothing is known.
struct ProbeBench {
    let session: OpenCLSession
    let library: KernelLibrary

    var features: DeviceFeatures { DeviceFeatures(session.device) }

    /// Runs a kernel that takes buffers of 32-bit words.
    /// - Returns: the words of its last argument.
    func run(
        _ program: KernelProgram, _ kernel: String, inputs: [[Int32]], results: Int,
        extra: [KernelArgument] = [], items: Int, group: Int
    ) throws(BackendError) -> [Int32] {
        let output = try OpenCLBuffer(session, byteCount: results * 4)
        var arguments = [KernelArgument]()
        for input in inputs {
            arguments.append(.memory(try OpenCLBuffer(session, constants: input)))
        }
        let launch = KernelLaunch(
            program: program, kernel: kernel, arguments: arguments + [.memory(output)] + extra,
            global: [items, 1, 1], local: [group, 1, 1])
        return try run(launch, output, results)
    }

    /// Runs a launch to its end.
    /// - Returns: the first words of one of its buffers.
    func run(
        _ launch: KernelLaunch, _ output: OpenCLBuffer, _ results: Int
    ) throws(BackendError) -> [Int32] {
        var words = [Int32](repeating: 0, count: results)
        do {
            try OpenCLPlan(session, lock: ReentrantLock(), library: library, [launch]).run()
            try words.withUnsafeMutableBytes { try output.read(into: $0, offset: 0) }
        } catch let error as BackendError {
            throw error
        } catch {
            throw .unsupported("\(error)")
        }
        return words
    }
}

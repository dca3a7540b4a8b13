import COpenCL
import KeratinCore

/// A built program.
final class OpenCLProgram {
    let session: OpenCLSession
    let handle: cl_program

    init(session: OpenCLSession, handle: cl_program) {
        self.session = session
        self.handle = handle
    }

    deinit { session.driver.release(session.driver.functions.releaseProgram, handle) }
}

/// A kernel whose arguments are set; each launch of a plan has its own.
final class OpenCLKernel {
    let program: OpenCLProgram
    let handle: cl_kernel

    init(_ program: OpenCLProgram, _ name: String) throws(BackendError) {
        let driver = program.session.driver
        handle = try driver.create("clCreateKernel", name) {
            driver.functions.createKernel(program.handle, name, &$0)
        }
        self.program = program
    }

    deinit {
        program.session.driver.release(program.session.driver.functions.releaseKernel, handle)
    }
}

/// The programs of a device, each built when a plan first needs it, and kept.
final class KernelLibrary {
    private let session: OpenCLSession
    let cache: ProgramCache
    /// Whose kernels there are, and the options of the programs that are generated.
    private var family = KernelFamily.cpu
    private var options = ""
    private var programs: [KernelProgram: OpenCLProgram] = [:]
    /// Text before the generated kernels.
    private static let generatedPrelude = ["include/common.cl", "elementwise/pointwise.cl"]

    init(_ session: OpenCLSession) {
        self.session = session
        let info = session.device.info
        cache = ProgramCache(
            identity:
                "\(info.name)|\(info.platform)|\(info.driver)|\(session.device.languageVersion)")
    }

    /// Before generated programs are built.
    func use(_ programs: KernelPrograms) {
        family = programs.family
        options = programs.lanes
    }

    /// Builds what a plan needs and is not there yet; its generated kernels in one program.
    func prepare(_ wanted: [KernelProgram]) throws(BackendError) {
        var generated = [(KernelProgram, String)]()
        var joinedPrograms = Set<KernelProgram>()
        var joined = (calls: [String](), parts: [KernelProgram](), texts: [String]())
        for program in wanted where programs[program] == nil {
            switch program {
            case .files(let name, let files, let options):
                programs[program] = try build(
                    name, try KernelSources.text(files), options: options)
            case .generated(let text):
                if !generated.contains(where: { $0.0 == program }) {
                    generated.append((program, text))
                }
            case .joined(let calls, let parts, let text):
                if joinedPrograms.insert(program).inserted {
                    for call in calls where !joined.calls.contains(call) {
                        joined.calls.append(call)
                    }
                    joined.parts += parts
                    joined.texts.append(text)
                }
            }
        }
        if !joinedPrograms.isEmpty {
            let text = try JoinedSource.text(
                parts: joined.parts, kernels: joined.texts, family: family)
            let name = "joined calls of " + joined.calls.joined(separator: ", ")
            let start = ContinuousClock.now
            let built = try build(name, text, options: options)
            if Profiler.isEnabled {
                Profiler.record(
                    kernel: "build of \(name)", geometry: "\(text.utf8.count) bytes",
                    seconds: (ContinuousClock.now - start) / .seconds(1),
                    cost: OperationCost(flops: 0, bytes: 0))
            }
            for program in joinedPrograms { programs[program] = built }
        }
        guard !generated.isEmpty else { return }
        let text =
            try KernelSources.text(Self.generatedPrelude)
            + generated.map(\.1).sorted().joined(separator: "\n")
        let built = try build("pointwise", text, options: options)
        for (program, _) in generated { programs[program] = built }
    }

    /// - Throws: `BackendError` if the program was not prepared or lacks the kernel.
    func kernel(_ program: KernelProgram, _ name: String) throws(BackendError) -> OpenCLKernel {
        guard let built = programs[program] else {
            throw .invalidArgument("kernel program '\(program.name)' was not prepared")
        }
        return try OpenCLKernel(built, name)
    }

    private func build(
        _ name: String, _ source: String, options: String
    ) throws(BackendError) -> OpenCLProgram {
        let options = (["-cl-std=CL1.2"] + (options.isEmpty ? [] : [options]) + haste(options))
            .joined(separator: " ")
        let key = cache.key(source: source, options: options)
        if let binary = cache.load(key) {
            if let program = try? load(name, binary, options) { return program }
            cache.remove(key)
        }
        let driver = session.driver
        let functions = driver.functions
        let handle = try source.utf8CString.withUnsafeBufferPointer {
            text throws(BackendError) -> cl_program in
            var pointer = text.baseAddress
            var length = text.count - 1
            return try driver.create("clCreateProgramWithSource", name) {
                functions.createProgramWithSource(session.context, 1, &pointer, &length, &$0)
            }
        }
        let program = OpenCLProgram(session: session, handle: handle)
        try compile(name, program, options)
        if cache.isOn, let binary = try? self.binary(program) { cache.store(key, binary) }
        return program
    }

    /// `KERATIN_OPTIMIZE=off` asks the device's compiler not to optimise: kernels are there sooner, and slower.
    private func haste(_ options: String) -> [String] {
        let option = "-cl-opt-disable"
        return environment("KERATIN_OPTIMIZE") == "off" && !options.contains(option) ? [option] : []
    }

    private func compile(
        _ name: String, _ program: OpenCLProgram, _ options: String
    ) throws(BackendError) {
        let driver = session.driver
        var device: cl_device_id? = session.device.device
        do {
            try driver.call("clBuildProgram", name) {
                driver.functions.buildProgram(program.handle, 1, &device, options, nil, nil)
            }
        } catch {
            guard case .callFailed(_, OpenCLStatus.name(CL_BUILD_PROGRAM_FAILURE), _) = error else {
                throw error
            }
            let log = try? driver.bytes("clGetProgramBuildInfo") {
                driver.functions.getProgramBuildInfo(
                    program.handle, device, cl_uint(CL_PROGRAM_BUILD_LOG), $0, $1, $2)
            }
            throw .buildFailed(program: name, log: log.map(driver.text) ?? "(no log)")
        }
    }

    private func load(
        _ name: String, _ binary: [UInt8], _ options: String
    ) throws(BackendError) -> OpenCLProgram {
        let driver = session.driver
        var device: cl_device_id? = session.device.device
        let handle = try binary.withUnsafeBufferPointer {
            bytes throws(BackendError) -> cl_program in
            var pointer = bytes.baseAddress
            var length = bytes.count
            var status = CL_SUCCESS
            return try driver.create("clCreateProgramWithBinary", name) {
                driver.functions.createProgramWithBinary(
                    session.context, 1, &device, &length, &pointer, &status, &$0)
            }
        }
        let program = OpenCLProgram(session: session, handle: handle)
        try compile(name, program, options)
        return program
    }

    private func binary(_ program: OpenCLProgram) throws(BackendError) -> [UInt8] {
        let driver = session.driver
        let sizes = try driver.bytes("clGetProgramInfo") {
            driver.functions.getProgramInfo(
                program.handle, cl_uint(CL_PROGRAM_BINARY_SIZES), $0, $1, $2)
        }
        var binary = [UInt8](repeating: 0, count: driver.integer(Array(sizes.prefix(8))))
        try binary.withUnsafeMutableBufferPointer { bytes throws(BackendError) in
            var pointer = bytes.baseAddress
            try driver.call("clGetProgramInfo") {
                driver.functions.getProgramInfo(
                    program.handle, cl_uint(CL_PROGRAM_BINARIES),
                    MemoryLayout.size(ofValue: pointer),
                    &pointer, nil)
            }
        }
        return binary
    }
}

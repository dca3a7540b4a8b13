import COpenCL
import KeratinCore

/// Turns runs of small launches into one launch each.
///
/// Enqueueing a kernel and waking a worker for it costs a processor's driver 2 to 6 µs, more than a
/// kernel of a single work-item often takes. Consecutive launches of the cpu family that have exactly
/// one work-item each therefore become one generated kernel that calls the others in their order: what
/// a work-item stores is there for what it loads later, so that no barrier is needed.
///
/// The kernel's text says which kernels are called and which of them share a buffer. Offsets, sizes and
/// numbers lie in a buffer of 32-bit words that the plan owns, so that plans of the same structure share
/// a program. Kernels that keep local memory (matrix products that pack) are left alone, since
/// OpenCL 1.2 leaves open what calling them means.
final class LaunchMerger {
    /// Calls in one kernel: compilers inline each (about 0.1 s), and more save next to nothing.
    static let mostCalls = 24
    /// Buffers of one kernel: half of the 1024 bytes of parameters that every device takes.
    static let mostBuffers = 64

    private let session: OpenCLSession
    private var callable: [KernelProgram: Bool] = [:]

    init(_ session: OpenCLSession) { self.session = session }

    /// The launches with runs of two or more single work-items merged.
    func merge(_ launches: ArraySlice<KernelLaunch>) throws(BackendError) -> [KernelLaunch] {
        var result = [KernelLaunch]()
        var run = Run()
        func finish() throws(BackendError) {
            if run.launches.count > 1 {
                result.append(try run.launch(session))
            } else {
                result += run.launches
            }
            run = Run()
        }
        for launch in launches {
            guard launch.global == [1, 1, 1], launch.local == [1, 1, 1],
                let program = try callableProgram(launch)
            else {
                try finish()
                result.append(launch)
                continue
            }
            if !run.hasRoom(for: launch) { try finish() }
            run.append(launch, program)
        }
        try finish()
        return result
    }

    /// The program whose text a merged launch takes the launch's kernel from, nil if it cannot be called.
    private func callableProgram(_ launch: KernelLaunch) throws(BackendError) -> KernelProgram? {
        let program = launch.program
        if let known = callable[program] { return known ? program : nil }
        let isCallable: Bool
        switch program {
        case .generated: isCallable = true
        case .merged: isCallable = false
        case .files where program.isLong: isCallable = false
        case .files(_, let files, let options):
            let text = try KernelSources.text(files)
            isCallable = MergedSource.definitions(options) != nil && !text.contains("__local")
        }
        callable[program] = isCallable
        return isCallable ? program : nil
    }
}

/// Launches that become one.
private struct Run {
    private(set) var launches = [KernelLaunch]()
    private var parts = [KernelProgram]()
    private var buffers = [any DeviceBuffer]()
    private var words = [Int32]()
    private var calls = ""

    func hasRoom(for launch: KernelLaunch) -> Bool {
        launches.count < LaunchMerger.mostCalls
            && buffers.count + launch.arguments.count <= LaunchMerger.mostBuffers
    }

    mutating func append(_ launch: KernelLaunch, _ program: KernelProgram) {
        launches.append(launch)
        if !parts.contains(program) { parts.append(program) }
        let values = launch.arguments.map { value($0) }
        calls += "    \(MergedSource.name(of: launch.kernel, in: program))("
        calls += values.joined(separator: ", ") + ");\n"
    }

    /// Stores an argument's numbers; how the text reads it.
    private mutating func value(_ argument: KernelArgument) -> String {
        let place = words.count
        switch argument {
        case .buffer(let slice, let elementSize):
            let offset = slice.byteOffset / elementSize
            words.append(Int32(truncatingIfNeeded: offset))
            words.append(Int32(truncatingIfNeeded: offset >> 32))
            return "b\(index(of: slice.buffer)), LONG(\(place))"
        case .memory(let buffer):
            return "b\(index(of: buffer))"
        case .float(let number):
            words.append(Int32(bitPattern: number.bitPattern))
            return "as_float(words[\(place)])"
        case .ints(let numbers):
            words += numbers.map { Int32(truncatingIfNeeded: $0) }
            return numbers.count == 1
                ? "words[\(place)]" : "vload\(numbers.count)(0, words + \(place))"
        case .structure(let type, let numbers):
            words += numbers.map { Int32(truncatingIfNeeded: $0) }
            return "*(__global const \(type) *)(words + \(place))"
        }
    }

    private mutating func index(of buffer: any DeviceBuffer) -> Int {
        if let index = buffers.firstIndex(where: { $0 === buffer }) { return index }
        buffers.append(buffer)
        return buffers.count - 1
    }

    func launch(_ session: OpenCLSession) throws(BackendError) -> KernelLaunch {
        let body = buffers.indices.map { ", __global void *b\($0)" }.joined() + ") {\n\(calls)}\n"
        let name = "batch_" + String(ProgramCache.hash(Array(body.utf8)), radix: 16)
        let text = """
            __kernel __attribute__((reqd_work_group_size(1, 1, 1)))
            void \(name)(__global const int *words\(body)
            """
        let numbers = try OpenCLBuffer(session, constants: words)
        var called = [String]()
        for launch in launches where !called.contains(launch.kernel) {
            called.append(launch.kernel)
        }
        return KernelLaunch(
            program: .merged(calls: called, parts: parts, text: text), kernel: name,
            arguments: [.memory(numbers)] + buffers.map { .memory($0) }, global: [1, 1, 1],
            local: [1, 1, 1],
            description: "\(name), \(launches.count) calls: \(called.joined(separator: ", "))")
    }
}

import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs a probe in a process of its own: this program, started again, which finds in its environment what it is for and ends
/// before its `main`. A kernel that faults or hangs ends that process and not the program.
package enum ProbeProcess {
    /// Names the device's number and the probe.
    private static let variable = "KERATIN_PROBE"
    /// Before the answer, since other code of the program may print before it.
    private static let mark = "keratin-probe="

    /// Seconds that a probe may take, compilation included.
    @TaskLocal static var seconds: UInt32 = 20

    /// - Throws: `BackendError` that says how the process ended if it has no answer.
    static func ask(_ probe: DeviceProbe, _ device: OpenCLDevice) throws(BackendError) -> Int {
        guard let program = executable() else {
            throw .unsupported("the program's own file cannot be found to start it again")
        }
        var ends: [Int32] = [0, 0]
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nothing >= 0, pipe(&ends) == 0 else {
            if nothing >= 0 { close(nothing) }
            throw .unsupported("no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let status: Int32
        do throws(ChildProcess.Failure) {
            defer {
                close(nothing)
                close(ends[1])
            }
            status = try ChildProcess.start(
                program, [], variables: ["\(variable)=\(device.index):\(probe.name)"],
                descriptors: [nothing, ends[1], nothing]
            ).wait(seconds: Double(seconds))
        } catch {
            switch error {
            case .notStarted(let reason), .lost(let reason): throw .unsupported(reason)
            case .tooLong: throw .unsupported("it took more than \(seconds) s")
            }
        }
        guard status == 0 else {
            let signal = status & 0x7F
            throw .unsupported(
                signal == 0
                    ? "it ended with the exit code \(status >> 8 & 0xFF)"
                    : "it ended with the signal \(signal)")
        }
        guard let answer = answer(in: ends[0]) else {
            throw .unsupported("it gave no answer")
        }
        switch answer {
        case .number(let number): return number
        case .problem(let text): throw .unsupported(text)
        }
    }

    private enum Answer {
        case number(Int)
        case problem(String)
    }

    private static func answer(in descriptor: Int32) -> Answer? {
        // A pipe holds that much, so that the process could write it before it ended.
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
        guard let line = lines.last(where: { $0.hasPrefix(mark) }) else { return nil }
        let text = line.dropFirst(mark.count)
        return Int(text).map(Answer.number) ?? .problem(String(text))
    }

    private static func executable() -> String? {
        #if canImport(Darwin)
            var size = UInt32(4096)
            var path = [CChar](repeating: 0, count: Int(size))
            guard _NSGetExecutablePath(&path, &size) == 0 else { return nil }
            return String(decoding: path.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        #else
            let path = "/proc/self/exe"
            return access(path, X_OK) == 0 ? path : nil
        #endif
    }

    /// In a process that was started for a probe: runs it and ends. Else returns at once.
    package static func answerIfAsked() {
        guard let request = environment(variable) else { return }
        // Whoever asked may be gone.
        alarm(seconds)
        let parts = request.split(separator: ":", maxSplits: 1).map(String.init)
        let text: String
        do throws(BackendError) {
            guard parts.count == 2, let index = Int(parts[0]),
                let probe = DeviceProbe.named(parts[1])
            else { throw .invalidArgument("there is no probe '\(request)'") }
            let driver = try OpenCLDriver()
            let devices = try driver.devices()
            guard devices.indices.contains(index) else {
                throw .noDevice("there is no device \(index)")
            }
            let session = try OpenCLSession(
                driver: driver, device: devices[index], profiling: Profiler.isEnabled)
            let bench = ProbeBench(session: session, library: KernelLibrary(session))
            text = String(try probe.run(bench))
        } catch {
            text = "\(error)".split(separator: "\n").joined(separator: " ")
        }
        let line = Array("\(mark)\(text.prefix(4000))\n".utf8)
        _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
        _exit(0)
    }
}

import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Processes that read a run's inputs. One that ends or hangs is a fault found; another goes on behind its input.
final class MutationPool {
    struct Fault {
        var number: Int
        var format: String
        var text: String
    }

    private struct Worker {
        var process: pid_t
        var output: Int32
        var errors: String
        /// The input that it reads, and since when.
        var current: (number: Int, format: String)?
        var since: Double
        var rest = ""
    }

    private let arguments: (Int) -> [String]
    private let folder: String
    private let seconds: Double
    private let jobs: Int
    private(set) var verdicts: [String: [String: Int]] = [:]
    private(set) var faults: [Fault] = []
    /// Inputs that were read.
    private var done = 0
    /// Hears of every 10,000 inputs.
    var progress: (Int) -> Void = { _ in }
    /// Hears of each fault.
    var report: (Fault) -> Void = { _ in }

    /// - Parameters:
    ///   - seconds: how long one input may take.
    ///   - arguments: of a process that begins with an input.
    init(jobs: Int, folder: String, seconds: Double, arguments: @escaping (Int) -> [String]) {
        (self.jobs, self.folder, self.seconds, self.arguments) = (jobs, folder, seconds, arguments)
    }

    func run(inputs: Int) throws {
        var workers = try (0..<min(jobs, max(inputs, 1))).map { try start($0) }
        while !workers.isEmpty {
            var entries = workers.map { pollfd(fd: $0.output, events: Int16(POLLIN), revents: 0) }
            _ = poll(&entries, nfds_t(entries.count), 500)
            var living: [Worker] = []
            for (var worker, entry) in zip(workers, entries) {
                if entry.revents != 0, !hear(&worker) {
                    let status = wait(for: worker.process)
                    close(worker.output)
                    guard let current = worker.current else {
                        guard status == 0 else {
                            throw KeratinError(
                                .invalidState,
                                "a process ended before its first input: \(lastWords(worker))")
                        }
                        continue
                    }
                    let end =
                        status & 0x7F == 0 ? "exit code \(status >> 8)" : "signal \(status & 0x7F)"
                    add(current, "ended the process with \(end): \(lastWords(worker))", "crash")
                    if current.number + jobs < inputs {
                        living.append(try start(current.number + jobs))
                    }
                } else if let current = worker.current,
                    MonotonicClock.seconds() - worker.since > seconds
                {
                    kill(worker.process, SIGKILL)
                    _ = wait(for: worker.process)
                    close(worker.output)
                    add(current, "was not done after \(Int(seconds)) s", "hang")
                    if current.number + jobs < inputs {
                        living.append(try start(current.number + jobs))
                    }
                } else {
                    living.append(worker)
                }
            }
            workers = living
        }
    }

    /// What a process says; false at its end.
    private func hear(_ worker: inout Worker) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        let count = read(worker.output, &bytes, bytes.count)
        if count < 0, errno == EINTR { return true }
        guard count > 0 else { return false }
        worker.rest += String(decoding: bytes[..<count], as: UTF8.self)
        while let end = worker.rest.firstIndex(of: "\n") {
            let line = String(worker.rest[..<end])
            worker.rest.removeSubrange(...end)
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard let first = words.first else { continue }
            if let number = Int(first) {
                worker.current = (number, words.count > 1 ? words[1] : "")
                worker.since = MonotonicClock.seconds()
            } else if let current = worker.current {
                if first == "wrong" {
                    add(current, words.count > 1 ? words[1] : "", "wrong")
                } else if first != "done" {
                    verdicts[current.format, default: [:]][first, default: 0] += 1
                }
                worker.current = nil
                done += 1
                if done % 10_000 == 0 { progress(done) }
            }
        }
        return true
    }

    private func add(_ input: (number: Int, format: String), _ text: String, _ kind: String) {
        verdicts[input.format, default: [:]][kind, default: 0] += 1
        let fault = Fault(number: input.number, format: input.format, text: "\(kind): \(text)")
        faults.append(fault)
        report(fault)
    }

    private func wait(for process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }

    private func lastWords(_ worker: Worker) -> String {
        let descriptor = open(worker.errors, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 600)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
            .split(whereSeparator: \.isNewline).prefix(3).joined(separator: " ")
    }

    private func start(_ first: Int) throws -> Worker {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw KeratinError(.invalidState, "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let errors = "\(folder)/errors-\(first % jobs)"
        let descriptor = open(errors, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer {
            close(ends[1])
            close(descriptor)
        }
        let process: pid_t
        do throws(ChildProcess.Failure) {
            process = try ChildProcess.start(
                "/proc/self/exe", Array(arguments(first).dropFirst()),
                variables: ["SWIFT_BACKTRACE=enable=no"],
                descriptors: [0, ends[1], descriptor]
            ).number
        } catch {
            close(ends[0])
            throw KeratinError(.invalidState, "a process does not start: \(error.reason)")
        }
        return Worker(
            process: process, output: ends[0], errors: errors, since: MonotonicClock.seconds())
    }
}

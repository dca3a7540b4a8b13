import Keratin
import KeratinCore
import KeratinIO

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads every so many-th input of a run and says on standard output what it is about to read, and what came of it. What ends this process
/// is a fault of the input that it named last.
struct MutationWorker {
    let options: MutateOptions
    /// Bytes of memory that one input may take.
    private static let memoryLimit = 1 << 28

    func run(from first: Int, by step: Int) throws {
        let corpus = try MutationCorpus(folder: options.folder)
        let judge = try MutationJudge(
            folder: options.workFolder(first % step),
            process: HDF5Process(program: "/proc/self/exe"))
        // An address space so large is never needed; what asks for it ends here and not the machine.
        var limit = rlimit(rlim_cur: 1 << 34, rlim_max: 1 << 34)
        #if canImport(Glibc)
            _ = setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        #else
            _ = setrlimit(RLIMIT_AS, &limit)
        #endif
        for number in stride(from: first, to: options.inputs, by: step) {
            let input = try MutationInput(
                number, seed: options.seed, formats: options.formats, corpus: corpus)
            say("\(number) \(input.format.rawValue)")
            forgetPeak()
            let before = residentBytes()
            var verdict = judge.verdict(on: input, number: number)
            let taken = peakResidentBytes() - before
            if taken > Self.memoryLimit {
                verdict = .wrong("it took \(taken >> 20) MiB of memory")
            }
            switch verdict {
            case .read: say("read")
            case .refused: say("refused")
            case .wrong(let fault):
                say("wrong " + fault.split(whereSeparator: \.isNewline).joined(separator: " "))
            }
        }
        say("done")
    }

    private func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        // Nobody reads on if whoever asked has gone.
        if bytes.withUnsafeBytes({ write(1, $0.baseAddress, $0.count) }) < 0 { _exit(1) }
    }

    /// Lets the system measure the most memory from here on.
    private func forgetPeak() {
        let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = write(descriptor, "5", 1)
        close(descriptor)
    }
}

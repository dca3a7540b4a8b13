import ArgumentParser
import Keratin
import KeratinCore
import KeratinIO
import KeratinTooling

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `keratin-bench resume`: kills a training at random moments, runs it again until it comes to its end, and compares its weights with those of
/// one that nobody killed.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract:
            "Kills trainings at random moments; each must go on and end with the same weights, bit for bit. Ends with code 1 if one does not."
    )

    @OptionGroup var options: BenchOptions

    @Option(help: "Kills on each backend.", transform: atLeast(1))
    var kills = 100

    @Option(help: .hidden)
    var child: String?

    func run() throws {
        if let child { return try train(child) }
        var hasFailed = false
        for backend in try options.backends() {
            let (right, wrong, runs) = try check(backend.name)
            print(
                "\(backend.name): \(right + wrong) kills, \(right) goings-on in \(runs) runs ended with the same weights, \(wrong) with others"
            )
            hasFailed = hasFailed || wrong > 0
        }
        if hasFailed { throw ExitCode(1) }
    }

    /// - Returns: the kills after which the weights were right in the end, those after which they were not, and all runs.
    private func check(_ backend: String) throws -> (right: Int, wrong: Int, runs: Int) {
        let folder = FileManager.default.temporaryDirectory.path + "/keratin-resume-\(UUID())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // The first one may have kernels to compile.
        _ = try end(spawn(backend, "\(folder)/first"))
        let start = MonotonicClock.seconds()
        _ = try end(spawn(backend, "\(folder)/whole"))
        let whole = MonotonicClock.seconds() - start
        let expected = try FileAccess.read("\(folder)/whole.safetensors")
        var (right, wrong, runs) = (0, 0, 0)
        while right + wrong < kills {
            let place = "\(folder)/run\(runs)"
            var killed = 0
            var isKilled: Bool
            repeat {
                runs += 1
                // Some runs come to their end before.
                let isLast = right + wrong + killed >= kills
                let moment = isLast ? nil : Double.random(in: 0...(whole * 1.1))
                isKilled = try end(spawn(backend, place), killedAfter: moment)
                if isKilled { killed += 1 }
            } while isKilled
            let isSame = try FileAccess.read("\(place).safetensors") == expected
            if isSame { right += killed } else { wrong += max(killed, 1) }
        }
        return (right, wrong, runs)
    }

    /// Starts this program once more, as the training.
    private func spawn(_ backend: String, _ place: String) throws -> pid_t {
        let arguments = [
            CommandLine.arguments[0], "resume", "--backend", backend, "--child", place,
        ]
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, arguments[0], nil, nil, &pointers, environ)
        guard code == 0 else {
            throw KeratinError(
                .invalidState, "does not start: \(String(cString: strerror(code)))",
                at: arguments[0])
        }
        return process
    }

    /// Waits for a training's end.
    /// - Parameter seconds: when it is killed; nil: not at all.
    /// - Returns: whether it was killed.
    private func end(_ process: pid_t, killedAfter seconds: Double? = nil) throws -> Bool {
        if let seconds {
            usleep(UInt32(seconds * 1e6))
            kill(process, SIGKILL)
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        if status & 0x7F == SIGKILL { return true }
        guard status == 0 else {
            throw KeratinError(.invalidState, "a training ended with the status \(status)")
        }
        return false
    }

    /// A training with everything that draws random numbers or remembers something.
    private func train(_ place: String) throws {
        guard let backend = try options.backends().first else { return }
        try withBackend(backend) {
            RandomSeed.set(9)
            let x = random.uniform([512, 8], seed: 1)
            let y = (x * x).sum(axis: -1, keepDims: true)
            let model = try Sequential([
                Input(shape: [8]), Dense(64, activation: .tanh), Dropout(0.3),
                BatchNormalization(), Dense(1),
            ])
            try model.compile(
                optimizer: Nadam(learningRate: 0.01, useEMA: true, emaMomentum: 0.9), loss: "mse")
            try model.fit(
                Dataset(x, y).shuffled().batched(32), epochs: 12, verbose: 0,
                callbacks: [
                    ReduceLROnPlateau("loss", factor: 0.7, patience: 1, minDelta: 0.05),
                    CSVLogger("\(place).csv"), BackupAndRestore("\(place).backup", saveFreq: 5),
                ])
            let weights = try model.getWeights()
            try Safetensors(weights.enumerated().map { ("\($0.offset)", $0.element) })
                .write(to: "\(place).safetensors")
        }
    }
}

import KeratinCore

/// Asks probes, each once per device and driver: answers are kept beside the compiled programs.
package final class FeatureProbes {
    private let bench: ProbeBench
    private let cache: ProgramCache
    private let device: OpenCLDevice

    init(_ session: OpenCLSession, _ library: KernelLibrary) {
        bench = ProbeBench(session: session, library: library)
        cache = library.cache
        device = session.device
    }

    /// What a probe says; nil if it hung, crashed or could not be run in its process, which is told in one warning.
    /// - Throws: `BackendError` for a probe without a process of its own that cannot be run: then nothing can.
    func answer(_ probe: DeviceProbe) throws(BackendError) -> Int? {
        let text = try KernelSources.text(probe.program(bench.features))
        let key = cache.key(source: text, options: "probe \(probe.name)")
        if let known = cache.load(key).flatMap({ Int(String(decoding: $0, as: UTF8.self)) }) {
            return known < 0 ? nil : known
        }
        func keep(_ answer: Int) { cache.store(key, Array(String(answer).utf8)) }
        guard probe.isIsolated else {
            let answer = try probe.run(bench)
            keep(answer)
            return answer
        }
        do throws(BackendError) {
            let answer = try ProbeProcess.ask(probe, device)
            keep(answer)
            return answer
        } catch {
            warn(
                "\(device.info.name): the probe of '\(probe.name)' failed, so the feature is not used: \(error)"
            )
            // It is not tried again; the warning was its only one.
            keep(-1)
            return nil
        }
    }
}

extension KernelSources {
    /// What a program of files is made from, with its options.
    static func text(_ program: KernelProgram) throws(BackendError) -> String {
        guard case .files(_, let files, let options) = program else { return "" }
        return try options + "\n" + text(files)
    }
}

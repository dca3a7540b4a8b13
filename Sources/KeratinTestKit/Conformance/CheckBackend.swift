import KeratinCore

/// Runs the conformance suite on a backend: every primitive and every fused operation of Core in many
/// drawn cases against the Double reference, with unaligned arguments among guard bytes, dirty
/// workspaces, repeated runs, loops, copies, counters and calls from several threads. The draws are the same on every machine.
///
/// Failures are collected, not thrown. A run takes about a minute on a CPU; see `ConformanceOptions.tiny`
/// for simulators.
public func checkBackend(
    _ backend: any Backend, options: ConformanceOptions = ConformanceOptions()
) -> ConformanceReport {
    let runner = ConformanceRunner(backend, options)
    runner.run()
    return runner.report
}

/// Collects the outcome of all families.
final class ConformanceRunner {
    let backend: any Backend
    let options: ConformanceOptions
    var report: ConformanceReport

    init(_ backend: any Backend, _ options: ConformanceOptions) {
        self.backend = backend
        self.options = options
        report = ConformanceReport(backend: backend.name, device: backend.device.name)
    }

    func fail(_ check: ConformanceReport.Check, _ name: String, _ detail: String) {
        report.failures.append(.init(check: check, name: name, detail: detail))
    }

    private func isWanted(_ family: String) -> Bool {
        options.families.isEmpty || options.families.contains { family.contains($0) }
    }

    func run() {
        for family in ConformanceFamily.all where isWanted(family.name) {
            let cases = family.cases(options.tiny)
            note(family.name, cases.count) { run(cases) }
            if options.expansions {
                let fused = stride(from: 0, to: cases.count, by: family.expansionStride)
                    .map { cases[$0] }
                    .filter { $0.inPlace == nil && $0.operation.isFused }
                if !fused.isEmpty {
                    note("\(family.name), expanded", fused.count) { runExpansions(fused) }
                }
            }
        }
        if isWanted("loops") { note("loops", 4) { checkLoops() } }
        if isWanted("memory") { note("memory", 1) { checkMemory() } }
        if isWanted("threads") { note("threads", 4) { checkThreads() } }
    }

    private func note(_ family: String, _ count: Int, _ body: () -> Void) {
        let before = report.failures.count
        body()
        report.cases.append((family, count))
        options.progress?("\(family): \(count) cases, \(report.failures.count - before) failures")
    }

    // MARK: Cases

    private func run(_ cases: [ConformanceCase]) {
        var runnable = [ConformanceCase]()
        for candidate in cases {
            let inputs = candidate.inputs.map(\.type)
            do {
                let results = try candidate.operation.resultTypes(inputs)
                if backend.supports(candidate.operation, inputs: inputs, results: results) {
                    runnable.append(candidate)
                } else if candidate.operation.isFused {
                    report.expanded.insert(candidate.operation.name)
                } else {
                    fail(.support, candidate.name, "supports() is false for a primitive")
                }
            } catch {
                fail(.definition, candidate.name, "\(error)")
            }
        }
        for start in stride(from: 0, to: runnable.count, by: options.casesPerPlan) {
            let batch = Array(runnable[start..<min(start + options.casesPerPlan, runnable.count)])
            for aligned in options.tiny ? [false] : [false, true] {
                runBatch(batch, aligned: aligned)
            }
        }
    }

    /// Runs the cases as one plan; if that throws, one by one, to name the case.
    private func runBatch(_ batch: [ConformanceCase], aligned: Bool) {
        do {
            let prepared = try batch.map { try PreparedCase($0, on: backend, aligned: aligned) }
            let plan = try backend.makePlan(prepared.map { .launch($0.request) })
            for item in prepared { try item.reset(filler: 0xFF) }
            let before = (backend.counters.allocations, backend.counters.waits)
            let issued = backend.counters.launches
            try plan.run()
            let after = (backend.counters.allocations, backend.counters.waits)
            if backend.counters.launches - issued != plan.launchCount {
                fail(
                    .counters, "a plan of \(batch.count) launches",
                    "run() counted \(backend.counters.launches - issued) launches, "
                        + "launchCount is \(plan.launchCount)")
            }
            if before != after {
                fail(
                    .counters, "a plan of \(batch.count) launches",
                    "run() made \(after.0 - before.0) allocations and \(after.1 - before.1) waits")
            }
            let first = try prepared.map { try $0.collect() }
            for item in prepared { try item.reset(filler: 0x5A) }
            try plan.run()
            for (item, outcome) in zip(prepared, first) {
                judge(item.source, outcome, again: try item.collect())
            }
        } catch {
            if batch.count > 1 {
                for single in batch { runBatch([single], aligned: aligned) }
            } else {
                fail(.error, batch[0].name, "\(error)")
            }
        }
    }

    private func judge(
        _ source: ConformanceCase, _ outcome: PreparedCase.Outcome,
        again: PreparedCase.Outcome
    ) {
        if let intrusion = outcome.intrusion { fail(.outOfBounds, source.name, intrusion) }
        compare(source, outcome.results, source.inPlace == nil ? .values : .inPlace)
        if outcome.results != again.results {
            let position =
                zip(outcome.results, again.results).enumerated()
                .first { $1.0 != $1.1 }?.offset ?? 0
            let byte =
                zip(outcome.results[position], again.results[position]).enumerated()
                .first { $1.0 != $1.1 }?.offset ?? 0
            fail(
                .repeatability, source.name,
                "a second run over other leftovers gives other bits (result \(position), byte \(byte))"
            )
        }
    }

    func compare(
        _ source: ConformanceCase, _ results: [[UInt8]], _ check: ConformanceReport.Check
    ) {
        do {
            let expected = try ReferenceEvaluator.evaluate(source.operation, source.inputs)
            for (position, (bytes, expected)) in zip(results, expected).enumerated() {
                let got = bytes.withUnsafeBytes { ReferenceTensor(expected.type, bytes: $0) }
                let tolerance = expected.type.dtype.isFloat ? source.tolerance : .exact
                let comparison = tolerance.compare(got.values, expected.values)
                if !comparison.isWithin {
                    fail(
                        check, source.name,
                        "result \(position) \(expected.type), \(tolerance.name): \(comparison)")
                }
            }
        } catch {
            fail(.definition, source.name, "\(error)")
        }
    }
}

extension Operation {
    var isFused: Bool { if case .fused = self { true } else { false } }
}

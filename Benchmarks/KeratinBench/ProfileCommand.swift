import ArgumentParser
import Keratin
import KeratinCore
import KeratinIO
import KeratinModels
import KeratinTensor
import KeratinTooling

/// `keratin-bench profile`: where a net's time goes, layer by layer.
struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "The layers of a .keras or .h5 file: time, rates, part of the roofline, memory.",
        discussion: """
            Each layer runs by itself on what the layers before it give; the last row is the whole net, in which neighbours are joined, so \
            that it may take less than the sum. Memory is that of weights, results and scratch.

            keratin-bench profile net.keras --backend cpu --batch 8 --html net.html
            """)

    @ArgumentParser.Argument(help: "A .keras, .h5 or .hdf5 file.")
    var model: String

    @OptionGroup var options: JobOptions

    @Option(help: "Samples of the batch.", transform: atLeast(1))
    var batch = 1

    @Option(
        help: "What extents are that the net leaves open: of images, of time.",
        transform: atLeast(1))
    var size = 224

    func run() throws {
        if options.list {
            let names = try loadModel(model, compile: false).layers.map(\.name).filter(isChosen)
            return print(names.joined(separator: "\n"))
        }
        var run = BenchRun(devices: [], measurements: [])
        for backend in try options.bench.backends() {
            let device = try BenchRun.device(backend, options)
            run.devices.append(device)
            run.measurements += try withBackend(backend) {
                try profile(backend, device.roofline)
            }
        }
        let table =
            [
                [
                    "backend", "layer", "class", "ms", "of whole", "GFLOP/s", "GB/s", "of roofline",
                    "weights", "output", "memory",
                ]
            ]
            + run.measurements.map { cells($0, run.measurements) }
        try options.report(
            run.measurements, table,
            BenchReport(
                title: "Layers of \(model)", devices: run.devices.map(BenchReport.sentence),
                charts: charts(run), table: table))
    }

    private static let whole = "(the whole net)"

    private func cells(_ row: Measurement, _ rows: [Measurement]) -> [String] {
        let whole = rows.first { $0.job == Self.whole && $0.backend == row.backend }
        func kib(_ bytes: Int?) -> String { bytes.map { "\(($0 + 1023) >> 10) KiB" } ?? "" }
        return [
            row.backend, row.job, row.family, decimal(row.medianS * 1e3, 3),
            whole.map { decimal(row.medianS / $0.medianS * 100, 1) + " %" } ?? "",
            row.gflops.map { decimal($0, 1) } ?? "", row.gbytesPerS.map { decimal($0, 1) } ?? "",
            row.partOfRoofline.map { decimal($0 * 100, 0) + " %" } ?? "",
            kib(row.weightBytes), kib(row.outputBytes), kib(row.peakBytes),
        ]
    }

    /// The times of the layers that take most, and the part of the roofline that they reach.
    private func charts(_ run: BenchRun) -> [(name: String, svg: String)] {
        let backends = run.devices.map(\.backend)
        var names = [String]()
        let byTime = run.measurements.sorted { $0.medianS > $1.medianS }
        for row in byTime where row.job != Self.whole && !names.contains(row.job) {
            names.append(row.job)
        }
        func chart(
            _ title: String, _ unit: String, _ value: (Measurement) -> Double?
        ) -> (name: String, svg: String) {
            let rows = names.prefix(24).map { name in
                BarChart.Row(
                    name: name,
                    values: backends.map { backend in
                        run.measurements.first { $0.job == name && $0.backend == backend }
                            .flatMap(value)
                    })
            }
            return (title, BarChart(title: title, unit: unit, series: backends, rows: rows).svg)
        }
        return [
            chart("Layers that take most", "ms") { $0.medianS * 1e3 },
            chart("The same", "% of the roofline") { $0.partOfRoofline.map { $0 * 100 } },
        ]
    }

    // MARK: Measuring

    private func profile(_ backend: any Backend, _ roofline: Roofline) throws -> [Measurement] {
        let model = try loadModel(self.model, compile: false)
        guard let graph = model.graph else {
            throw KeratinError(
                .unavailable, "has no graph of layers to look into: it is a class of its own",
                at: self.model)
        }
        var values: [GraphTensor: Tensor] = [:]
        for input in graph.inputs { values[input] = example(input.type) }
        let inputs = graph.inputs.compactMap { values[$0] }
        let chosen = graph.nodes.filter { node in
            !node.isInput && isChosen(node.function.name)
        }
        guard options.filter.isEmpty || !chosen.isEmpty else {
            throw KeratinError(
                .unknownName,
                "no layer has \(options.filter.joined(separator: " or ")) in its name",
                at: self.model)
        }
        var progress = BenchProgress(total: chosen.count + 1)
        defer { progress.close() }
        var rows = [Measurement]()
        for node in graph.nodes where !node.isInput {
            let given = node.inputs.map { input in input.graph.flatMap { values[$0] } ?? input }
            if isChosen(node.function.name) {
                progress.begin(node.function.name)
                rows.append(
                    try measure(
                        node.function.name, node.function.className, given, backend, roofline
                    ) { try node.function.call($0, training: false) })
                progress.end()
            }
            let results = try node.function.call(given, training: false)
            for (index, result) in results.enumerated() {
                let tensor = GraphTensor(node: node, index: index)
                if values[tensor] == nil { values[tensor] = result }
            }
            guard node.function.endsMasks else { continue }
            for tensor in node.inputs.compactMap(\.graph) { values[tensor]?.mask = nil }
        }
        progress.begin(Self.whole)
        rows.append(
            try measure(Self.whole, "\(model.name)", inputs, backend, roofline) {
                try graph.run($0, training: false)
            })
        return rows
    }

    private func isChosen(_ name: String) -> Bool {
        options.filter.isEmpty
            || options.filter.contains { name.lowercased().contains($0.lowercased()) }
    }

    /// An input of the net; what is a number of a word is 1, which all vocabularies have.
    private func example(_ type: SymbolicType) -> Tensor {
        let extents = type.extents.enumerated().map { $1 ?? ($0 == 0 ? batch : size) }
        let count = extents.reduce(1, *)
        switch type.dtype {
        case .float32:
            return Tensor((0..<count).map { Float($0 % 255) / 255 }, shape: Shape(extents))
        default:
            return Tensor([Int32](repeating: 1, count: count), shape: Shape(extents))
                .cast(to: type.dtype)
        }
    }

    private func measure(
        _ name: String, _ className: String, _ inputs: [Tensor], _ backend: any Backend,
        _ roofline: Roofline, _ body: ([Tensor]) throws -> [Tensor]
    ) throws -> Measurement {
        for input in inputs { try input.check() }
        let function = try TracedFunction.settled {
            try TracedFunction.record(inputs.map(\.type)) { _, tensors in
                var tensors = tensors
                for (index, input) in inputs.enumerated() { tensors[index].mask = input.mask }
                return try body(tensors)
            }
        }.function
        let plan = try Plan(function, on: backend)
        for (index, input) in inputs.enumerated() { try plan.write(input, toArgument: index) }
        let measuring = options.measuring
        let samples = try Samples(
            repeats: measuring.repeats, seconds: measuring.sample, budget: measuring.budget
        ) {
            try plan.run(seed: 1, step: 1)
            try backend.synchronize()
        }
        let bytes = function.traffic
        var job = Job(
            name: name, family: className,
            shapes: inputs.map { "\($0.shape)" }.joined(separator: " "), items: batch,
            batch: batch, prepare: { _ in { nil } })
        job.cost = function.cost
        var row = Measurement(
            job, backend, samples, peakBytes: bytes.weights + bytes.results + plan.scratchBytes,
            roofline, figure: nil)
        row.weightBytes = bytes.weights
        row.outputBytes = bytes.results
        return row
    }
}

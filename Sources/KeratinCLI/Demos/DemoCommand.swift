import ArgumentParser
import Keratin
import KeratinIO
import KeratinLayers
import KeratinModels
import KeratinTensor
import KeratinTooling

import func KeratinCore.unknownName
import func KeratinCore.warn

/// `keratin demo NAME`: trains a demo on one backend or on all, and compares them.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Trains a small network and reports what it reached.",
        discussion: Demo.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n") + "\n\n"
            + examples(
                "keratin demo digits-cnn --backend all",
                "keratin demo moons --epochs 5 --output figures.json",
                "keratin demo moons --plot .",
                "keratin demo transfer --folder photos --plot ."))

    @Argument(
        help: "\(Demo.all.map(\.name).joined(separator: ", "))",
        completion: .list(Demo.all.map(\.name)))
    var name: String

    @Option(
        name: .shortAndLong,
        help: "cpu, opencl, or all. Default: as for a program (see keratin devices).",
        completion: .list(BackendCatalog.names + ["all"]))
    var backend: String?

    @Option(name: .shortAndLong, help: "Epochs to train.")
    var epochs: Int?

    @Option(help: "What everything random starts from.")
    var seed: UInt64 = 42

    @Option(help: "Threads of the CPU backend. Default: one for each processor.")
    var threads: Int?

    @Option(help: "Another optimizer than the demo's own.")
    var optimizer: String?

    @Option(
        name: .shortAndLong, help: "Where to write the results, a .json file.",
        completion: .file(extensions: ["json"]))
    var output: String?

    @Option(
        help: "A folder for pictures of the training, and of what was learnt if it can be drawn.",
        completion: .directory)
    var plot: String?

    @Option(
        help: "transfer: a folder of photos for each class. Default: CIFAR-10's cats and dogs.",
        completion: .directory)
    var folder: String?

    @Option(
        help:
            "transfer: imagenet, none, or a file of MobileNetV2 (alpha 0.35) without classifier.",
        completion: .file(extensions: ["h5"]))
    var weights: String?

    @Option(name: .customLong("json"), help: .hidden)
    var oldOutput: String?

    @Option(name: .shortAndLong, help: "0 silent, 1 a bar, 2 a line per epoch.")
    var verbose: Int = 1

    func run() throws {
        let demo = try chosenDemo()
        let optimizer = try chosenOptimizer(demo)
        let epochs = self.epochs ?? demo.epochs
        guard epochs > 0 else {
            throw KeratinError(.invalidArgument, "--epochs must be positive, got \(epochs)")
        }
        let output = try outputPath()
        let pictures = try plot.map { try DemoPictures(folder: $0, demo) }
        if let threads { try setThreads(threads) }
        let names = try backendNames()
        let backends = try names.map { try BackendCatalog.backend(named: $0) }
        let samples = try demo.load()
        var runs = [DemoRun]()
        for backend in backends {
            if verbose > 0 { print("\(demo.name) on \(backend.name): \(backend.device.name)") }
            let run = try withBackend(backend) {
                try DemoRun(
                    demo, samples, optimizer: optimizer, epochs: epochs, seed: seed,
                    verbose: verbose, wantsPictures: pictures != nil)
            }
            runs.append(run)
        }
        try report(demo, runs)
        if let pictures { try pictures.write(runs) }
        if let output {
            try writeFile(
                try encodeJSON(DemoReport(demo.name, seed: seed, epochs: epochs, runs)), to: output)
        }
    }

    /// Where the results go; a mistake in the name must not cost the training.
    private func outputPath() throws -> String? {
        if oldOutput != nil { warn("--json FILE of a demo is called --output FILE") }
        guard let path = output ?? oldOutput else { return nil }
        guard path.hasSuffix(".json") else {
            throw KeratinError(
                .invalidArgument, "results are written as a .json file, got the name '\(path)'")
        }
        try FileAccess.requireWritable(path)
        return path
    }

    private func chosenDemo() throws -> Demo {
        let demo = try Demo.named(name)
        guard demo.name == Demo.transfer.name else {
            guard folder == nil, weights == nil else {
                throw KeratinError(
                    .invalidArgument,
                    "--folder and --weights are of the demo transfer, not of \(name)")
            }
            return demo
        }
        let base: PretrainedWeights? =
            switch weights ?? "imagenet" {
            case "none": nil
            case "imagenet": .imagenet
            case let path: .file(path)
            }
        return .transfer(folder: folder, weights: base)
    }

    private func chosenOptimizer(_ demo: Demo) throws -> Optimizer {
        guard let optimizer else { return demo.optimizers[0] }
        if let known = demo.optimizers.first(where: { $0.name == optimizer }) { return known }
        throw unknownName(optimizer, among: demo.optimizers.map(\.name), what: "optimizer")
    }

    private func backendNames() throws -> [String] {
        switch backend {
        case nil: return [try Context.backend.name]
        case "all":
            let listed = try DeviceListing.make().devices
            // Without a device, opening OpenCL says what is missing.
            return listed.count == 1 ? ["opencl", "cpu"] : listed.map(\.name).reversed()
        case let name?:
            try requireBackend(name)
            return [name]
        }
    }

    private func report(_ demo: Demo, _ runs: [DemoRun]) throws {
        guard let first = runs.first else { return }
        if let closing = first.closing { print("\n" + closing) }
        var rows = [["backend", "device", "s/epoch"] + first.figures.map(\.name) + ["agreement"]]
        for run in runs {
            let agreement = try demo.output.agreement(run.predictions, first.predictions)
            rows.append(
                [run.backend, run.device, decimal(run.secondsPerEpoch, 3)]
                    + run.figures.map { decimal($0.value, 4) }
                    + [run.backend == first.backend ? "-" : decimal(agreement * 100, 2) + " %"])
        }
        print("\n" + table(rows, columns: Terminal.tableColumns))
        guard runs.count > 1 else { return }
        switch demo.output {
        case .classes: print("agreement: predictions of the same class by both backends")
        case .pixels: print("agreement: levels of pixels within a tenth of each other")
        case .numbers: print("agreement: predictions of both backends within 1 % of each other")
        }
    }
}

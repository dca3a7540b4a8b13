import ArgumentParser
import Keratin
import KeratinIO
import KeratinLayers

import func KeratinCore.warn

/// `keratin predict MODEL --x x.npy --output y.npy`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Runs a model on arrays in files.",
        discussion: examples(
            "keratin predict model.keras -x x.npy -o y.npy",
            "keratin predict model.json --weights weights.h5 -x x.npy -o y.npy",
            "keratin predict model.keras -x left=l.npy -x right=r.npy -o y.csv",
            "cat x.csv | keratin predict model.keras -x - -o -"))

    @Argument(help: "A model: .keras, .h5, or .json and .yaml with --weights.", completion: .models)
    var model: String

    @Option(
        name: .shortAndLong,
        help:
            "An array for each input of the model: .npy, .npz or .csv, NAME=FILE by name, - for standard input."
    )
    var x: [ArrayArgument] = []

    @Option(name: .customLong("input"), help: .hidden)
    var oldX: [ArrayArgument] = []

    @Option(
        name: .shortAndLong,
        help:
            "Where to write an output, .npy, .npz or .csv; one for each output of the model, or NAME=FILE for some; - prints rows of CSV."
    )
    var output: [ArrayArgument]

    @Option(name: [.customShort("s"), .long], help: "Samples that are computed at once.")
    var batchSize: Int = 32

    @OptionGroup var weights: ModelOptions
    @OptionGroup var files: OutputOptions
    @OptionGroup var place: BackendOptions

    func validate() throws {
        if x.isEmpty, oldX.isEmpty {
            throw ValidationError("Missing expected argument '--x <x> ...'")
        }
    }

    func run() throws {
        if !oldX.isEmpty { warn("--input is called --x, as in the other commands") }
        let x = self.x + oldX
        try place.run {
            let model = try weights.load(self.model, compile: false)
            let places = try outputPlaces(model)
            try files.check(
                outputs: places.map(\.file.path),
                inputs: [self.model] + [weights.file].compactMap { $0 } + x.map(\.path))
            let results = try model.predictAll(
                try ArrayArgument.arrays(x, "--x"), batchSize: batchSize)
            for (file, index) in places { try file.write(results[index]) }
        }
    }

    /// Where the outputs go, by their numbers.
    private func outputPlaces(_ model: Model) throws -> [(file: ArrayArgument, index: Int)] {
        // A mistake in a name must not cost the work.
        for file in output where !file.isStandard { _ = try ArrayFormat(path: file.path) }
        let names = model.outputLabels
        guard output.contains(where: { $0.name != nil }) else {
            guard output.count == names.count else {
                throw KeratinError(
                    .invalidArgument,
                    "the model has \(names.count) output\(names.count == 1 ? "" : "s"), got \(output.count)",
                    at: model.name)
            }
            return output.enumerated().map { ($1, $0) }
        }
        return try output.map { argument in
            guard let name = argument.name, let index = names.firstIndex(of: name) else {
                throw KeratinError(
                    .unknownName,
                    "has no output '\(argument.name ?? argument.path)': \(names.joined(separator: ", "))",
                    at: model.name)
            }
            return (argument, index)
        }
    }
}

import KeratinCore
import KeratinLayers
import KeratinTensor

/// A model and a picture that one wants to look into.
struct InspectedModel {
    let model: Model
    /// A batch of one.
    let picture: Tensor
    let place: String

    /// - Parameter picture: [height, width, channels], or a batch of one.
    init(_ model: Model, _ picture: any TensorConvertible, at place: String) throws {
        let tensor = picture.tensor
        try tensor.check()
        guard tensor.rank == 3 || tensor.rank == 4 && tensor.shape[0] == 1 else {
            throw KeratinError(
                .shapeMismatch,
                "looks at one picture, [height, width, channels], got \(tensor.shape)", at: place)
        }
        guard model.inputShapes.count <= 1, model.outputShapes.count <= 1 else {
            throw KeratinError(
                .invalidArgument, "looks into models with one input and one output", at: place)
        }
        let batch =
            tensor.rank == 3 ? tensor.reshaped(Shape([1] + tensor.shape.dimensions)) : tensor
        self.model = model
        self.picture = batch.dtype == .float32 ? batch : batch.cast(to: .float32)
        self.place = place
    }

    var height: Int { picture.shape[1] }
    var width: Int { picture.shape[2] }

    /// The class that the model finds most probable.
    func mostProbableClass() throws -> Int {
        let scores = try model.predict(picture, verbose: 0).floats()
        guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else {
            throw KeratinError(.invalidState, "the model gives nothing", at: place)
        }
        return best
    }

    /// Runs the model once, recorded, and gives what the body makes of the run.
    /// - Parameter body: is given the recording, the recorded picture, what the model gives, and what its layers give.
    func run(
        _ body: (Trace, Tensor, Tensor, [(layer: Layer, result: Tensor)]) throws -> [Tensor]
    ) throws -> [Tensor] {
        let backend = try model.resolvedBackend()
        return try withBackend(backend) {
            let recorded = try TracedFunction.record([], status: DeviceStatus()) { trace, _ in
                let input = Tensor(trace, try trace.value(of: picture))
                let probe = LayerProbe()
                let output = try LayerProbe.$current.withValue(probe) { try model.apply(input) }
                return try body(trace, input, output, probe.results)
            }
            return try ImmediateExecution.run(recorded, on: backend)
        }
    }

    /// What the model gives for a class, a scalar.
    func score(_ output: Tensor, _ classIndex: Int) throws -> Tensor {
        guard output.rank == 2, (0..<output.shape[1]).contains(classIndex) else {
            throw KeratinError(
                .invalidArgument,
                "the model gives \(output.shape): there is no class \(classIndex) in it", at: place)
        }
        return output[0, classIndex]
    }

    /// What a layer gave; without a name, the last one that gives a map of features.
    func features(
        _ results: [(layer: Layer, result: Tensor)], of name: String?
    ) throws -> Tensor {
        let maps = results.filter { $0.result.rank == 4 && $0.result.dtype == .float32 }
        guard let name else {
            guard let last = maps.last(where: { $0.result.shape[1] * $0.result.shape[2] > 1 })
            else {
                throw KeratinError(
                    .invalidArgument, "no layer of the model gives a map of features", at: place)
            }
            return last.result
        }
        if let found = maps.last(where: { $0.layer.name == name }) { return found.result }
        if let other = results.last(where: { $0.layer.name == name }) {
            throw KeratinError(
                .invalidArgument,
                "layer '\(name)' gives \(other.result.shape), no map of features [1, height, width, channels]",
                at: place)
        }
        let names = maps.map(\.layer.name)
        throw unknownName(name, among: names, what: "layer with a map of features")
    }
}

import Keratin
import KeratinCore
import KeratinIO
import KeratinLayers
import Testing

/// A layer of a user's: what a file needs of it.
private final class Gain: Layer, ConfigurableLayer {
    private let start: Double
    private var factor: Variable?

    init(start: Double, name: String? = nil) {
        self.start = start
        super.init(name: name)
    }

    convenience init(from configuration: Configuration) throws {
        self.init(start: try configuration.number("start"), name: configuration.name)
    }

    override func getConfig() throws -> [String: ConfigValue] {
        var config = try super.getConfig()
        config["start"] = .number(start)
        return config
    }

    override func build(inputShape: [Int?]) throws {
        factor = try addWeight(name: "factor", shape: [1], initializer: .constant(start))
    }

    override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        guard let factor else { return input }
        return try input * factor.read()
    }
}

@Suite("Classes of users, and of others, in files", .serialized)
struct CustomFileTests {
    private static let double = ActivationFunction("double") { $0 * 2 }
    private static let fourth = Loss("fourth_power") { yTrue, yPred in
        let difference = yTrue - yPred
        return (difference * difference * difference * difference).mean(axes: [1])
    }

    @Test("A registered layer, activation and loss come back")
    func registered() throws {
        defer { CustomObjects.removeAll() }
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/custom.keras"
        CustomObjects.register(layer: Gain.self, package: "Mine")
        CustomObjects.register(Self.double, name: "double")
        CustomObjects.register(Self.fourth, name: "fourth_power")
        let model = try Sequential([
            Input(shape: [3]), Gain(start: 1.5, name: "gain"), Dense(2, activation: Self.double),
        ])
        try model.compile(optimizer: .sgd(), loss: Self.fourth)
        let (x, y) = (try drawn([4, 3]), try drawn([4, 2], seed: 2))
        try model.fit(x, y, verbose: 0)
        try model.save(path)
        let loaded = try loadModel(path)
        #expect(try loaded.getWeights() == model.getWeights())
        #expect(try loaded.predict(x) == model.predict(x))
        #expect(
            try loaded.evaluate(x, y, verbose: 0) == model.evaluate(x, y, verbose: 0))
        #expect(try loaded.toJSON().contains("\"registered_name\": \"Mine>Gain\""))
        CustomObjects.removeAll()
        let text = words { _ = try loadModel(path) }
        #expect(text.hasPrefix("\(path): "), "\(text)")
        #expect(text.contains("CustomObjects.register(layer: Gain.self)"), "\(text)")
    }

    /// The error for a model with one layer like this.
    private func refusal(_ layer: String) -> String {
        words { _ = try modelFromJSON(Self.model(layer)) }
    }

    static func model(_ layer: String) -> String {
        """
        {"class_name": "Sequential", "config": {"name": "m", "layers": [
        {"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "in"}},
        \(layer)]}}
        """
    }

    @Test("Unknown classes name the nearest and how to register one's own")
    func unknown() {
        let text = refusal(#"{"class_name": "Desne", "config": {"units": 2}}"#)
        #expect(text.contains("'Desne'") && text.contains("did you mean 'Dense'"), "\(text)")
        #expect(text.contains("CustomObjects.register(layer: Desne.self)"), "\(text)")
        let custom = refusal(
            #"{"class_name": "Dense", "registered_name": "Theirs>Dense", "config": {"units": 2}}"#)
        #expect(custom.contains("Theirs>Dense"), "\(custom)")
        let activation = refusal(
            #"{"class_name": "Dense", "config": {"units": 2, "activation": "rellu"}}"#)
        #expect(activation.contains("did you mean 'relu'"), "\(activation)")
    }

    @Test("What Keratin does not do is refused in words")
    func unavailable() {
        let lambda = refusal(
            #"{"class_name": "Lambda", "config": {"name": "l", "function": {"class_name": "__lambda__", "config": {"code": "4wAA"}}}}"#
        )
        #expect(lambda.contains("Python bytecode"), "\(lambda)")
        let mixed = refusal(
            #"{"class_name": "Dense", "config": {"units": 2, "dtype": {"class_name": "DTypePolicy", "config": {"name": "int8_from_float32"}}}}"#
        )
        #expect(mixed.contains("int8_from_float32") && mixed.contains("only"), "\(mixed)")
        let graph = words { _ = try modelFromJSON(#"{"class_name": "Functional", "config": {}}"#) }
        #expect(graph.hasPrefix("Functional: ") && graph.contains("no layers"), "\(graph)")
        let own = words { _ = try modelFromJSON(#"{"class_name": "MyModel", "config": {}}"#) }
        #expect(own.contains("MyModel"), "\(own)")
    }

    @Test("Arguments of other versions are ignored, wrong ones name their key")
    func arguments() throws {
        let model = try modelFromJSON(
            Self.model(
                #"{"class_name": "Dense", "config": {"units": 2, "name": "d", "from_the_future": 3}}"#
            ))
        #expect(model.layers.map(\.name) == ["d"])
        for (config, word) in [
            (#"{}"#, "'units'"), (#"{"units": "two"}"#, "'units' must be an integer"),
            (#"{"units": -2}"#, "units must be positive"), (#"{"units": 0}"#, "units"),
            (#"{"units": 4611686018427387904}"#, "Dense"), (#"{"units": 1e30}"#, "units"),
            (#"{"units": 2, "use_bias": 7}"#, "'use_bias'"),
            (#"{"units": 2, "kernel_initializer": "magic"}"#, "magic"), (#"[]"#, "Dense"),
        ] {
            let text = refusal(#"{"class_name": "Dense", "config": \#(config)}"#)
            #expect(text.contains(word), "\(config): \(text)")
        }
    }
}

import Keratin
import KeratinCore
import Testing

@testable import KeratinLayers

@Suite("Parity with Keras")
struct ParityTests {
    /// Names that stand for the machinery of a family, not for a member of it.
    private static let machinery: Set<String> = [
        "get", "serialize", "deserialize", "Layer", "Loss", "Metric", "Optimizer", "Initializer",
        "Regularizer", "Constraint", "LearningRateSchedule",
    ]

    /// Whether making something by its name says that there is such a thing: it is made, or lacks arguments.
    private func exists(_ make: () throws -> Void) -> Bool {
        do {
            try make()
            return true
        } catch let error as KeratinError {
            return error.code != .unknownName && error.code != .unavailable
        } catch {
            return false
        }
    }

    /// Compares a section with the code: what it says is done can be made by Keras's name, what it says is not
    /// cannot, and every class that the code knows is listed.
    ///
    /// - Parameter exceptions: names done or not in a way that making them does not show.
    private func check(
        _ module: String, spelled type: String? = nil, classes: some Sequence<String>,
        exceptions: Set<String> = [], _ make: (String) throws -> Void
    ) throws {
        let section = try ParityTable().section(module)
        for name in section.names.subtracting(Self.machinery).subtracting(exceptions) {
            let spelling = section.done[name]
            if let type, let spelling, !spelling.hasPrefix(type) { continue }
            #expect(exists { try make(name) } == (spelling != nil), "\(module).\(name)")
        }
        for name in Set(classes).subtracting(exceptions) where exists({ try make(name) }) {
            #expect(section.done[name] != nil, "\(name) is made here, and not done in \(module)")
        }
    }

    @Test("Layers")
    func layers() throws {
        // Input is a function in Keras; a Lambda is made by hand only; what takes text is no step of a model; a Wrapper is what
        // others derive from, and an InputSpec no layer. The last three stand in Keras's nets only.
        try check(
            "keras.layers", classes: LayerRegistry.allLayers.map { $0.publicName },
            exceptions: [
                "Input", "Lambda", "TextVectorization", "StringLookup", "IntegerLookup",
                "Wrapper", "InputSpec", "LayerScale", "StochasticDepth", "CustomScaleLayer",
            ]
        ) { name in
            _ = try LayerRegistry.make(
                SerializedObject(module: "keras.layers", className: name, config: [:]))
        }
    }

    @Test("Activations")
    func activations() throws {
        // Its name alone is not enough, neither here nor in Keras: it has arguments without defaults. And what only old versions
        // of Keras have.
        try check(
            "keras.activations", classes: ActivationFunction.known.keys,
            exceptions: ["threshold", "legacy_hard_sigmoid"]
        ) { try ActivationFunction(stringLiteral: $0).validate() }
    }

    @Test("Initializers, regularizers and constraints")
    func weights() throws {
        try check("keras.initializers", classes: Initializer.classes.keys) {
            _ = try Initializer.named($0)
        }
        try check("keras.regularizers", classes: Regularizer.classes.keys) {
            _ = try Regularizer.named($0)
        }
        try check("keras.constraints", classes: Constraint.classes.keys) {
            _ = try Constraint.named($0)
        }
    }

    @Test("Losses and metrics")
    func losses() throws {
        // Names in files that Keras does not export.
        try check(
            "keras.losses", classes: Loss.classes.keys,
            exceptions: ["crossentropy", "LossFunctionWrapper"]
        ) { _ = try Loss.named($0) }
        // Functions that Keras exports among the metrics, but does not know by name there, are losses here.
        try check(
            "keras.metrics", spelled: "Metric", classes: Metric.classes.keys,
            exceptions: ["MeanMetricWrapper"]
        ) { _ = try Metric.named($0) }
    }

    @Test("Optimizers and schedules")
    func optimizers() throws {
        try check("keras.optimizers", classes: Optimizer.classes.keys) {
            _ = try Optimizer.named($0)
        }
        try check("keras.optimizers.schedules", classes: LearningRate.classes.keys) {
            _ = try LearningRate.named($0)
        }
    }

    @Test("Every spelling is declared in the sources")
    func spellings() throws {
        let declared = try DeclaredNames()
        for (module, section) in try ParityTable().sections {
            for (name, spelling) in section.done {
                #expect(
                    isDeclared(spelling, declared), "\(module).\(name): \(spelling)")
            }
        }
    }

    /// `Type.member`, `Type.member(.case)`, `Type("name")`, `function`, or an operator.
    private func isDeclared(_ spelling: String, _ declared: DeclaredNames) -> Bool {
        if "+-*/".contains(spelling) { return true }
        let path = spelling.prefix { $0 != "(" }.split(separator: ".").map(String.init)
        let argument = spelling.firstMatch(of: /\(\.(\w+)\)/).map { String($0.1) }
        guard let first = path.first, declared.all.contains(first),
            argument.map(declared.all.contains) ?? true
        else { return false }
        return path.count == 1 || declared.has(path[1], in: first)
    }

    @Test("The table is whole")
    func whole() throws {
        let sections = try ParityTable().sections
        #expect(sections.count > 30)
        #expect(sections.values.reduce(0) { $0 + $1.names.count } > 1200)
        for (module, section) in sections {
            #expect(!section.names.isEmpty, "\(module)")
            for (name, state) in section.others {
                #expect(
                    state.hasPrefix("planned, ") || state.hasPrefix("will not, "),
                    "\(module).\(name): \(state)")
            }
        }
    }
}

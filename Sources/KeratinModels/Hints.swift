import KeratinCore
import KeratinLayers
import KeratinTensor

// What is guessed and means something that has another spelling here: the compiler says which.

extension Model {
    @available(
        *, unavailable, message: "use let score = try model.evaluate(x, y); score[0], score[1]"
    )
    public func evaluate(
        _ x: some ModelArrays, _ y: some ModelArrays, batchSize: Int = 32,
        verbose: any Verbosity = 1
    ) throws -> (Double, Double) { fatalError() }

    @available(*, unavailable, message: "use evaluate(x, y): its results have names and places")
    public func evaluate(
        _ x: some ModelArrays, _ y: some ModelArrays, batchSize: Int = 32,
        verbose: any Verbosity = 1, returnDict: Bool
    ) throws -> Figures { fatalError() }

    @available(*, unavailable, message: "use cloneModel(model)")
    public func clone() throws -> Model { fatalError() }

    @available(*, unavailable, renamed: "init(inputs:outputs:)")
    public convenience init(input: any TensorConvertible, output: any TensorConvertible) {
        fatalError()
    }
}

@available(*, unavailable, renamed: "TerminateOnNaN")
public typealias TerminateOnNan = TerminateOnNaN

extension ReduceLROnPlateau {
    @available(*, unavailable, message: "use minLR:")
    public convenience init(
        monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10, verbose: Int = 0,
        mode: MonitorMode = .auto, minDelta: Double = 1e-4, cooldown: Int = 0, minLr: Double
    ) { fatalError() }
}

extension Dataset {
    @available(*, unavailable, message: "use Dataset(x, y)")
    public static func fromTensorSlices<X: TensorConvertible, Y: TensorConvertible>(
        _ tensors: (X, Y)
    ) -> Dataset<(Tensor, Tensor)> where Element == (Tensor, Tensor) { fatalError() }

    @available(*, unavailable, message: "use Dataset(x)")
    public static func fromTensorSlices(
        _ tensors: some TensorConvertible
    ) -> Dataset<Tensor> where Element == Tensor { fatalError() }
}

@available(*, unavailable, renamed: "padSequences(_:maxlen:)")
public func padSequences<Number: BinaryInteger>(
    _ sequences: [[Number]], maxLength: Int
) throws -> NDArray { fatalError() }

extension Figures {
    /// The names of the figures.
    @available(*, deprecated, renamed: "names")
    public var keys: [String] { names }
}

extension Figures {
    @available(*, unavailable, message: "use score[\"loss\"], or score[0]")
    public var loss: Double { fatalError() }
    @available(*, unavailable, message: "use score[\"accuracy\"], or score[1]")
    public var accuracy: Double { fatalError() }
}

extension History {
    @available(*, unavailable, message: "use history[\"loss\"]")
    public var loss: [Double] { fatalError() }
    @available(*, unavailable, message: "use history[\"accuracy\"]")
    public var accuracy: [Double] { fatalError() }
    @available(*, unavailable, message: "use history[\"val_loss\"]")
    public var valLoss: [Double] { fatalError() }
    @available(*, unavailable, message: "use history[\"val_accuracy\"]")
    public var valAccuracy: [Double] { fatalError() }
}

@available(*, unavailable, message: "use valueAndGradient(of: model.trainableWeights) { … }")
public struct GradientTape {
    /// There is none.
    public init() { fatalError() }
}

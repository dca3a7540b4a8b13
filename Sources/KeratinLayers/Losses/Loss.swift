import KeratinCore
import KeratinTensor

/// What training makes small: `.meanSquaredError`, `"mse"`, `.binaryCrossentropy(fromLogits: true)`, or a
/// closure over (yTrue, yPred) that gives a loss per sample. Formulas and reductions are Keras 3's.
public struct Loss: Sendable, ExpressibleByStringLiteral {
    package typealias Body =
        @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor

    let source: FunctionSource<Body>
    /// Keras's snake_case name, or the string that the loss was given by.
    public package(set) var name: String
    /// How the losses of the samples become one number.
    public var reduction: Reduction
    /// What labels are converted to.
    private var labelType = DType.float32
    /// Where the code of a closure without a name lies.
    private(set) var address: FunctionAddress?

    /// A loss of your own. It can be saved under its name once it is registered with `CustomObjects`.
    /// - Parameter body: yTrue and yPred [samples, …] to a loss for each sample [samples, …]. Both are float32, and of one
    ///   rank if they differ by a last extent of 1.
    public init(
        _ name: String, reduction: Reduction = .sumOverBatchSize,
        _ body: @escaping @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor
    ) {
        self.init(FunctionIdentity(name), name: name, reduction: reduction, body)
    }

    /// A loss that is a closure: under the name that it was registered with, if it was.
    package init(_ body: @escaping @Sendable (_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor) {
        let address = FunctionAddress(body)
        let name = CustomObjects.name(Loss.kind, address)
        self.init(name ?? "custom_loss", body)
        self.address = name == nil ? address : nil
    }

    /// By Keras's name or short form; an unknown one throws at `compile`.
    public init(stringLiteral value: String) {
        source = .name(value)
        name = value
        reduction = .sumOverBatchSize
    }

    /// One of Keras's losses.
    init(
        _ identity: FunctionIdentity, name: String, reduction: Reduction = .sumOverBatchSize,
        labelType: DType = .float32, _ body: @escaping Body
    ) {
        self.labelType = labelType
        source = .function(identity, body)
        self.name = name
        self.reduction = reduction
    }

    /// The same loss, reduced in another way: `.meanSquaredError.reduced(by: .sum)`.
    public func reduced(by reduction: Reduction) -> Loss {
        var copy = self
        copy.reduction = reduction
        return copy
    }

    /// - Throws: `KeratinError` for an unknown name.
    package func validate() throws {
        if case .name(let name) = source { _ = try Loss.named(name) }
    }

    /// The losses of the samples, not reduced. Ranks that differ by a last extent of 1 are made equal. The result's mask
    /// tells which losses count, if the loss leaves some out.
    package func perSample(_ yTrue: Tensor, _ yPred: Tensor) throws -> Tensor {
        switch source {
        case .name(let name): return try Loss.named(name).perSample(yTrue, yPred)
        case .function(let identity, let body):
            let given = yTrue
            let (yTrue, yPred) = try Loss.sameRank(
                labels(of: given), yPred.cast(to: .float32))
            if labelType == .int32, let trace = Trace.current, try trace.areCheckedLabels(given) {
                try trace.noteCheckedLabels(yTrue)
            }
            if let identity {
                try LabelFit.check(identity.className, yTrue, yPred, given: given)
            }
            return try body(yTrue, yPred)
        }
    }

    /// Labels as the loss computes with them. NaN, which no integer is, becomes the smallest, and so no class.
    private func labels(of given: Tensor) throws -> Tensor {
        guard labelType == .int32, given.dtype == .float32,
            try Trace.current?.areCheckedLabels(given) != true
        else { return given.cast(to: labelType) }
        let isNumber = given.binary(.equal, given)
        let labels = isNumber.select(given, Tensor(0)).cast(to: .int32)
        return isNumber.select(labels, Tensor(Double(Int32.min), dtype: .int32))
    }

    /// The loss of a batch: one number, or one for each sample if the reduction is `none`.
    ///
    /// What the mask of `yPred` leaves out does not count.
    /// - Parameter sampleWeight: a factor for each loss, [samples] or the shape of the losses.
    /// - Returns: a tensor that carries the error for an unknown name and for shapes that do not fit.
    public func callAsFunction(
        _ yTrue: Tensor, _ yPred: Tensor, sampleWeight: Tensor? = nil
    ) -> Tensor {
        Tensor.carrying([yTrue, yPred], shape: .scalar) {
            let losses = try perSample(yTrue, yPred)
            var mask = yPred.mask ?? losses.mask
            if let given = yPred.mask, let own = losses.mask { mask = given.binary(.and, own) }
            return try reduction.reduce(losses, sampleWeight: sampleWeight, mask: mask)
        }
    }

    /// Keras's rule for ranks that differ by one: a last extent of 1 is dropped, or added to a vector.
    package static func sameRank(_ a: Tensor, _ b: Tensor) throws -> (Tensor, Tensor) {
        func squeezed(_ x: Tensor) throws -> Tensor {
            x.reshaped(Shape(Array(x.shape.dimensions.dropLast())))
        }
        if a.rank == b.rank + 1, a.shape.dimensions.last == 1 {
            return b.rank == 1 ? (a, b.expandingDimension(at: -1)) : (try squeezed(a), b)
        }
        if b.rank == a.rank + 1, b.shape.dimensions.last == 1 {
            return a.rank == 1 ? (a.expandingDimension(at: -1), b) : (a, try squeezed(b))
        }
        return (a, b)
    }
}

import KeratinCore
import KeratinLayers
import KeratinTensor

// Models that begin with a layer of texts take texts.

extension Model {
    /// The numbers of texts, as the model's first layer encodes them.
    /// - Throws: `KeratinError` if the model takes numbers.
    func encoded(_ texts: [String]) throws -> Tensor {
        guard let layer = (self as? Sequential)?.textLayer else {
            throw KeratinError(
                .invalidData,
                "takes numbers, not texts: encode them before, or let a Sequential begin with a TextVectorization",
                at: name)
        }
        return try layer.encoded(texts)
    }

    /// The model's result for texts, if it begins with a layer that takes them.
    /// - Throws: `KeratinError` if it takes numbers; `BackendError` from the device.
    public func predict(
        _ texts: [String], batchSize: Int = 32, verbose: any Verbosity = 0,
        callbacks: [Callback] = []
    ) throws -> Tensor {
        try predict(
            try encoded(texts), batchSize: batchSize, verbose: verbose, callbacks: callbacks)
    }

    /// The loss and the metrics over texts, if the model begins with a layer that takes them.
    /// - Throws: `KeratinError` if it takes numbers, and for labels that do not fit; `BackendError` from the device.
    public func evaluate(
        _ texts: [String], _ y: some ModelArrays, batchSize: Int = 32, verbose: any Verbosity = 1,
        sampleWeight: (any ModelArrays)? = nil, callbacks: [Callback] = []
    ) throws -> Figures {
        try evaluate(
            try encoded(texts), y, batchSize: batchSize, verbose: verbose,
            sampleWeight: sampleWeight, callbacks: callbacks)
    }

    /// Trains the model on texts, if it begins with a layer that takes them. See `fit(_:_:batchSize:epochs:)` for the arguments.
    /// - Returns: the metrics of each epoch.
    /// - Throws: `KeratinError` if it takes numbers, and for labels that do not fit; `BackendError` from the device.
    @discardableResult
    public func fit(
        _ texts: [String], _ y: Tensor, batchSize: Int = 32, epochs: Int = 1,
        verbose: any Verbosity = 1, callbacks: [Callback] = [], validationSplit: Double = 0,
        validationData: (x: [String], y: Tensor)? = nil, shuffle: Bool = true,
        classWeight: [Int: Double]? = nil, sampleWeight: (any ModelArrays)? = nil,
        initialEpoch: Int = 0, stepsPerEpoch: Int? = nil,
        validationFreq: any ValidationFrequency = 1
    ) throws -> History {
        try fit(
            try encoded(texts), y, batchSize: batchSize, epochs: epochs, verbose: verbose,
            callbacks: callbacks, validationSplit: validationSplit,
            validationData: try validationData.map { (try encoded($0.x), $0.y) }, shuffle: shuffle,
            classWeight: classWeight, sampleWeight: sampleWeight, initialEpoch: initialEpoch,
            stepsPerEpoch: stepsPerEpoch, validationFreq: validationFreq)
    }
}

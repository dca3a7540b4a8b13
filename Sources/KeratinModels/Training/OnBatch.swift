import KeratinCore
import KeratinLayers
import KeratinTensor

/// Steps that users take one by one.
extension Model {
    /// One training step on a batch. Metrics go on from earlier batches until `resetMetrics`, as in Keras.
    /// - Returns: the loss and the metrics.
    @discardableResult
    public func trainOnBatch(
        _ x: some ModelArrays, _ y: some ModelArrays, sampleWeight: (any ModelArrays)? = nil,
        classWeight: [Int: Double]? = nil, classWeights: [String: [Int: Double]]? = nil
    ) throws -> Figures {
        try exclusively {
            let (session, backend, arrays) = try prepare(
                x, y, sampleWeight, ClassWeight(classWeight, classWeights, at: name))
            let data = StepData(arrays, inputTypes: inputTypes)
            try trainStep(session, backend, data, ArraySlice(0..<arrays.count), changeCount)
            return figures(try session.logs(.train))
        }
    }

    /// The loss and the metrics of one batch, without training. Metrics go on from earlier batches until `resetMetrics`, as in Keras.
    public func testOnBatch(
        _ x: some ModelArrays, _ y: some ModelArrays, sampleWeight: (any ModelArrays)? = nil
    ) throws -> Figures {
        try exclusively {
            let (session, backend, arrays) = try prepare(x, y, sampleWeight)
            let data = StepData(arrays, inputTypes: inputTypes)
            try testStep(session, backend, data, ArraySlice(0..<arrays.count), changeCount)
            return figures(try session.logs(.test))
        }
    }

    func figures(_ logs: [(name: String, value: Double)]) -> Figures {
        Figures(logs, first: ["loss"] + metrics.map(\.name).filter { $0 != "loss" })
    }
}

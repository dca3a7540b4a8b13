import KeratinCore
import KeratinTensor

/// As many bounding boxes for each image: what is too many is cut off, what is missing filled up. Images stay as they are.
public final class MaxNumBoundingBoxes: ImageLayer {
    private let maxNumber: Int
    private let fillValue: Int

    /// - Parameters:
    ///   - maxNumber: how many boxes each image has afterwards.
    ///   - fillValue: what missing boxes and labels are filled up with.
    public init(_ maxNumber: Int, fillValue: Int = -1, name: String? = nil) {
        self.maxNumber = maxNumber
        self.fillValue = fillValue
        super.init(dataFormat: .channelsLast, name: name)
        if maxNumber < 1 || maxNumber > Extents.largest {
            note(
                KeratinError(
                    .invalidArgument,
                    "maxNumber must lie in 1…\(Extents.largest), got \(maxNumber)", at: place))
        }
    }

    /// The same with a name for the first argument: `MaxNumBoundingBoxes(maxNumber: 10)`.
    public convenience init(maxNumber: Int, fillValue: Int = -1, name: String? = nil) {
        self.init(maxNumber, fillValue: fillValue, name: name)
    }

    package override var wantsFloats: Bool { false }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "max_number": .integer(maxNumber), "fill_value": .integer(fillValue),
        ])
    }

    /// Boxes [batch, count, 4] and labels [batch, count], or those of one image without the batch, as `maxNumber` of each. If they do not
    /// fit together, both carry the error.
    public func padded(
        boxes: any TensorConvertible, labels: any TensorConvertible
    ) -> (boxes: Tensor, labels: Tensor) {
        let results = Tensor.carrying(count: 2, [boxes.tensor, labels.tensor]) {
            if let mistake { throw mistake }
            let (boxes, labels) = (boxes.tensor, labels.tensor)
            for tensor in [boxes, labels] { try tensor.check() }
            guard boxes.rank == 2 || boxes.rank == 3, boxes.shape[boxes.rank - 1] == 4,
                labels.shape.dimensions == Array(boxes.shape.dimensions.dropLast())
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "needs boxes […, count, 4] and labels […, count], got \(boxes.shape) and \(labels.shape)",
                    at: place)
            }
            return [fitted(boxes, axis: boxes.rank - 2), fitted(labels, axis: labels.rank - 1)]
        }
        return (results[0], results[1])
    }

    private func fitted(_ x: Tensor, axis: Int) -> Tensor {
        let count = x.shape[axis]
        if count >= maxNumber { return x.images(0..<maxNumber, axis: axis) }
        var high = [Int](repeating: 0, count: x.rank)
        high[axis] = maxNumber - count
        return x.padded(
            low: [Int](repeating: 0, count: x.rank), high: high, value: Double(fillValue))
    }
}

extension MaxNumBoundingBoxes: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(
            try configuration.integer("max_number"),
            fillValue: try configuration.integer("fill_value", default: -1),
            name: configuration.name)
        configuration.ignore("data_format")
        try adopt(configuration)
    }
}

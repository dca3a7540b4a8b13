import KeratinCore
import KeratinTensor

/// Each sample as one vector, row-major. A channels-first input is read channels-last.
public final class Flatten: Layer {
    private let dataFormat: DataFormat

    /// - Parameters:
    ///   - dataFormat: with `.channelsFirst` the channels are moved to the end before they are flattened.
    ///   - inputShape: the extents of a sample, if the layer is the first of a stack.
    public init(
        dataFormat: any DataFormatConvertible = .channelsLast, name: String? = nil,
        inputShape: [Int?]? = nil
    ) {
        let format = Chosen(dataFormat.dataFormat, else: .channelsLast)
        self.dataFormat = format.value
        super.init(name: name)
        note(format.mistake)
        sampleShape = inputShape
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding(["data_format": .string(dataFormat.rawValue)])
    }

    public override func call(_ input: Tensor, training: Bool) throws -> Tensor {
        let x = try dataFormat.incoming(input)
        guard let samples = x.shape.dimensions.first else {
            throw KeratinError(.shapeMismatch, "expects a batch, got a scalar")
        }
        return x.reshaped([samples, x.shape.dimensions.dropFirst().reduce(1, *)])
    }
}

extension Flatten: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(dataFormat: try configuration.dataFormat(), name: configuration.name)
    }
}

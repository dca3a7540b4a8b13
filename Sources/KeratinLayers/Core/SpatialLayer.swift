import KeratinCore
import KeratinTensor

/// What layers over signals, images and volumes have in common: inputs [batch, spatial…, channels], or with
/// the channels second.
public class SpatialLayer: Layer {
    /// The number of spatial axes.
    class var rank: Int { 2 }
    final var rank: Int { type(of: self).rank }
    let dataFormat: DataFormat

    init(dataFormat: any DataFormatConvertible, name: String?) {
        let format = Chosen(dataFormat.dataFormat, else: .channelsLast)
        self.dataFormat = format.value
        super.init(name: name)
        note(format.mistake)
    }

    public override func build(inputShape: [Int?]) throws { _ = try channelsLast(inputShape) }

    /// An input shape in the order that is computed in.
    /// - Throws: `KeratinError` for another rank.
    final func channelsLast(_ shape: [Int?]) throws -> [Int?] {
        guard shape.count == rank + 2 else {
            throw KeratinError(.shapeMismatch, "expects rank \(rank + 2), got \(describe(shape))")
        }
        return dataFormat.incoming(shape)
    }

    /// An input in the order that is computed in.
    /// - Throws: `KeratinError` for another rank.
    final func channelsLast(_ input: Tensor) throws -> Tensor {
        guard input.rank == rank + 2 else {
            throw KeratinError(.shapeMismatch, "expects rank \(rank + 2), got \(input.shape)")
        }
        return try dataFormat.incoming(input)
    }

    /// The axes of an input that are spatial.
    final var spatialAxes: Range<Int> {
        dataFormat == .channelsLast ? 1..<(1 + rank) : 2..<(2 + rank)
    }
}

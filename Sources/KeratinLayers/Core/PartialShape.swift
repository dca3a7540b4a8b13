import KeratinCore

/// A shape some extents of which follow from something else: `64`, or `[nil, 64]`.
public struct PartialShape: Hashable, Sendable, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    /// The extents without the batch; nil where they are not known.
    public let extents: [Int?]

    /// - Parameter extents: nil for what follows from something else.
    public init(_ extents: [Int?]) { self.extents = extents }

    /// One axis.
    public init(_ extent: Int) { extents = [extent] }

    public init(integerLiteral value: Int) { extents = [value] }
    public init(arrayLiteral elements: Int?...) { extents = elements }

    var config: ConfigValue { ConfigValue(extents) }
}

extension Configuration {
    /// A number, or a list of numbers and nulls; nil if the key is absent or null.
    func optionalPartialShape(_ key: String) throws -> PartialShape? {
        if let extent = value(key)?.asExtent { return PartialShape(extent) }
        return try optionalShape(key).map { PartialShape($0) }
    }

    /// - Throws: `KeratinError` if the layer was quantized, or has LoRA's weights.
    func refuseQuantization() throws {
        guard value("lora_rank") == nil, value("quantization_config") == nil,
            value("gptq_unpacked_column_size") == nil
        else {
            throw KeratinError(
                .unavailable, "quantized weights and LoRA are not there", at: className)
        }
    }
}

import KeratinCore
import KeratinTensor
import KeratinTestKit

/// A tensor of a golden file: float32 with nine significant digits at most, or int32.
public struct GoldenTensor: Decodable, Hashable, Sendable {
    /// The extents, outermost first.
    public let shape: [Int]
    /// "float32" or "int32".
    public let dtype: String
    /// The elements in row-major order.
    public let values: [Double]

    private enum CodingKeys: String, CodingKey { case shape, dtype, values }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        shape = try container.decode([Int].self, forKey: .shape)
        dtype = try container.decode(String.self, forKey: .dtype)
        values = try container.decode([Double].self, forKey: .values)
        guard values.count == shape.reduce(1, *), dtype == "float32" || dtype == "int32" else {
            throw DecodingError.dataCorruptedError(
                forKey: .values, in: container,
                debugDescription: "\(dtype)\(shape) does not fit \(values.count) values")
        }
    }

    /// Shape and element type.
    public var type: TensorType { TensorType(Shape(shape), dtype == "int32" ? .int32 : .float32) }

    /// The elements as floats, whatever their type.
    public var floats: [Float] { values.map { Float($0) } }

    /// For the Double reference. Floats are rounded as Keras had them.
    public var reference: ReferenceTensor {
        ReferenceTensor(type, dtype == "int32" ? values : values.map { Double(Float($0)) })
    }

    /// As a host array of the same element type.
    public func array() throws -> NDArray {
        dtype == "int32"
            ? NDArray(values.map { Int32($0) }, shape: Shape(shape))
            : NDArray(floats, shape: Shape(shape))
    }

    /// Compares numbers of ours with these; `Tolerance.kernel` unless another row is named.
    public func compare(_ got: [Float], _ tolerance: Tolerance = .kernel) -> Comparison {
        tolerance.compare(got.map(Double.init), values)
    }
}

/// A weight with Keras's name for it.
public struct GoldenWeight: Decodable, Hashable, Sendable {
    /// Keras's name: "kernel".
    public let name: String
    /// Whether Keras trains it.
    public let trainable: Bool
    /// Its values.
    public let tensor: GoldenTensor

    private enum CodingKeys: String, CodingKey { case name, trainable }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        trainable = try container.decode(Bool.self, forKey: .trainable)
        tensor = try GoldenTensor(from: decoder)
    }
}

import KeratinCore
import KeratinLayerTestKit
import KeratinLayers

// Cases whose objects are Keras's own configurations. The JSON keys are the snake_case forms of the names here.

/// A loss with weights, a mask, or both. Family: loss_families.
struct GoldenWeightedLossCase: Decodable, Sendable {
    let name: String
    let loss: ConfigValue
    let through: String?
    let yTrue: GoldenTensor
    let yPred: GoldenTensor
    let sampleWeight: GoldenTensor?
    let mask: GoldenTensor?
    let value: GoldenTensor
    let cotangent: GoldenTensor
    let gradient: GoldenTensor
}

/// An activation function by its name. Family: activation_functions.
struct GoldenActivationCase: Decodable, Sendable {
    let name: String
    let function: String
    let x: GoldenTensor
    let y: GoldenTensor
    let cotangent: GoldenTensor
    let gradient: GoldenTensor
}

/// A regularizer or a constraint on a weight. Families: regularizers, constraints.
struct GoldenShapingCase: Decodable, Sendable {
    let name: String
    let object: ConfigValue
    let x: GoldenTensor
    let y: GoldenTensor
    let gradient: GoldenTensor?
}

/// A learning-rate schedule at some steps. Family: schedules.
struct GoldenScheduleCase: Decodable, Sendable {
    let name: String
    let schedule: ConfigValue
    let steps: [Int]
    let values: [Double]
}

/// A configuration. Family: configurations.
struct GoldenConfigurationCase: Decodable, Sendable {
    let name: String
    let kind: String
    let object: ConfigValue
}

/// The values of an initialiser that draws none. Family: fourier_kernels.
struct GoldenFourierCase: Decodable, Sendable {
    let name: String
    let object: ConfigValue
    let shape: [Int]
    let values: GoldenTensor
}

/// A metric object after some updates. Family: running_metrics.
struct GoldenRunningMetricCase: Decodable, Sendable {
    struct Update: Decodable, Sendable {
        /// Values, or labels and predictions.
        let arguments: [GoldenTensor]
        let sampleWeight: GoldenTensor?
        /// Of the last argument, 0 and 1.
        let mask: GoldenTensor?
    }

    let name: String
    let metric: ConfigValue
    let updates: [Update]
    let result: GoldenTensor
}

/// Twenty steps of an optimizer, with its variables. Family: optimizers.
struct GoldenOptimizerStepsCase: Decodable, Sendable {
    struct State: Decodable, Sendable {
        let name: String
        let tensor: GoldenTensor

        private enum CodingKeys: String, CodingKey { case name }

        init(from decoder: any Decoder) throws {
            name = try decoder.container(keyedBy: CodingKeys.self).decode(
                String.self, forKey: .name)
            tensor = try GoldenTensor(from: decoder)
        }
    }

    struct Snapshot: Decodable, Sendable {
        /// Steps taken so far.
        let step: Int
        let weights: [GoldenTensor]
        /// `optimizer.variables`, in order.
        let variables: [State]
    }

    let name: String
    let optimizer: ConfigValue
    let excludeFromWeightDecay: [String]?
    /// One for each weight: null or a constraint.
    let constraints: [ConfigValue]
    let names: [String]
    let initial: [GoldenTensor]
    /// [20, numbers of all weights].
    let gradients: GoldenTensor
    let snapshots: [Snapshot]
}

extension ConfigValue {
    /// With integers as numbers, without nulls and without keys that versions of Keras write or not: what is left must
    /// survive reading and writing.
    var canonical: ConfigValue {
        switch self {
        case .integer(let value): return .number(Double(value))
        // The name that all versions of Keras 3 read.
        case .string("OrthogonalInitializer"): return "Orthogonal"
        case .list(let values): return .list(values.map(\.canonical))
        case .object(let values):
            let optional = ["registered_name", "input_axes", "output_axes"]
            return .object(
                values.filter { !optional.contains($0.key) }.mapValues(\.canonical))
        default: return self
        }
    }
}

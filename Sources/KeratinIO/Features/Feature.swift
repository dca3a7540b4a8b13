import KeratinCore
import KeratinLayers

extension FeatureSpace {
    /// What a column becomes. A name says it with the default arguments: `"float_normalized"`.
    ///
    /// Categories become indices (a vocabulary, bins, or hashes), which are one row with a 1 each (`oneHot`), or stay numbers (`int`); the
    /// latter cannot be joined with other columns, see `FeatureSpace.Output`.
    public struct Feature: Sendable, ExpressibleByStringLiteral {
        enum Kind: Sendable {
            case float
            case rescaled(scale: Double, offset: Double)
            case normalized
            /// Without both: as many bins as the space says.
            case discretized(bins: Int?, boundaries: [Double]?)
            case categorical(isText: Bool, maxTokens: Int?, oovIndexCount: Int)
            /// nil: as many bins as the space says.
            case hashed(isText: Bool, bins: Int?)
            case unknown(String)
        }

        let kind: Kind
        let outputMode: any OutputModeConvertible

        /// Numbers as they are.
        public static let float = Feature(.float)

        /// scale·x + offset.
        public static func floatRescaled(scale: Double = 1, offset: Double = 0) -> Feature {
            Feature(.rescaled(scale: scale, offset: offset))
        }

        /// Numbers less their mean, divided by their standard deviation, which `adapt` finds.
        public static let floatNormalized = Feature(.normalized)

        /// The bins of numbers, whose limits `adapt` finds.
        public static func floatDiscretized(
            numBins: Int, outputMode: any OutputModeConvertible = .oneHot
        ) -> Feature {
            Feature(.discretized(bins: numBins, boundaries: nil), outputMode)
        }

        /// The bins of numbers between given limits, in rising order.
        public static func floatDiscretized(
            binBoundaries: [Double], outputMode: any OutputModeConvertible = .oneHot
        ) -> Feature {
            Feature(.discretized(bins: nil, boundaries: binBoundaries), outputMode)
        }

        /// The indices of whole numbers in the vocabulary that `adapt` finds.
        /// - Parameters:
        ///   - maxTokens: indices at most, those of unknown numbers included; nil: no limit.
        ///   - numOOVIndices: indices for numbers that are not in the vocabulary.
        public static func integerCategorical(
            maxTokens: Int? = nil, numOOVIndices: Int = 1,
            outputMode: any OutputModeConvertible = .oneHot
        ) -> Feature {
            Feature(
                .categorical(isText: false, maxTokens: maxTokens, oovIndexCount: numOOVIndices),
                outputMode)
        }

        /// The indices of texts in the vocabulary that `adapt` finds.
        /// - Parameters:
        ///   - maxTokens: indices at most, those of unknown texts included; nil: no limit.
        ///   - numOOVIndices: indices for texts that are not in the vocabulary.
        public static func stringCategorical(
            maxTokens: Int? = nil, numOOVIndices: Int = 1,
            outputMode: any OutputModeConvertible = .oneHot
        ) -> Feature {
            Feature(
                .categorical(isText: true, maxTokens: maxTokens, oovIndexCount: numOOVIndices),
                outputMode)
        }

        /// The bins that a hash puts whole numbers into, see `Hashing`.
        public static func integerHashed(
            numBins: Int, outputMode: any OutputModeConvertible = .oneHot
        ) -> Feature { Feature(.hashed(isText: false, bins: numBins), outputMode) }

        /// The bins that a hash puts texts into, see `Hashing`.
        public static func stringHashed(
            numBins: Int, outputMode: any OutputModeConvertible = .oneHot
        ) -> Feature { Feature(.hashed(isText: true, bins: numBins), outputMode) }

        init(_ kind: Kind, _ outputMode: any OutputModeConvertible = .oneHot) {
            self.kind = kind
            self.outputMode = outputMode
        }

        /// A feature by Keras's name of its type. An unknown name is an error where the space is made.
        public init(_ name: String) {
            let kind: Kind =
                switch name {
                case "float": .float
                case "float_rescaled": .rescaled(scale: 1, offset: 0)
                case "float_normalized": .normalized
                case "float_discretized": .discretized(bins: nil, boundaries: nil)
                case "integer_categorical":
                    .categorical(isText: false, maxTokens: nil, oovIndexCount: 1)
                case "string_categorical":
                    .categorical(isText: true, maxTokens: nil, oovIndexCount: 1)
                case "integer_hashed": .hashed(isText: false, bins: nil)
                case "string_hashed": .hashed(isText: true, bins: nil)
                default: .unknown(name)
                }
            self.init(kind)
        }

        public init(stringLiteral value: String) { self.init(value) }

        static let names = [
            "float", "float_rescaled", "float_normalized", "float_discretized",
            "integer_categorical", "string_categorical", "integer_hashed", "string_hashed",
        ]

        /// Whether rows stay indices.
        func isOneHot(at place: String) throws -> Bool {
            switch try outputMode.outputMode() {
            case .oneHot: return true
            case .int: return false
            case let mode:
                throw KeratinError(
                    .invalidArgument,
                    "the output mode of a feature is int or one_hot, got \(mode.rawValue)",
                    at: place
                )
            }
        }
    }

    /// Features whose combinations are hashed: `["city", "age"]`.
    public struct Cross: Sendable, ExpressibleByArrayLiteral {
        let featureNames: [String]
        /// nil: that of the space.
        let crossingDim: Int?
        let outputMode: any OutputModeConvertible

        /// - Parameters:
        ///   - featureNames: two features or more, of categories or bins.
        ///   - crossingDim: bins of the combinations; nil: as many as the space says.
        ///   - outputMode: `oneHot` or `int`.
        public init(
            _ featureNames: [String], crossingDim: Int? = nil,
            outputMode: any OutputModeConvertible = .oneHot
        ) {
            self.featureNames = featureNames
            self.crossingDim = crossingDim
            self.outputMode = outputMode
        }

        public init(arrayLiteral elements: String...) { self.init(elements) }

        /// As Keras joins them: `city_X_age`.
        var name: String { featureNames.joined(separator: "_X_") }
    }

    /// Features whose combinations are hashed.
    public static func cross(
        _ featureNames: [String], crossingDim: Int,
        outputMode: any OutputModeConvertible = .oneHot
    ) -> Cross { Cross(featureNames, crossingDim: crossingDim, outputMode: outputMode) }

    /// What calling the space gives.
    public enum Output: String, Hashable, Sendable, CaseIterable {
        /// All columns side by side in one array.
        case concat
        /// An array for each feature and each cross, by name.
        case dict
    }
}

/// What stands for the output of a feature space: `.concat`, `"concat"`.
public protocol FeatureOutputConvertible: Sendable {
    /// - Throws: `KeratinError` for an unknown name.
    func featureOutput() throws -> FeatureSpace.Output
}

extension FeatureSpace.Output: FeatureOutputConvertible {
    public func featureOutput() throws -> FeatureSpace.Output { self }
}

extension String: FeatureOutputConvertible {
    public func featureOutput() throws -> FeatureSpace.Output {
        guard let output = FeatureSpace.Output(rawValue: lowercased()) else {
            throw unknownName(
                self, among: FeatureSpace.Output.allCases.map(\.rawValue), what: "output mode")
        }
        return output
    }
}

extension FeatureOutputConvertible where Self == FeatureSpace.Output {
    /// See `FeatureSpace.Output.concat`.
    @_disfavoredOverload
    public static var concat: FeatureSpace.Output { FeatureSpace.Output.concat }
    /// See `FeatureSpace.Output.dict`.
    @_disfavoredOverload
    public static var dict: FeatureSpace.Output { FeatureSpace.Output.dict }
}

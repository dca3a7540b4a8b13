import KeratinCore
import KeratinTensor

/// Texts and integers into a number of bins by a hash: the same bin for the same value, on every machine.
///
/// Without a salt the hash is the fingerprint FarmHash64, with one SipHash-2-4; integers are hashed as the text of their decimal digits,
/// floats without their fractions. The bins are those of Keras on TensorFlow. Results: in mode `int` the bins' numbers, int32 of the
/// inputs' shape; else rows as those of `CategoryEncoding`.
///
/// Values are hashed on the host, before a model: as a step of a model the layer throws.
public final class Hashing: Layer {
    private let numBins: Int
    private let maskValue: CategoryValue?
    private let salt: [Int]?
    private let mode: Chosen<OutputMode>

    /// - Parameters:
    ///   - numBins: how many bins there are, that of `maskValue` among them.
    ///   - maskValue: the text or integer that bin 0 is for, if there are two bins or more; the others have the bins from 1 on. nil:
    ///     there is none.
    ///   - salt: one number or two, for another hash; nil: the fingerprint.
    ///   - outputMode: `int`, `oneHot`, `multiHot` or `count`.
    public init(
        _ numBins: Int, maskValue: (any CategoryConvertible)? = nil,
        salt: (any SaltConvertible)? = nil,
        outputMode: any OutputModeConvertible = .int, name: String? = nil
    ) {
        self.numBins = numBins
        self.maskValue = maskValue?.category
        let numbers = salt?.salt ?? []
        self.salt = numbers.isEmpty ? nil : numbers.count == 1 ? numbers + numbers : numbers
        mode = Chosen(outputMode, among: [.int, .oneHot, .multiHot, .count], at: "Hashing")
        super.init(name: name)
        note(
            mode.mistake,
            mistakeOf {
                try CategoryNumbers.requireCount(numBins, "numBins", at: place)
                guard numbers.count <= 2 else {
                    throw KeratinError(
                        .invalidArgument, "a salt is one number or two, got \(numbers)", at: place)
                }
            })
    }

    /// The same with a name for the number of bins: `Hashing(numBins: 8)`.
    public convenience init(
        numBins: Int, maskValue: (any CategoryConvertible)? = nil,
        salt: (any SaltConvertible)? = nil,
        outputMode: any OutputModeConvertible = .int, name: String? = nil
    ) {
        self.init(numBins, maskValue: maskValue, salt: salt, outputMode: outputMode, name: name)
    }

    package override var isBuiltFromTheStart: Bool { true }

    // MARK: Bins

    /// The bins of texts: [texts], or rows in other modes than `int`.
    /// - Returns: a tensor that carries the error if an argument of the layer is wrong.
    public func callAsFunction(_ texts: [String]) -> Tensor {
        Tensor.carrying { try encoded(try texts.categoryColumn()) }
    }

    /// The bins of rows of texts, all of one length: [rows, columns].
    /// - Returns: a tensor that carries the error, also for rows of different lengths.
    public func callAsFunction(_ rows: [[String]]) -> Tensor {
        Tensor.carrying {
            let width = rows.first?.count ?? 0
            if let row = rows.firstIndex(where: { $0.count != width }) {
                throw KeratinError(
                    .shapeMismatch,
                    "rows of texts need one length, but row 0 has \(width) and row \(row) has \(rows[row].count)",
                    at: place)
            }
            return try encoded(
                CategoryColumn(rows.flatMap { $0.map(\.category) }, extents: [rows.count, width]))
        }
    }

    /// The bins of a column of categories, in the form that the layer has.
    package func encoded(_ column: CategoryColumn) throws -> Tensor {
        if let mistake { throw mistake }
        return try encoded(try column.values.map(bin), column.extents)
    }

    private func encoded(_ bins: [Int32], _ extents: [Int]) throws -> Tensor {
        try CategoryNumbers.encoded(
            Tensor(bins, shape: Shape(extents)), as: mode.value, depth: numBins)
    }

    private func bin(_ value: CategoryValue) throws -> Int32 {
        switch (value, maskValue) {
        case (.text(let text), .text(let mask)?):
            // Bytes are compared, as they are hashed.
            return bin(text, isMasked: text.utf8.elementsEqual(mask.utf8))
        case (.integer(let integer), .integer(let mask)?):
            return bin(String(integer), isMasked: integer == mask)
        case (.text(let text), nil): return bin(text, isMasked: false)
        case (.integer(let integer), nil): return bin(String(integer), isMasked: false)
        case (_, let mask?):
            throw KeratinError(
                .dtypeMismatch,
                "maskValue and values must both be texts or both integers, got \(mask) and \(value)",
                at: place)
        }
    }

    private func bin(_ text: String, isMasked: Bool) -> Int32 {
        guard maskValue != nil, numBins > 1 else {
            return Int32(HashBuckets(numBins, salt: salt).bucket(of: text))
        }
        return isMasked ? 0 : Int32(HashBuckets(numBins - 1, salt: salt).bucket(of: text) + 1)
    }

    public override func call(_ input: Tensor) throws -> Tensor {
        if let mistake { throw mistake }
        guard Trace.current == nil else {
            throw KeratinError(
                .unavailable,
                "hashes on the host, so that it is no step of a model: hash values before, and hand the bins to the model",
                at: place)
        }
        let data = try input.hostArray()
        let bins: [Int32]
        switch data.storage {
        case .float32(let values):
            bins = try values.map { value in
                // What is no integer becomes the smallest one, as TensorFlow's conversion does.
                let whole = Int(exactly: value.rounded(.towardZero)) ?? .min
                guard case .integer(let mask)? = maskValue, numBins > 1 else {
                    return try bin(.integer(whole))
                }
                return bin(String(whole), isMasked: value == Float(mask))
            }
        case .bool(let values): bins = try values.map { try bin(.text($0 ? "true" : "false")) }
        default: bins = try input.integers(at: place).map { try bin(.integer($0)) }
        }
        return try encoded(bins, data.shape.dimensions)
    }

    // MARK: Files

    public override func getConfig() throws -> [String: ConfigValue] {
        let mask: ConfigValue =
            switch maskValue {
            case nil: .null
            case .text(let text)?: .string(text)
            case .integer(let integer)?: .integer(integer)
            }
        return try super.getConfig().adding([
            // Keras refuses other types of numbers in this mode.
            "dtype": .string(mode.value == .int ? "int64" : "float32"),
            "num_bins": .integer(numBins),
            "salt": salt.map { .list($0.map { .integer($0) }) } ?? .null, "mask_value": mask,
            "output_mode": .string(mode.value.rawValue), "sparse": false,
        ])
    }
}

extension Hashing: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        try configuration.refuseSparse()
        let mask: (any CategoryConvertible)? = try configuration.value("mask_value").map { value in
            if case .string(let text) = value { return text }
            guard let integer = value.asInteger else {
                throw configuration.mismatch("mask_value", expected: "a text or an integer")
            }
            return integer
        }
        self.init(
            try configuration.integer("num_bins"), maskValue: mask,
            salt: try configuration.salt(),
            outputMode: try configuration.string("output_mode", default: "int"),
            name: configuration.name)
        if let mistake { throw mistake }
    }
}

/// What stands for the key of a hash: a number, or two.
public protocol SaltConvertible: Sendable {
    /// No number, one or two.
    var salt: [Int] { get }
}

extension Int: SaltConvertible {
    public var salt: [Int] { [self] }
}

extension Array: SaltConvertible where Element == Int {
    public var salt: [Int] { self }
}

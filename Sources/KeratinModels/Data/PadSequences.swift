import KeratinCore
import KeratinTensor

/// The end of a sequence at which something is done.
public enum SequenceEnd: String, Hashable, Sendable, CaseIterable {
    /// Before the first step.
    case pre
    /// After the last step.
    case post
}

/// Sequences of different lengths as rows of one array: [sequences, maxlen], by the rule of Keras's `pad_sequences`.
///
/// An empty sequence becomes a row of padding.
/// - Parameters:
///   - maxlen: steps of each row; nil takes the longest sequence, so that empty ones alone give [sequences, 0].
///   - dtype: int32 or float32.
///   - padding: the end at which short sequences are padded.
///   - truncating: the end at which long sequences lose steps.
///   - value: what padding holds; truncated where the array holds integers.
/// - Throws: `KeratinError` if there are no sequences, or a number does not fit into the type; it names the place.
public func padSequences<Number: BinaryInteger>(
    _ sequences: [[Number]], maxlen: Int? = nil, dtype: DType = .int32,
    padding: SequenceEnd = .pre, truncating: SequenceEnd = .pre, value: Double = 0
) throws -> NDArray {
    try padded(sequences, maxlen, dtype, padding, truncating, value)
}

private func padded<Number: BinaryInteger>(
    _ sequences: [[Number]], _ maxlen: Int?, _ dtype: DType, _ padding: SequenceEnd,
    _ truncating: SequenceEnd, _ value: Double
) throws -> NDArray {
    let rows = try SequenceRows(
        lengths: sequences.map(\.count), maxlen: maxlen, padding: padding, truncating: truncating)
    switch dtype {
    case .int32:
        return try rows.array(try rows.integer(value)) { row, step in
            guard let number = Int32(exactly: sequences[row][step]) else {
                throw rows.misfit("\(sequences[row][step])", row, step)
            }
            return number
        }
    case .float32:
        return try rows.array(Float(value)) { row, step in Float(sequences[row][step]) }
    default: throw SequenceRows.wrongType(dtype)
    }
}

/// Sequences of class or word numbers, as data sets have them; see above.
public func padSequences(
    _ sequences: [[Int32]], maxlen: Int? = nil, dtype: DType = .int32,
    padding: SequenceEnd = .pre, truncating: SequenceEnd = .pre, value: Double = 0
) throws -> NDArray {
    try padded(sequences, maxlen, dtype, padding, truncating, value)
}

/// Sequences of numbers with a fraction; see above. Keras takes int32 unless told otherwise, and cuts fractions off.
@_disfavoredOverload
public func padSequences(
    _ sequences: [[Float]], maxlen: Int? = nil, dtype: DType = .float32,
    padding: SequenceEnd = .pre, truncating: SequenceEnd = .pre, value: Double = 0
) throws -> NDArray {
    try padSequences(
        sequences.map { NDArray($0) }, maxlen: maxlen, dtype: dtype, padding: padding,
        truncating: truncating, value: value)
}

/// Sequences of numbers, vectors or larger things, each [steps, …]: [sequences, maxlen, …]. See above.
/// - Throws: also if the steps of sequences have different shapes.
public func padSequences(
    _ sequences: [NDArray], maxlen: Int? = nil, dtype: DType, padding: SequenceEnd = .pre,
    truncating: SequenceEnd = .pre, value: Double = 0
) throws -> NDArray {
    var rows = try SequenceRows(
        lengths: sequences.map { $0.shape.dimensions.first ?? 0 }, maxlen: maxlen,
        padding: padding, truncating: truncating)
    // The first sequence that is not empty says what a step is.
    let step = sequences.first { ($0.shape.dimensions.first ?? 0) > 0 }?.shape.dimensions
        .dropFirst()
    rows.step = Array(step ?? [])
    for (row, sequence) in sequences.enumerated() {
        guard sequence.shape.rank > 0,
            sequence.shape[0] == 0 || Array(sequence.shape.dimensions.dropFirst()) == rows.step
        else {
            throw KeratinError(
                .shapeMismatch,
                "sequence \(row) is \(sequence.shape), expected [steps] + \(rows.step)",
                at: SequenceRows.place)
        }
    }
    let arrays = try sequences.map { try $0.hostArray() }
    let values = arrays.map(\.floats)
    switch dtype {
    case .int32:
        return try rows.array(try rows.integer(value)) { row, element in
            // Integers are exact where floats are not.
            if case .int32(let numbers) = arrays[row].storage { return numbers[element] }
            guard let number = Int32(exactly: values[row][element].rounded(.towardZero)) else {
                throw rows.misfit("\(values[row][element])", row, element / max(rows.width, 1))
            }
            return number
        }
    case .float32: return try rows.array(Float(value)) { row, element in values[row][element] }
    default: throw SequenceRows.wrongType(dtype)
    }
}

/// Which steps of which sequence go where in the array of rows.
private struct SequenceRows {
    static let place = "padSequences"

    private let lengths: [Int]
    private let length: Int
    private let padding: SequenceEnd
    private let truncating: SequenceEnd
    /// The shape of a step.
    var step: [Int] = []

    /// Elements of a step.
    var width: Int { step.reduce(1, *) }

    init(lengths: [Int], maxlen: Int?, padding: SequenceEnd, truncating: SequenceEnd) throws {
        guard let longest = lengths.max() else {
            throw KeratinError(.invalidArgument, "there are no sequences", at: Self.place)
        }
        // As in Keras, where "the last 0 steps" are all steps.
        let isPossible = maxlen ?? 0 > 0 || maxlen == nil || longest == 0 || truncating == .post
        guard maxlen ?? 0 >= 0, isPossible else {
            throw KeratinError(
                .invalidArgument, "maxlen must be positive, got \(maxlen ?? 0)", at: Self.place)
        }
        self.lengths = lengths
        self.length = maxlen ?? longest
        self.padding = padding
        self.truncating = truncating
    }

    /// The array whose elements `element(sequence, index)` gives, with `value` for padding.
    func array<Element>(
        _ value: Element, _ element: (Int, Int) throws -> Element
    ) throws -> NDArray {
        let shape = Shape([lengths.count, length] + step)
        guard shape.count <= 1 << 31 else {
            throw KeratinError(
                .invalidArgument, "an array of shape \(shape) is too large", at: Self.place)
        }
        var result = [Element](repeating: value, count: shape.count)
        for (row, count) in lengths.enumerated() {
            let kept = min(count, length)
            let first = truncating == .pre ? count - kept : 0
            let target = row * length + (padding == .pre ? length - kept : 0)
            for index in 0..<(kept * width) {
                result[target * width + index] = try element(row, first * width + index)
            }
        }
        if let integers = result as? [Int32] { return NDArray(integers, shape: shape) }
        return NDArray(result as? [Float] ?? [], shape: shape)
    }

    /// The padding of integer arrays.
    func integer(_ value: Double) throws -> Int32 {
        guard let integer = Int32(exactly: value.rounded(.towardZero)) else {
            throw KeratinError(
                .invalidArgument, "value \(value) does not fit into int32", at: Self.place)
        }
        return integer
    }

    func misfit(_ number: String, _ row: Int, _ step: Int) -> KeratinError {
        KeratinError(
            .invalidData,
            "\(number) at step \(step) of sequence \(row) does not fit into int32",
            at: Self.place)
    }

    static func wrongType(_ dtype: DType) -> KeratinError {
        KeratinError(
            .dtypeMismatch, "sequences are padded as int32 or float32, not \(dtype)", at: place)
    }
}

/// How scores are scaled, and which of them count, apart from a mask that is an input.
public struct AttentionPattern: Hashable, Sendable {
    /// What the products of queries and keys are multiplied by.
    public var scale: Double
    /// Query i sees the keys 0 … i only.
    public var isCausal: Bool
    /// Query i sees the keys j with |i − j| < window only.
    public var window: Int?
    /// Whether 10⁹ is subtracted from a hidden score, as Keras's `Attention` does, instead of replacing it by `hiddenScore`.
    /// Only rows that see nothing at all show the difference: they get a gradient.
    public var lowersMasked: Bool

    /// A pattern that, unless said otherwise, hides nothing.
    public init(
        scale: Double = 1, isCausal: Bool = false, window: Int? = nil, lowersMasked: Bool = false
    ) {
        self.scale = scale
        self.isCausal = isCausal
        self.window = window
        self.lowersMasked = lowersMasked
    }

    /// What a hidden score becomes: finite, so that a row that sees nothing is the mean of all values. Keras's number, as a float.
    public static let hiddenScore = Double(Float(-0.7 * 3.38953e38))
    /// What is subtracted from a hidden score if `lowersMasked`.
    public static let loweredBy = 1e9

    /// Whether the pattern hides anything.
    public var hidesKeys: Bool { isCausal || window != nil }

    /// The keys that the pattern leaves to query `row`.
    public func keys(of row: Int, count: Int) -> Range<Int> {
        var (low, high) = (0, count)
        if isCausal { high = min(high, row + 1) }
        if let window {
            low = max(low, row - window + 1)
            high = min(high, row + window)
        }
        return min(low, high)..<max(high, min(low, high))
    }
}

/// The extents of an attention, checked.
public struct AttentionExtents: Sendable {
    /// Samples.
    public let batch: Int
    /// Queries per sample.
    public let queries: Int
    /// Keys per sample.
    public let keys: Int
    /// Heads of the queries.
    public let heads: Int
    /// Heads of keys and values; it divides `heads`.
    public let groups: Int
    /// Numbers per query and per key.
    public let width: Int
    /// Numbers per value.
    public let valueWidth: Int

    /// - Throws: `KeratinError` unless the types are float32 [B, T, H, D], [B, S, G, D] and [B, S, G, V], and the mask's bool
    ///   and broadcasts to [B, H, T, S].
    public init(
        query: TensorType, key: TensorType, value: TensorType, mask: TensorType?
    ) throws(KeratinError) {
        for (name, type) in [("query", query), ("key", key), ("value", value)] {
            guard type.dtype == .float32, type.shape.rank == 4 else {
                throw KeratinError(
                    .shapeMismatch,
                    "\(name) must be float32 [batch, length, heads, width], got \(type)")
            }
        }
        (batch, queries, heads) = (query.shape[0], query.shape[1], query.shape[2])
        (keys, groups) = (key.shape[1], key.shape[2])
        (width, valueWidth) = (query.shape[3], value.shape[3])
        guard key.shape[0] == batch, value.shape[0] == batch, key.shape[3] == width,
            value.shape[1] == keys, value.shape[2] == groups, groups > 0, heads % groups == 0
        else {
            throw KeratinError(
                .shapeMismatch,
                "query \(query.shape), key \(key.shape) and value \(value.shape) do not fit: they must be "
                    + "[B, T, H, D], [B, S, G, D] and [B, S, G, V], and G must divide H")
        }
        if let mask {
            let full = [batch, heads, queries, keys]
            guard mask.dtype == .bool, mask.shape.rank == 4, mask.shape[3] == keys,
                zip(mask.shape.dimensions, full).allSatisfy({ $0 == 1 || $0 == $1 })
            else {
                throw KeratinError(
                    .shapeMismatch, "the mask must be bool and fit \(full), got \(mask)")
            }
        }
    }

    /// Query heads that share a head of keys and values.
    public var shared: Int { heads / groups }
    /// What attention gives: [B, T, H, V].
    public var result: TensorType { TensorType([batch, queries, heads, valueWidth]) }
    /// One number per query and head: [B, H, T].
    public var rows: TensorType { TensorType([batch, heads, queries]) }
    /// One number per query, key and head: [B, H, T, S].
    public var scores: Shape { [batch, heads, queries, keys] }
}

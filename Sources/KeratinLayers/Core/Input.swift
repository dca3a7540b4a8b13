import KeratinCore

/// What a model is fed: the shape of one sample, without the batch.
public final class Input: Layer {
    public let shape: [Int?]
    public let dtype: DType

    /// - Parameters:
    ///   - shape: the extents of one sample; nil for one that varies.
    ///   - dtype: what the data are converted to on their way in.
    public init(shape: [Int?], dtype: DType = .float32, name: String? = nil) {
        self.shape = shape
        self.dtype = dtype
        super.init(name: name ?? AutomaticName.next("InputLayer"))
    }

    package override var className: String { "InputLayer" }
}

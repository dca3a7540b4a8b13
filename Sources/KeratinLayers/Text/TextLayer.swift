import KeratinCore
import KeratinTensor

/// A layer whose data are texts. A `Sequential` may begin with it; texts are encoded on the host before a step takes the numbers.
package protocol TextLayer: Layer {
    /// The extents of an encoded text.
    var encodedShape: [Int?] { get throws }
    /// The element type of encoded texts.
    var encodedType: DType { get }
    /// The numbers of texts: [texts, …].
    func encoded(_ texts: [String]) throws -> Tensor
}

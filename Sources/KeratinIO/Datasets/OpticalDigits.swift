import CKeratinDatasets
import KeratinCore
import KeratinTensor

/// The UCI optical digits: 8×8 images of handwritten digits, 3,823 to train on and 1,797 to test on (E. Alpaydin
/// and C. Kaynak, 1998, CC BY 4.0). They are part of the product, so nothing is downloaded.
public enum OpticalDigits {
    private static let pixels = 64

    /// x: float32 [samples, 8, 8, 1], 0…1; y: int32 [samples], 0…9.
    public static func load() throws -> (train: Samples, test: Samples) {
        let bytes = UnsafeBufferPointer(start: keratin_digits(), count: keratin_digits_size())
        func count(_ offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        let (train, test) = (count(0), count(4))
        guard bytes.count == 8 + (train + test) * (pixels + 1) else {
            throw KeratinError(.invalidData, "the embedded digits are damaged")
        }
        return (
            train: try part(bytes, 0..<train), test: try part(bytes, train..<(train + test))
        )
    }

    private static func part(
        _ bytes: UnsafeBufferPointer<UInt8>, _ samples: Range<Int>
    ) throws -> Samples {
        var x = [Float]()
        var y = [Int32]()
        for sample in samples {
            let start = 8 + sample * (pixels + 1)
            for pixel in 0..<pixels { x.append(Float(bytes[start + pixel]) / 16) }
            y.append(Int32(bytes[start + pixels]))
        }
        return Samples(
            x: NDArray(x, shape: [samples.count, 8, 8, 1]), y: NDArray(y))
    }
}

import CKeratinDatasets
import KeratinCore
import KeratinTensor

/// The UCI optical digits: 8×8 images of handwritten digits, 3,823 to train on and 1,797 to test on (E. Alpaydin
/// and C. Kaynak, 1998, CC BY 4.0). They are part of the product, so nothing is downloaded.
public enum OpticalDigits {
    private static let pixels = 64

    /// x: float32 [samples, 8, 8, 1], 0…1; y: int32 [samples], 0…9.
    /// - Parameter shape: of an image, [8, 8, 1] by default; [64] and [8, 8] are the same numbers. Other heights and widths are
    ///   bilinear enlargements, so that a net for images of 28×28 can be tried.
    /// - Throws: `KeratinError` for a shape that no grey image has.
    public static func load(
        shape: [Int] = [8, 8, 1]
    ) throws -> (train: Samples, test: Samples) {
        let bytes = UnsafeBufferPointer(start: keratin_digits(), count: keratin_digits_size())
        func count(_ offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        let (train, test) = (count(0), count(4))
        guard bytes.count == 8 + (train + test) * (pixels + 1) else {
            throw KeratinError(.invalidData, "the embedded digits are damaged")
        }
        return (
            train: try part(bytes, 0..<train, shape),
            test: try part(bytes, train..<(train + test), shape)
        )
    }

    private static func part(
        _ bytes: UnsafeBufferPointer<UInt8>, _ samples: Range<Int>, _ shape: [Int]
    ) throws -> Samples {
        var x = [Float]()
        var y = [Int32]()
        for sample in samples {
            let start = 8 + sample * (pixels + 1)
            for pixel in 0..<pixels { x.append(Float(bytes[start + pixel]) / 16) }
            y.append(Int32(bytes[start + pixels]))
        }
        return Samples(
            x: try images(x, samples.count, shape).reshaped(Shape([samples.count] + shape)),
            y: Tensor(y))
    }

    private static func images(_ x: [Float], _ count: Int, _ shape: [Int]) throws -> Tensor {
        if shape.reduce(1, *) == pixels { return Tensor(x, shape: [count, pixels]) }
        guard shape.count == 2 || shape.count == 3 && shape[2] == 1, shape[0] > 0, shape[1] > 0,
            shape[0] <= 1024, shape[1] <= 1024
        else {
            throw KeratinError(
                .invalidArgument,
                "a digit has the shape [8, 8, 1], [64], or [height, width, 1] up to 1024, got \(Shape(shape))",
                at: "OpticalDigits")
        }
        let (rows, columns) = (Blend(from: 8, to: shape[0]), Blend(from: 8, to: shape[1]))
        var enlarged = [Float]()
        enlarged.reserveCapacity(count * shape[0] * shape[1])
        for image in 0..<count {
            let start = image * pixels
            for row in rows.places {
                for column in columns.places {
                    func pixel(_ r: Int, _ c: Int) -> Float { x[start + r * 8 + c] }
                    let above =
                        pixel(row.low, column.low) * (1 - column.part)
                        + pixel(row.low, column.high) * column.part
                    let below =
                        pixel(row.high, column.low) * (1 - column.part)
                        + pixel(row.high, column.high) * column.part
                    enlarged.append(above * (1 - row.part) + below * row.part)
                }
            }
        }
        return Tensor(enlarged, shape: [count, shape[0], shape[1]])
    }

    /// Between which pixels each pixel of another extent lies: centres fall on centres, as in Keras's `image.resize`.
    private struct Blend {
        let places: [(low: Int, high: Int, part: Float)]

        init(from: Int, to: Int) {
            places = (0..<to).map { index in
                let centre = (Float(index) + 0.5) * Float(from) / Float(to) - 0.5
                let place = min(max(centre, 0), Float(from - 1))
                let low = Int(place)
                return (low, min(low + 1, from - 1), place - Float(low))
            }
        }
    }
}

import KeratinCore
import KeratinTensor

extension ops {
    /// Keras's `ops.image`: functions of images, `ops.image.resize(x, [180, 180])`.
    ///
    /// An image is [rows, columns, channels], a batch of them [batch, rows, columns, channels]; with `dataFormat: .channelsFirst` the channels
    /// stand before the rows. Numbers agree with Keras on TensorFlow.
    // swift-format-ignore: TypeNamesShouldBeCapitalized
    public enum image {}
}

extension ops.image {
    typealias Config = [(name: String, value: OperationForm.Argument)]

    /// An operation on images and perhaps other tensors, in the order that is computed in.
    static func one(
        _ className: String, _ config: Config, _ inputs: [Tensor],
        dataFormat: any DataFormatConvertible,
        _ body: @escaping (_ images: Tensor, _ others: [Tensor]) throws -> Tensor
    ) -> Tensor {
        Tensor.carrying(inputs) {
            let format = try dataFormat.dataFormat()
            return ops.one(
                className, module: "image",
                config + [("data_format", .text(format.rawValue))], inputs
            ) { inputs in
                let batch = try ImageBatch(inputs[0], format)
                return batch.restored(try body(batch.images, Array(inputs.dropFirst())))
            }
        }
    }
}

/// Images in the order that is computed in, [batch, rows, columns, channels], and the way back.
struct ImageBatch {
    let images: Tensor
    private let isSingle: Bool
    private let format: DataFormat

    /// - Throws: `KeratinError` for a rank other than 3 and 4.
    init(_ x: Tensor, _ format: DataFormat) throws {
        guard x.rank == 3 || x.rank == 4 else {
            throw KeratinError(
                .shapeMismatch,
                "expects one image (rank 3) or a batch of them (rank 4), got \(x.shape)")
        }
        isSingle = x.rank == 3
        self.format = format
        let batch = isSingle ? x.expandingDimension(at: 0) : x
        images = format == .channelsFirst ? batch.transposed([0, 2, 3, 1]) : batch
    }

    /// In the order in which the images came, one image if there was one.
    func restored(_ y: Tensor) -> Tensor {
        let batch = format == .channelsFirst ? y.transposed([0, 3, 1, 2]) : y
        return isSingle ? batch.squeezed([0]) : batch
    }
}

extension Tensor {
    /// A part of an axis.
    func images(_ range: Range<Int>, axis: Int) -> Tensor {
        var (starts, limits) = ([Int](repeating: 0, count: rank), shape.dimensions)
        (starts[axis], limits[axis]) = (range.lowerBound, range.upperBound)
        return slice(starts: starts, limits: limits)
    }

    /// One channel of images, its axis kept.
    func channel(_ index: Int) -> Tensor { images(index..<(index + 1), axis: rank - 1) }

    /// Back to the element type of the images: whole numbers are rounded and kept in their range.
    func saturated(to dtype: DType) -> Tensor {
        guard dtype != self.dtype else { return self }
        return dtype == .float32 ? cast(to: dtype) : ops.saturateCast(unary(.round), dtype)
    }
}

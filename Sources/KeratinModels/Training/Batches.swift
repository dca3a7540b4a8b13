import KeratinCore
import KeratinTensor

/// Gathers samples of host arrays into contiguous batches of the type that a plan takes.
final class Batches {
    private let array: NDArray
    private let dtype: DType
    private let buffer: UnsafeMutableRawBufferPointer

    /// - Parameters:
    ///   - dtype: what the numbers are converted to; float32, int32, or the array's own.
    ///   - capacity: samples of the largest batch.
    init(_ array: NDArray, dtype: DType, capacity: Int) {
        self.array = array
        self.dtype = dtype
        buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(capacity * array.sampleCount * dtype.byteCount, 1), alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// The type of a batch of so many samples.
    func type(_ count: Int) -> TensorType {
        TensorType(Shape([count] + array.shape.dimensions.dropFirst()), dtype)
    }

    /// Samples picked by number, followed by zeros up to `padded` samples. Valid until the next call.
    func gather(_ indices: ArraySlice<Int>, padded: Int? = nil) -> UnsafeRawBufferPointer {
        let width = array.sampleCount
        switch array.storage {
        case .float32(let values): copy(values, indices, width)
        case .int32(let values): copy(values, indices, width)
        case .uint8(let values): copy(values, indices, width)
        }
        let bytes = (padded ?? indices.count) * width * dtype.byteCount
        let used = indices.count * width * dtype.byteCount
        if bytes > used {
            UnsafeMutableRawBufferPointer(rebasing: buffer[used..<bytes])
                .initializeMemory(as: UInt8.self, repeating: 0)
        }
        return UnsafeRawBufferPointer(rebasing: buffer[0..<bytes])
    }

    private func copy<Source: BinaryConvertible>(
        _ values: [Source], _ indices: ArraySlice<Int>, _ width: Int
    ) {
        values.withUnsafeBufferPointer { source in
            var position = 0
            for index in indices {
                let row = UnsafeBufferPointer(
                    rebasing: source[(index * width)..<((index + 1) * width)])
                if Source.dtype == dtype {
                    let target = UnsafeMutableRawBufferPointer(
                        rebasing: buffer[(position * dtype.byteCount)...])
                    target.copyMemory(from: UnsafeRawBufferPointer(row))
                } else if dtype == .float32 {
                    let target = buffer.baseAddress!.assumingMemoryBound(to: Float.self) + position
                    for offset in 0..<width { target[offset] = row[offset].float }
                } else {
                    let target = buffer.baseAddress!.assumingMemoryBound(to: Int32.self) + position
                    for offset in 0..<width { target[offset] = row[offset].int32 }
                }
                position += width
            }
        }
    }
}

/// The element types of host arrays, and how they become what plans take.
private protocol BinaryConvertible {
    static var dtype: DType { get }
    var float: Float { get }
    var int32: Int32 { get }
}

extension Float: BinaryConvertible {
    fileprivate static var dtype: DType { .float32 }
    fileprivate var float: Float { self }
    /// Truncated; what does not fit becomes 0.
    fileprivate var int32: Int32 { Int32(exactly: rounded(.towardZero)) ?? 0 }
}

extension Int32: BinaryConvertible {
    fileprivate static var dtype: DType { .int32 }
    fileprivate var float: Float { Float(self) }
    fileprivate var int32: Int32 { self }
}

extension UInt8: BinaryConvertible {
    fileprivate static var dtype: DType { .uint8 }
    fileprivate var float: Float { Float(self) }
    fileprivate var int32: Int32 { Int32(self) }
}

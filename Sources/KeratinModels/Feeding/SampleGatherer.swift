import KeratinCore
import KeratinLayers
import KeratinTensor

/// Gathers samples of host arrays into contiguous batches of the type that a plan takes, where the plan takes them.
final class SampleGatherer {
    private let array: HostArray
    private let inputType: InputType
    private let place: String
    /// - Parameters:
    ///   - type: what the numbers are converted to.
    ///   - place: how errors name the array.
    init(_ array: HostArray, as type: InputType, at place: String) {
        self.array = array
        inputType = type
        self.place = place
    }

    /// The type of a batch of so many samples.
    func type(_ count: Int) -> TensorType {
        TensorType(Shape([count] + array.shape.dimensions.dropFirst()), inputType.device)
    }

    /// Puts samples picked by number into memory, followed by zeros.
    /// - Throws: `KeratinError` for a number that the type cannot hold.
    func gather(
        _ indices: some Collection<Int>, into buffer: UnsafeMutableRawBufferPointer
    ) throws {
        let width = array.sampleCount
        switch array.storage {
        case .float32(let values): try copy(values, indices, width, buffer)
        case .int32(let values): try copy(values, indices, width, buffer)
        case .uint8(let values): try copy(values, indices, width, buffer)
        case .int64(let values): try copy(values, indices, width, buffer)
        case .bool(let values): try copy(values, indices, width, buffer)
        }
        let size = inputType.device.byteCount
        let used = indices.count * width * size
        if buffer.count > used {
            UnsafeMutableRawBufferPointer(rebasing: buffer[used...])
                .initializeMemory(as: UInt8.self, repeating: 0)
        }
    }

    private func copy<Source: HostElement>(
        _ values: [Source], _ indices: some Collection<Int>, _ width: Int,
        _ buffer: UnsafeMutableRawBufferPointer
    ) throws {
        let size = inputType.device.byteCount
        try values.withUnsafeBufferPointer { source in
            var position = 0
            for index in indices {
                let row = UnsafeBufferPointer(
                    rebasing: source[(index * width)..<((index + 1) * width)])
                let target = UnsafeMutableRawBufferPointer(
                    rebasing: buffer[(position * size)..<((position + width) * size)])
                if Source.type == inputType && MemoryLayout<Source>.size == size {
                    target.copyMemory(from: UnsafeRawBufferPointer(row))
                } else {
                    try convert(row, to: target)
                }
                position += width
            }
        }
    }

    private func convert<Source: HostElement>(
        _ row: UnsafeBufferPointer<Source>, to target: UnsafeMutableRawBufferPointer
    ) throws {
        switch inputType.device {
        case .float32:
            let target = target.bindMemory(to: Float.self)
            if inputType == .float32 || inputType == .float64 {
                for offset in row.indices { target[offset] = row[offset].float }
            } else {
                for offset in row.indices { target[offset] = inputType.rounded(row[offset].float) }
            }
        case .int32:
            let target = target.bindMemory(to: Int32.self)
            for offset in row.indices { target[offset] = try integer(row[offset]) }
        case .uint8:
            for offset in row.indices {
                target[offset] = UInt8(truncatingIfNeeded: try integer(row[offset]))
            }
        case .bool:
            for offset in row.indices { target[offset] = row[offset].float == 0 ? 0 : 1 }
        }
    }

    @inline(__always)
    private func integer<Source: HostElement>(_ value: Source) throws -> Int32 {
        guard let result = value.integer.flatMap(inputType.narrowed) else {
            throw KeratinError(
                .invalidData, "the number \(value) does not fit into \(inputType.rawValue)",
                at: place)
        }
        return result
    }
}

/// The element types of host arrays, and how they become what plans take.
private protocol HostElement {
    static var type: InputType { get }
    var float: Float { get }
    /// Truncated; nil for what is no integer.
    var integer: Int64? { get }
}

extension Float: HostElement {
    fileprivate static var type: InputType { .float32 }
    fileprivate var float: Float { self }
    fileprivate var integer: Int64? { Int64(exactly: rounded(.towardZero)) }
}

extension Int32: HostElement {
    fileprivate static var type: InputType { .int32 }
    fileprivate var float: Float { Float(self) }
    fileprivate var integer: Int64? { Int64(self) }
}

extension Int64: HostElement {
    fileprivate static var type: InputType { .int64 }
    fileprivate var float: Float { Float(self) }
    fileprivate var integer: Int64? { self }
}

extension UInt8: HostElement {
    fileprivate static var type: InputType { .uint8 }
    fileprivate var float: Float { Float(self) }
    fileprivate var integer: Int64? { Int64(self) }
}

extension Bool: HostElement {
    fileprivate static var type: InputType { .bool }
    fileprivate var float: Float { self ? 1 : 0 }
    fileprivate var integer: Int64? { self ? 1 : 0 }
}

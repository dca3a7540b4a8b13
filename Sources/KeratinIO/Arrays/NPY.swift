import KeratinCore
import KeratinTensor

/// NumPy's format for one array: `numpy.save` and `numpy.load`.
extension Tensor {
    /// The array in the bytes of an NPY file of version 1, 2 or 3.
    ///
    /// Numbers of all NumPy's real types are read, in both byte orders, and in C or Fortran order. Floating-point
    /// numbers become `Float` (float64 is rounded), uint8 and bool stay what they are, other integers become `Int32`.
    /// - Throws: `KeratinError` (`file`) if the bytes are no such file or are cut off, if the array holds anything but
    ///   numbers, or an integer that does not fit into 32 bits.
    public init(npy bytes: [UInt8]) throws {
        self.init(try HostArray(NPY.read(bytes)))
    }

    /// The array in an NPY file.
    /// - Throws: `KeratinError` (`file`) that names the file and what is wrong with it.
    @available(*, deprecated, renamed: "init(npy:)")
    public init(npyFile path: String) throws { try self.init(npy: path) }

    /// The bytes of an NPY file with this array: version 1.0, C order, little endian.
    /// - Throws: `KeratinError` (`file`) if the array has more than 64 axes, which NumPy refuses.
    public func npy() throws -> [UInt8] { try NPY.write(RawArray(hostArray())) }

    /// Writes an NPY file, whole or not at all.
    /// - Throws: `KeratinError` (`file`) that names the file and the system's reason; see `npy()`.
    @available(*, deprecated, renamed: "save(_:)")
    public func write(npyFile path: String) throws { try FileAccess.write(npy(), to: path) }
}

/// NPY files with elements of any type.
package enum NPY {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// NumPy itself refuses headers beyond 10,000 bytes; ours are plain numbers' and never come near.
    private static let longestHeader = 1 << 16

    /// Where the text of the header lies; behind it lie the elements.
    static func headerText(_ bytes: [UInt8]) throws -> Range<Int> {
        guard bytes.starts(with: magic) else {
            throw KeratinError(.file, "is no NPY file: it does not begin with \\x93NUMPY")
        }
        guard bytes.count >= 10 else { throw cutOff }
        let version = bytes[6]
        guard (1...3).contains(version) else {
            throw KeratinError(.file, "is of NPY version \(version); versions 1 to 3 can be read")
        }
        let lengthBytes = version == 1 ? 2 : 4
        let start = 8 + lengthBytes
        guard bytes.count >= start else { throw cutOff }
        let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= longestHeader else {
            throw KeratinError(
                .file, "claims an NPY header of \(length) bytes, more than \(longestHeader)")
        }
        guard bytes.count >= start + length else { throw cutOff }
        return start..<(start + length)
    }

    /// - Throws: `KeratinError` (`file`) if the bytes are no NPY file of numbers, or too many or too few.
    package static func read(_ bytes: [UInt8]) throws -> RawArray {
        let text = try headerText(bytes)
        let header: NPYHeader
        do {
            header = try NPYHeader(text: bytes[text])
        } catch let error as KeratinError {
            throw KeratinError(.file, "the NPY header \(error.message)")
        }
        return try array(header, bytes[text.upperBound...])
    }

    private static var cutOff: KeratinError {
        KeratinError(.file, "the NPY file is cut off in its header")
    }

    private static func array(_ header: NPYHeader, _ contents: ArraySlice<UInt8>) throws -> RawArray
    {
        let size = header.type.byteCount
        let count = try RawArray.checkedCount(header.shape, size)
        guard contents.count == count else {
            throw KeratinError(
                .file,
                "an NPY array of \(header.type.rawValue) \(header.shape) needs \(count) bytes, "
                    + "but \(contents.count) follow the header")
        }
        guard header.isBigEndian || header.isFortranOrder else {
            return try RawArray(header.type, shape: header.shape, bytes: Array(contents))
        }
        let bytes =
            switch size {
            case 2: elements(contents, header, as: UInt16.self)
            case 4: elements(contents, header, as: UInt32.self)
            case 8: elements(contents, header, as: UInt64.self)
            default: elements(contents, header, as: UInt8.self)
            }
        return try RawArray(header.type, shape: header.shape, bytes: bytes)
    }

    /// The elements, brought from the file's order of bytes and of axes into ours.
    private static func elements<Word: FixedWidthInteger & BitwiseCopyable>(
        _ contents: ArraySlice<UInt8>, _ header: NPYHeader, as word: Word.Type
    ) -> [UInt8] {
        var order = FileOrder(header.shape)
        let size = MemoryLayout<Word>.size
        return [UInt8](unsafeUninitializedCapacity: contents.count) { target, count in
            let target = UnsafeMutableRawBufferPointer(target)
            contents.withUnsafeBytes { source in
                for offset in stride(from: 0, to: source.count, by: size) {
                    let place = header.isFortranOrder ? order.next() * size : offset
                    let value = source.loadUnaligned(fromByteOffset: place, as: Word.self)
                    target.storeBytes(
                        of: header.isBigEndian ? value.byteSwapped : value, toByteOffset: offset,
                        as: Word.self)
                }
            }
            count = contents.count
        }
    }

    /// Where the elements of an array, in the order in which the last index runs fastest, lie in a file in which the
    /// first one does.
    private struct FileOrder {
        private let shape: [Int]
        private var strides: [Int] = []
        private var indices: [Int]
        private var offset = 0

        init(_ shape: [Int]) {
            self.shape = shape
            indices = [Int](repeating: 0, count: shape.count)
            var step = 1
            for extent in shape {
                strides.append(step)
                step *= extent
            }
        }

        mutating func next() -> Int {
            let current = offset
            for axis in shape.indices.reversed() {
                indices[axis] += 1
                offset += strides[axis]
                if indices[axis] < shape[axis] { break }
                offset -= strides[axis] * shape[axis]
                indices[axis] = 0
            }
            return current
        }
    }

    /// Version 1.0, C order; the elements begin at a multiple of 64 bytes, as NumPy has it.
    /// - Throws: `KeratinError` (`file`) if the array has more axes than NumPy's have.
    package static func write(_ array: RawArray) throws -> [UInt8] {
        guard array.shape.count <= NPYHeader.largestRank else {
            throw KeratinError(
                .file,
                "an NPY file holds at most \(NPYHeader.largestRank) axes, got \(array.shape.count)")
        }
        var header = Array(NPYHeader(type: array.type, shape: array.shape).text.utf8)
        let unpadded = magic.count + 4 + header.count + 1
        header += [UInt8](repeating: 0x20, count: (64 - unpadded % 64) % 64) + [0x0A]
        return magic + [1, 0, UInt8(header.count & 255), UInt8(header.count >> 8)] + header
            + array.bytes
    }
}

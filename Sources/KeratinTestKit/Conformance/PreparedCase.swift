import KeratinCore

/// A case with its memory on the device: inputs and results each lie inside a larger buffer, at any
/// element offset, among guard bytes.
final class PreparedCase {
    /// Guard bytes are NaN as floats and −1 as integers, so that what is read outside shows up too.
    private static let guardByte: UInt8 = 0xFF
    private static let guardBytes = 192

    let source: ConformanceCase
    private(set) var request: LaunchRequest
    private let backend: any Backend
    private let inputBuffer: any DeviceBuffer
    private let resultBuffer: any DeviceBuffer
    private let workspaceBuffer: (any DeviceBuffer)?
    private let workspaceBytes: Int
    private let inputImage: [UInt8]
    private let resultByteCount: Int

    /// - Parameter aligned: places every argument at a multiple of 256 bytes, otherwise at odd elements.
    init(_ source: ConformanceCase, on backend: any Backend, aligned: Bool) throws {
        self.source = source
        self.backend = backend
        let inputTypes = source.inputs.map(\.type)
        let resultTypes = try source.operation.resultTypes(inputTypes)

        let inputPlaces = Self.places(inputTypes, aligned: aligned)
        var image = [UInt8](repeating: Self.guardByte, count: inputPlaces.byteCount)
        for (input, offset) in zip(source.inputs, inputPlaces.offsets) {
            image.replaceSubrange(offset..<(offset + input.type.byteCount), with: input.bytes)
        }
        inputImage = image
        inputBuffer = try backend.allocate(byteCount: image.count)
        let resultPlaces = Self.places(resultTypes, aligned: aligned)
        resultByteCount = resultPlaces.byteCount
        resultBuffer = try backend.allocate(byteCount: resultByteCount)

        workspaceBytes = backend.workspaceBytes(
            source.operation, inputs: inputTypes, results: resultTypes)
        workspaceBuffer =
            workspaceBytes > 0
            ? try backend.allocate(byteCount: workspaceBytes + 512) : nil

        var results = [Argument]()
        for (type, offset) in zip(resultTypes, resultPlaces.offsets) {
            results.append(Argument(type, BufferSlice(resultBuffer, byteOffset: offset)))
        }
        var inputs = [Argument]()
        for (type, offset) in zip(inputTypes, inputPlaces.offsets) {
            inputs.append(Argument(type, BufferSlice(inputBuffer, byteOffset: offset)))
        }
        if let shared = source.inPlace { results[0].slice = inputs[shared].slice }
        request = LaunchRequest(
            operation: source.operation, inputs: inputs, results: results,
            workspace: workspaceBuffer.map { BufferSlice($0, byteOffset: 256) })
    }

    private static func places(
        _ types: [TensorType], aligned: Bool
    ) -> (offsets: [Int], byteCount: Int) {
        var offsets = [Int]()
        var end = 0
        for (position, type) in types.enumerated() {
            var start = (end + guardBytes + 255) / 256 * 256
            if !aligned { start += type.dtype.byteCount * (1 + 2 * (position % 4)) }
            offsets.append(start)
            end = start + type.byteCount
        }
        return (offsets, end + guardBytes)
    }

    /// Writes the inputs, and `filler` over results and workspace.
    func reset(filler: UInt8) throws {
        try write(inputImage, to: inputBuffer)
        var results = [UInt8](repeating: Self.guardByte, count: resultByteCount)
        for place in resultRanges { for byte in place { results[byte] = filler } }
        try write(results, to: resultBuffer)
        if let workspaceBuffer {
            var bytes = [UInt8](repeating: Self.guardByte, count: workspaceBytes + 512)
            for byte in 256..<(256 + workspaceBytes) { bytes[byte] = filler }
            try write(bytes, to: workspaceBuffer)
        }
    }

    private func write(_ bytes: [UInt8], to buffer: any DeviceBuffer) throws {
        try bytes.withUnsafeBytes { try backend.write($0, to: BufferSlice(buffer)) }
    }

    private func read(_ buffer: any DeviceBuffer, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { try backend.read(BufferSlice(buffer), into: $0) }
        return bytes
    }

    /// Where the results lie in the result buffer; empty for a case in place.
    private var resultRanges: [Range<Int>] {
        guard source.inPlace == nil else { return [] }
        return request.results.map {
            $0.slice.byteOffset..<($0.slice.byteOffset + $0.type.byteCount)
        }
    }

    /// What a run left behind.
    struct Outcome {
        var results: [[UInt8]]
        /// What was written that should not have been.
        var intrusion: String?
    }

    func collect() throws -> Outcome {
        let inputs = try read(inputBuffer, inputImage.count)
        let results = try read(resultBuffer, resultByteCount)
        var intrusion: String?
        let shared = source.inPlace.map { position in
            let argument = request.inputs[position]
            return argument.slice.byteOffset..<(argument.slice.byteOffset + argument.type.byteCount)
        }
        for byte in inputs.indices where inputs[byte] != inputImage[byte] {
            if let shared, shared.contains(byte) { continue }
            intrusion = "byte \(byte) of the inputs' buffer was written"
            break
        }
        let ranges = resultRanges
        for byte in results.indices where results[byte] != Self.guardByte {
            if ranges.contains(where: { $0.contains(byte) }) { continue }
            let places = ranges.map { "\($0)" }.joined(separator: ", ")
            intrusion =
                "byte \(byte) of the results' buffer was written, the results lie at \(places)"
            break
        }
        if let workspaceBuffer {
            let bytes = try read(workspaceBuffer, workspaceBytes + 512)
            for byte in bytes.indices where bytes[byte] != Self.guardByte {
                if byte >= 256 && byte < 256 + workspaceBytes { continue }
                intrusion =
                    "byte \(byte - 256) of a workspace of \(workspaceBytes) bytes was written"
                break
            }
        }
        let bytes =
            shared.map { [Array(inputs[$0])] } ?? ranges.map { Array(results[$0]) }
        return Outcome(results: bytes, intrusion: intrusion)
    }
}

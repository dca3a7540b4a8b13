import KeratinCore
import Testing

@testable import KeratinOpenCL

/// Whether there is an OpenCL device; the tests that need one are skipped without.
let hasDevice: Bool = {
    guard let driver = try? OpenCLDriver() else { return false }
    return ((try? driver.devices())?.isEmpty ?? true) == false
}()

extension Trait where Self == ConditionTrait {
    static var needsDevice: Self {
        .enabled(if: hasDevice, "no OpenCL runtime or device: apt-get install pocl-opencl-icd")
    }
}

/// A backend with tensors in and out, for tests.
struct Bench {
    let backend: OpenCLBackend

    init(
        _ driver: OpenCLDriver? = nil, family: KernelFamily? = nil, pinsMemory: Bool? = nil
    ) throws {
        backend = try OpenCLBackend(
            driver: driver ?? OpenCLDriver(), family: family, pinsMemory: pinsMemory)
    }

    func argument(_ type: TensorType) throws -> Argument {
        Argument(type, BufferSlice(try backend.allocate(byteCount: type.byteCount)))
    }

    func argument(_ shape: Shape, _ values: [Float]) throws -> Argument {
        let argument = try argument(TensorType(shape))
        try values.withUnsafeBytes { try backend.write($0, to: argument.slice) }
        return argument
    }

    /// A tensor that begins `elementsBefore` elements after the start of its buffer.
    func argument<Element>(
        _ type: TensorType, _ values: [Element], elementsBefore: Int = 0
    ) throws -> Argument {
        let offset = elementsBefore * type.dtype.byteCount
        let buffer = try backend.allocate(byteCount: offset + type.byteCount)
        let argument = Argument(type, BufferSlice(buffer, byteOffset: offset))
        try values.withUnsafeBytes { try backend.write($0, to: argument.slice) }
        return argument
    }

    func values(_ argument: Argument) throws -> [Float] {
        var values = [Float](repeating: .nan, count: argument.type.count)
        try values.withUnsafeMutableBytes { try backend.read(argument.slice, into: $0) }
        return values
    }

    /// The first result of one operation.
    func run(_ operation: KeratinCore.Operation, _ inputs: [Argument]) throws -> [Float] {
        let types = inputs.map(\.type)
        let results = try operation.resultTypes(types)
        let request = LaunchRequest(
            operation: operation, inputs: inputs, results: try results.map(argument),
            workspace: BufferSlice(
                try backend.allocate(
                    byteCount: backend.workspaceBytes(operation, inputs: types, results: results))))
        let plan = try backend.makePlan([.launch(request)])
        try plan.run()
        return try values(request.results[0])
    }
}

/// Small whole numbers, so that sums are exact in any order.
func numbers(_ count: Int, _ seed: Int) -> [Float] {
    (0..<count).map { Float(($0 * 7919 + seed * 104_729) % 13 - 6) }
}

/// A matrix product by loops.
func productByLoops(
    _ a: [Float], _ b: [Float], m: Int, n: Int, k: Int, _ transposeLeft: Bool,
    _ transposeRight: Bool
) -> [Float] {
    var c = [Float](repeating: 0, count: m * n)
    for i in 0..<m {
        for j in 0..<n {
            for l in 0..<k {
                c[i * n + j] +=
                    a[transposeLeft ? l * m + i : i * k + l]
                    * b[transposeRight ? j * k + l : l * n + j]
            }
        }
    }
    return c
}

import KeratinCore
import Testing

@testable import KeratinCPU

/// Repeatable numbers for tests.
struct Numbers {
    private var state: UInt64
    init(_ seed: UInt64 = 1) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func uniform(_ low: Double = -1, _ high: Double = 1) -> Double {
        Double(Float(low + (high - low) * Double(next() >> 11) * 0x1p-53))
    }

    mutating func tensor(_ type: TensorType, _ low: Double = -1, _ high: Double = 1) -> NaiveTensor
    {
        NaiveTensor(
            type,
            (0..<type.count).map { _ in
                switch type.dtype {
                case .float32: uniform(low, high)
                case .int32: Double(Int(next() % 21) - 10)
                case .uint8: Double(next() % 256)
                case .bool: Double(next() % 2)
                }
            })
    }
}

/// Every backend that this machine can make: each variant with one and with two threads.
func allBackends() throws -> [CPUBackend] {
    try KernelVariant.allCases.filter(\.isAvailable).flatMap { variant in
        [
            try CPUBackend(threads: 1, variant: variant),
            try CPUBackend(threads: 2, variant: variant),
        ]
    }
}

extension CPUBackend {
    /// Runs one operation; inputs lie at odd offsets, so that nothing relies on alignment.
    func run(_ operation: Operation, _ inputs: [NaiveTensor]) throws -> [NaiveTensor] {
        let types = try operation.resultTypes(inputs.map(\.type))
        func place(_ type: TensorType) throws -> BufferSlice {
            BufferSlice(
                try allocate(byteCount: type.byteCount + 12), byteOffset: 12)
        }
        let arguments = try inputs.map { input in
            let slice = try place(input.type)
            try input.bytes.withUnsafeBytes { try write($0, to: slice) }
            return Argument(input.type, slice)
        }
        let results = try types.map { Argument($0, try place($0)) }
        for result in results {
            // Nothing may rely on what a result held before.
            try [UInt8](repeating: 0xff, count: result.type.byteCount).withUnsafeBytes {
                try write($0, to: result.slice)
            }
        }
        let plan = try makePlan([
            .launch(LaunchRequest(operation: operation, inputs: arguments, results: results))
        ])
        try plan.run()
        try plan.run()
        try synchronize()
        return try results.map { result in
            var bytes = [UInt8](repeating: 0, count: result.type.byteCount)
            try bytes.withUnsafeMutableBytes { try read(result.slice, into: $0) }
            return NaiveTensor(result.type, bytes: bytes)
        }
    }
}

/// Compares an operation on every backend with the oracle, and the backends of one variant bit for
/// bit.
func check(
    _ operation: Operation, _ inputs: [NaiveTensor], tolerance: Double = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let expected = try Naive.run(operation, inputs)
    var last: (name: String, values: [[UInt8]])?
    for backend in try allBackends() {
        let got = try backend.run(operation, inputs)
        for (index, pair) in zip(got, expected).enumerated() {
            let finite = pair.1.values.filter(\.isFinite).map { Swift.abs($0) }
            let bound = tolerance * (finite.max() ?? 0) + 1e-6
            let wrong = zip(pair.0.values, pair.1.values).enumerated().first { entry in
                let (a, b) = entry.element
                if a.isNaN || b.isNaN { return a.isNaN != b.isNaN }
                if a.isInfinite || b.isInfinite { return a != b && Swift.abs(b) < 3.4e38 }
                return Swift.abs(a - b) > (pair.0.type.dtype.isFloat ? bound : 0)
            }
            if let wrong {
                Issue.record(
                    """
                    \(operation.name) on \(backend.table.name), \(backend.pool.count) threads: \
                    result \(index) element \(wrong.offset) is \(wrong.element.0), \
                    expected \(wrong.element.1); inputs \(inputs.map(\.type))
                    """,
                    sourceLocation: sourceLocation)
            }
        }
        let bytes = got.map(\.bytes)
        if let last, last.name == backend.table.name {
            #expect(
                last.values == bytes, "\(operation.name) differs between 1 and 2 threads",
                sourceLocation: sourceLocation)
        }
        last = (backend.table.name, bytes)
    }
}

func check(
    _ primitive: Primitive, _ inputs: [NaiveTensor], tolerance: Double = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try check(.primitive(primitive), inputs, tolerance: tolerance, sourceLocation: sourceLocation)
}

func check(
    _ fused: some FusedOperation, _ inputs: [NaiveTensor], tolerance: Double = 1e-4,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try check(.fused(fused), inputs, tolerance: tolerance, sourceLocation: sourceLocation)
}

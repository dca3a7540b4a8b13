import KeratinCore
import Testing

@testable import KeratinOpenCL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The tables that `keratin-bench tune` keeps: as texts and as files.
@Suite struct TuningTableTests {
    private let table = ProductTuning([
        TuningTableTests.key("gemm_dense 7 9 10 0 3"): ProductChoice(rows: 128, columns: 64),
        TuningTableTests.key("gemm_convolution 14 6 9 0 3"): ProductChoice(rows: 2, columns: 1),
    ])
    private let identity = "a device|its driver|cpu"

    private static func key(_ text: String) -> ProductClass {
        // The texts here are right; what is wrong shows in the comparison.
        ProductClass(text.split(separator: " ")[...])
            ?? ProductClass(
                Product(
                    m: 0, n: 0, k: 0, a: BufferSlice(NoBuffer()), rowA: 0, depthA: 0,
                    b: BufferSlice(NoBuffer()), innerB: 0, outerStrideB: 0, innerStrideB: 0,
                    columnB: 0, c: BufferSlice(NoBuffer()), rowC: 0, countC: 0))
    }

    @Test func comeBackFromTheirTexts() throws {
        let text = table.text(identity: identity)
        let read = try #require(ProductTuning(text: text, identity: identity))
        #expect(read.choices == table.choices && read.choices.count == 2)
        #expect(ProductTuning(text: text, identity: "another") == nil)
        let none = ProductTuning.none.text(identity: identity)
        #expect(try #require(ProductTuning(text: none, identity: identity)).choices.isEmpty)
    }

    /// Every place at which a text may be cut off, and every letter that may be another.
    @Test func areWholeOrNotUsed() {
        let bytes = Array(table.text(identity: identity).utf8)
        for count in 0..<bytes.count {
            let part = String(decoding: bytes[..<count], as: UTF8.self)
            #expect(ProductTuning(text: part, identity: identity) == nil, "\(part)")
            var other = bytes
            other[count] = other[count] == UInt8(ascii: "7") ? UInt8(ascii: "8") : UInt8(ascii: "7")
            let text = String(decoding: other, as: UTF8.self)
            #expect(ProductTuning(text: text, identity: identity) == nil, "\(text)")
        }
    }

    /// Texts whose checksums are right and whose lines are not.
    @Test(arguments: [
        "gemm_dense 7 9 10 0 3 0 64", "gemm_dense 7 9 10 0 3 -5 64",
        "gemm_dense 7 9 10 0 3 99999999999999999999 64", "gemm_dense 7 9 10 0 3 128",
        "gemm_dense 7 9 10 0 4 128 64", "gemm_dense 64 9 10 0 3 128 64",
        "gemm_dense -1 9 10 0 3 128 64", "system 7 9 10 0 3 128 64", "",
        "gemm_dense 7 9 10 0 3 128 64\ngemm_dense 7 9 10 0 3 64 64",
        "gemm_dense  7 9 10 0 3 128 64",
    ])
    func hostileLinesAreRefused(lines: String) {
        func word(_ text: String) -> String {
            String(ProgramCache.hash(Array(text.utf8)), radix: 16)
        }
        func text(_ lines: String) -> String {
            let body = "KERATIN-TUNING 1\n\(word(identity))\n\(lines)\n"
            return body
                + "end \(lines.split(separator: "\n", omittingEmptySubsequences: false).count) \(word(body))\n"
        }
        #expect(
            ProductTuning(text: text("gemm_dense 7 9 10 0 3 128 64"), identity: identity) != nil)
        #expect(ProductTuning(text: text(lines), identity: identity) == nil)
    }
}

/// Tables on devices.
@Suite(.serialized, .needsDevice) struct TuningTests {
    /// Products of each kind that the cost model lets choose, with edges that no tile fits.
    private static let shapes: [(m: Int, n: Int, k: Int, batch: Int)] = [
        (70, 45, 37, 64), (530, 525, 33, 1), (37, 52, 2100, 1), (1, 200, 64, 64),
    ]

    @Test(arguments: KernelFamily.allCases)
    func everyCandidateGivesTheSameBits(family: KernelFamily) throws {
        let bench = try Bench(family: family)
        for shape in Self.shapes {
            // Sums whose order shows.
            func values(_ count: Int, _ seed: Int) -> [Float] {
                (0..<count).map { Float(($0 * 7919 + seed) % 1009) / 997 - 0.5 }
            }
            let (m, n, k, batch) = shape
            let a = TensorType([batch, m, k])
            let b = TensorType([batch, k, n])
            let operation = KeratinCore.Operation.primitive(
                .matmul(transposeLeft: false, transposeRight: false))
            let arguments = [
                try bench.argument(a.shape, values(a.count, 1)),
                try bench.argument(b.shape, values(b.count, 2)),
            ]
            let types = try operation.resultTypes([a, b])
            let product = try #require(
                bench.backend.lowering.productOf(operation, inputs: [a, b], results: types))
            #expect(product.candidates.contains(product.shipped))
            #expect(Set(product.candidates).count == product.candidates.count)
            let expected = try bench.run(operation, arguments)
            let result = try bench.argument(types[0])
            for choice in product.candidates + [
                // What no product can take changes nothing.
                ProductChoice(rows: 4096, columns: 4096), ProductChoice(rows: 3, columns: 4000),
            ] {
                var lowering = bench.backend.lowering
                lowering.tuning = ProductTuning([product.productClass: choice])
                let bytes = lowering.workspaceBytes(operation, inputs: [a, b], results: types)
                let launches = try lowering.launches(
                    LaunchRequest(
                        operation: operation, inputs: arguments, results: [result],
                        workspace: BufferSlice(try bench.backend.allocate(byteCount: bytes))))
                try bench.backend.plan(launches).run()
                #expect(
                    try bench.values(result).map(\.bitPattern) == expected.map(\.bitPattern),
                    "\(family) \(shape) \(choice)")
            }
        }
    }

    @Test func theTunerKeepsWhatIsFasterAndRight() throws {
        let bench = try Bench(family: .cpu)
        let type = TensorType([96, 96])
        let product = KeratinCore.Operation.primitive(
            .matmul(transposeLeft: false, transposeRight: false))
        var told = [String]()
        let work = [
            (name: "one", operation: product, inputs: [type, type]),
            // The same class once more, and what is no product.
            (name: "two", operation: product, inputs: [type, type]),
            (name: "three", operation: .primitive(.unary(.exp)), inputs: [type]),
        ]
        let found = try bench.backend.tune(work, seconds: 30, stores: false) { told.append($0) }
        #expect(told == ["one"] && found.map(\.name) == ["one"])
        let row = try #require(found.first)
        #expect(row.candidates > 1 && row.rejected == 0)
        #expect(row.shippedSeconds > 0 && row.bestSeconds > 0)
        #expect(row.bestSeconds <= row.shippedSeconds)
        #expect(try bench.backend.tune(work, seconds: 0, stores: false).isEmpty)
    }
}

import KeratinCore
import Testing

@testable import KeratinOpenCL

#if canImport(Glibc)
    import Glibc
#endif

@Suite(.serialized, .needsDevice) struct ReplayTests {
    @Test func runsAllocateNothingAndWaitForNothing() throws {
        let bench = try Bench()
        let counter = try bench.argument(TensorType(.scalar))
        let one = try bench.argument(.scalar, [1])
        let fill = LaunchRequest(
            operation: .primitive(.fill(value: 0, type: TensorType(.scalar))), inputs: [],
            results: [counter])
        let expression = PointwiseExpression(
            nodes: [.input(0), .input(1), .binary(.add, 0, 1)],
            dtypes: [.float32, .float32, .float32], results: [2])
        let add = LaunchRequest(
            operation: .fused(Pointwise(expression, shape: .scalar)), inputs: [counter, one],
            results: [counter])
        let plan = try bench.backend.makePlan([
            .launch(fill),
            .loop(count: 10, body: [.launch(add), .loop(count: 2, body: [.launch(add)])]),
        ])
        #expect(plan.launchCount == 31)
        let before = (bench.backend.counters.allocations, bench.backend.counters.waits)
        try plan.run()
        try plan.run()
        #expect(bench.backend.counters.allocations == before.0)
        #expect(bench.backend.counters.waits == before.1)
        #expect(try bench.values(counter) == [30])
    }

    @Test func writesDoNotKeepTheCallersMemory() throws {
        let bench = try Bench()
        let rows = try (0..<20).map { _ in try bench.argument(TensorType([1000])) }
        var values = [Float](repeating: 0, count: 1000)
        for (index, row) in rows.enumerated() {
            for place in values.indices { values[place] = Float(index) }
            try values.withUnsafeBytes { try bench.backend.write($0, to: row.slice) }
        }
        for (index, row) in rows.enumerated() {
            #expect(try bench.values(row).allSatisfy { $0 == Float(index) })
        }
    }

    @Test func aDamagedOrUnwritableCacheIsNoCache() throws {
        let folder = "/tmp/keratin-cache-test-\(getpid())"
        let names = ["XDG_CACHE_HOME", "KERATIN_CACHE"]
        let old = names.map { environment($0) }
        defer {
            for (name, value) in zip(names, old) {
                if let value { setenv(name, value, 1) } else { unsetenv(name) }
            }
        }
        unsetenv("KERATIN_CACHE")
        setenv("XDG_CACHE_HOME", folder, 1)
        func sum() throws -> [Float] {
            let bench = try Bench()
            return try bench.run(
                .primitive(.reduce(.sum, axes: [0], keepDimensions: false)),
                [bench.argument([3], [1, 2, 3])])
        }
        #expect(try sum() == [6])
        let cache = ProgramCache(identity: "test")
        let key = cache.key(source: "text", options: "")
        #expect(cache.load(key) == nil)
        cache.store(key, [1, 2, 3])
        #expect(cache.load(key) == [1, 2, 3])
        #expect(ProgramCache(identity: "other").key(source: "text", options: "") != key)
        // Every file of the folder loses its end.
        var damaged = 0
        if let listing = opendir("\(folder)/keratin") {
            while let entry = readdir(listing) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name.hasSuffix(".clbin"), truncate("\(folder)/keratin/\(name)", 26) == 0 {
                    damaged += 1
                }
            }
            closedir(listing)
        }
        #expect(damaged > 0)
        #expect(cache.load(key) == nil)
        #expect(try sum() == [6])
        setenv("XDG_CACHE_HOME", "/proc/nowhere", 1)
        #expect(try sum() == [6])
    }
}

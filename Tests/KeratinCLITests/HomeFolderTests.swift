import Foundation
import Keratin
import Testing

/// Homes and caches that are missing, in the way, read-only or named by relative paths: OpenCL stays, and no folder is
/// made where none belongs.
@Suite("Homes and caches", .serialized) struct HomeFolderTests {
    private static let hasOpenCL: Bool = {
        guard let tool = try? Tool(), let outcome = try? tool("devices") else { return false }
        return outcome.output.contains("opencl 0")
    }()

    private func environments(_ tool: Tool) throws -> [[String: String]] {
        let file = tool.path(".file")
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        // The empty string is the same as nothing.
        return [
            ["XDG_CACHE_HOME": file, "HOME": "/nonexistent"],
            ["XDG_CACHE_HOME": file + "/below"], ["XDG_CACHE_HOME": "relative"],
            ["XDG_CACHE_HOME": "", "HOME": "relative"], ["XDG_CACHE_HOME": "", "HOME": ""],
            ["XDG_CACHE_HOME": "", "HOME": "/nonexistent"], ["XDG_CACHE_HOME": "", "HOME": file],
            ["XDG_CACHE_HOME": "/proc/nothing", "HOME": "/proc/nothing"],
            ["XDG_CACHE_HOME": "/no-such-folder"], ["XDG_CACHE_HOME": "./here"],
        ]
    }

    @Test(
        "OpenCL computes, and nothing is left in the working directory or in /",
        .enabled(if: hasOpenCL, "there is no OpenCL device"))
    func places() throws {
        let tool = try Tool()
        let root = try Set(FileManager.default.contentsOfDirectory(atPath: "/"))
        for environment in try environments(tool) {
            let outcome = try tool.run(
                ["demo", "moons", "--backend", "opencl", "--epochs", "1", "--verbose", "0"],
                environment)
            #expect(outcome.code == 0, "\(environment): \(outcome.errors)")
            let listing = try tool.listing()
            #expect(listing.isEmpty, "\(environment): \(listing)")
        }
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: "/")) == root)
    }

    @Test(
        "A usable cache folder is used, and whoever starts again compiles nothing",
        .enabled(if: hasOpenCL, "there is no OpenCL device"))
    func used() throws {
        let tool = try Tool()
        let cache = tool.path("new/cache")
        func train() throws {
            let outcome = try tool.run(
                ["demo", "moons", "--backend", "opencl", "--epochs", "1", "--verbose", "0"],
                ["XDG_CACHE_HOME": cache, "POCL_CACHE_DIR": "", "KERATIN_CACHE": ""])
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        try train()
        let files = try FileManager.default.contentsOfDirectory(atPath: cache + "/keratin")
        // Programs of ours, and kernels of PoCL's, if it is the driver. Each process has another order of sets and dictionaries.
        func compiled() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: cache)
                .filter { $0.hasSuffix(".clbin") || $0.hasSuffix(".so") }.sorted()
        }
        let first = try compiled()
        for _ in 0..<3 { try train() }
        #expect(try compiled() == first)
        #expect(files.contains { $0.hasSuffix(".clbin") }, "\(files)")
        // Nothing half-written stays.
        #expect(files.allSatisfy { !$0.contains(".clbin.") }, "\(files)")
    }

    @Test(
        "What a driver without devices says is passed on",
        .enabled(if: hasOpenCL, "there is no OpenCL device"))
    func words() throws {
        let tool = try Tool()
        _ = FileManager.default.createFile(atPath: tool.path(".file"), contents: nil)
        let environment = ["POCL_CACHE_DIR": tool.path(".file") + "/below"]
        let listing = try tool.run(["devices"], environment)
        guard !listing.output.contains("opencl 0") else { return }
        #expect(listing.code == 0)
        #expect(listing.output.contains("opencl: none. OpenCL has drivers, but no device"))
        #expect(listing.output.contains("CL_DEVICE_NOT_FOUND"), "\(listing.output)")
        #expect(listing.output.contains("Could not create"), "\(listing.output)")
        let demo = try tool.run(["demo", "moons", "--backend", "opencl"], environment)
        expectFailure(demo, "OpenCL has drivers, but no device", "Could not create")
    }

    @Test("Data sets are not downloaded into the working directory")
    func datasets() throws {
        let tool = try Tool()
        for home in ["", "relative"] {
            let outcome = try tool.run(
                ["demo", "mnist-mlp", "--backend", "cpu"],
                ["HOME": home, "KERATIN_DATASETS": "", "PATH": "/nonexistent"])
            expectFailure(outcome, "KERATIN_DATASETS")
            #expect(try tool.listing().isEmpty)
        }
    }
}

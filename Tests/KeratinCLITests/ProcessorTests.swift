import Foundation
import Keratin
import Testing

/// Both backends start as many threads as affinity and control groups allow processors, as the tool sees them.
@Suite("Processors of the tool", .serialized) struct ProcessorTests {
    private struct Listing: Decodable {
        struct Device: Decodable {
            let backend: String
            let computeUnits: Int
            let driver: String
        }
        let devices: [Device]
    }

    /// The tool on the first processor that is allowed.
    private static let pinned = """
        first=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/self/status)
        exec taskset -c "$first" "$0" "$@"
        """

    /// The tool with a folder and a file in place of the system's control groups, in a name space of its own.
    private static let grouped = """
        exec unshare --user --map-root-user --mount sh -c '
            mount --bind groups /sys/fs/cgroup && mount --bind own /proc/$$/cgroup && exec "$0" "$@"
        ' "$0" "$@"
        """

    private static func runs(_ script: String) -> Bool {
        guard let tool = try? Tool() else { return false }
        let prepared = "mkdir -p groups && : >own\n\(script)"
        return (try? tool.script(prepared, "--version").code) == 0
            || (try? tool.script(prepared, "--help").code) == 0
    }

    /// Whether there is anything to limit, and what limits it.
    private static let isShared = ProcessInfo.processInfo.activeProcessorCount > 1
    private static let canPin = isShared && runs(pinned)
    private static let canGroup = isShared && runs(grouped)

    private func devices(_ outcome: Tool.Outcome) throws -> [Listing.Device] {
        #expect(outcome.code == 0, "\(outcome.errors)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        // Other kinds of devices have no threads.
        return try decoder.decode(Listing.self, from: Data(outcome.output.utf8)).devices.filter {
            $0.backend == "cpu" || $0.driver.contains("debian") || $0.driver.contains("PoCL")
        }
    }

    @Test("Affinity", .enabled(if: canPin, "there is one processor, or no taskset"))
    func affinity() throws {
        let tool = try Tool()
        let listed = try devices(tool.script(Self.pinned, "devices", "--json"))
        #expect(!listed.isEmpty)
        for device in listed {
            #expect(device.computeUnits == 1, "\(device.backend): \(device.driver)")
        }
        // Who asks for more gets more, and is told so.
        let outcome = try tool.script(
            "export KERATIN_THREADS=2; " + Self.pinned, "devices", "--json")
        let cpu = try #require(try devices(outcome).first { $0.backend == "cpu" })
        #expect(cpu.driver == "2 threads, more than the 1 processors that are allowed")
        #expect(cpu.computeUnits == 2)
    }

    @Test("Threads while it trains", .enabled(if: canPin, "there is one processor, or no taskset"))
    func threads() throws {
        let tool = try Tool()
        // The most threads that the process has had while it was looked at.
        let outcome = try tool.script(
            """
            first=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/self/status)
            taskset -c "$first" "$0" demo moons --backend cpu --epochs 30 --verbose 0 >demo 2>&1 &
            most=0
            while count=$(sed -n 's/^Threads:[^0-9]*//p' /proc/$!/status 2>/dev/null); do
                [ "${count:-0}" -gt $most ] && most=$count
                [ -n "$count" ] || break
                sleep 0.01
            done
            wait $! || cat demo
            echo $most
            """)
        #expect(outcome.output == "1\n", "\(outcome)")
    }

    @Test(
        "Quotas of control groups",
        .enabled(if: canGroup, "there is one processor, or no name spaces for users"),
        arguments: [
            // The group of the process; its limit's files.
            ("0::/", ["cpu.max": "100000 100000"]),
            ("0::/", ["cpu.max": "30000 100000"]),
            ("0::/system.slice/docker-1.scope/inner", ["system.slice/cpu.max": "50000 50000"]),
            ("0::/a", ["unified/a/cpu.max": "100000 100000"]),
            (
                "4:cpu,cpuacct:/docker/1",
                ["cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "50000"]
            ),
            (
                "7:memory:/m\n4:cpuacct,cpu:/docker/1",
                [
                    "cpu,cpuacct/docker/1/cpu.cfs_quota_us": "20000",
                    "cpu,cpuacct/docker/1/cpu.cfs_period_us": "100000",
                ]
            ),
        ] as [(String, [String: String])])
    func quotas(_ group: String, _ files: [String: String]) throws {
        let tool = try Tool()
        func write(_ text: String, _ name: String) throws {
            let file = URL(fileURLWithPath: tool.path(name))
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data((text + "\n").utf8).write(to: file)
        }
        try write(group, "own")
        for (name, text) in files { try write(text, "groups/" + name) }
        let listed = try devices(tool.script(Self.grouped, "devices", "--json"))
        #expect(!listed.isEmpty)
        for device in listed {
            #expect(device.computeUnits == 1, "\(device.backend): \(device.driver)")
        }
    }
}

import Testing

@testable import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Processors that affinity and control groups allow, in file systems of the test's own.
@Suite("Allowed processors") struct AllowedProcessorsTests {
    private final class Root {
        let path: String

        init(_ files: [String: String]) throws {
            var template = Array("/tmp/keratin-processors-XXXXXX".utf8CString)
            let made = try #require(mkdtemp(&template))
            path = String(cString: made)
            for (name, text) in files {
                var folder = path
                for part in name.split(separator: "/").dropLast() {
                    folder += "/" + part
                    mkdir(folder, 0o755)
                }
                let file = try #require(fopen(path + name, "w"))
                fputs(text, file)
                fclose(file)
            }
        }

        deinit {
            // Folders that the test made, and nothing else.
            let pid = path
            precondition(pid.hasPrefix("/tmp/keratin-processors-"))
            remove(pid)
        }

        private func remove(_ path: String) {
            if let folder = opendir(path) {
                while let entry = readdir(folder) {
                    let name = withUnsafePointer(to: &entry.pointee.d_name) {
                        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                    }
                    if name != ".", name != ".." { remove(path + "/" + name) }
                }
                closedir(folder)
                rmdir(path)
            } else {
                unlink(path)
            }
        }
    }

    private func count(_ files: [String: String], online: Int = 64) throws -> Int {
        let root = try Root(files)
        return withExtendedLifetime(root) {
            AllowedProcessors(root: root.path, online: online).count
        }
    }

    @Test func withoutLimits() throws {
        #expect(try count([:]) == 64)
        #expect(try count([:], online: 0) == 1)
        #expect(
            try count([
                "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "max 100000\n",
                "/proc/self/status": "Name:\tx\nCpus_allowed_list:\t0-63\n",
            ]) == 64)
        // What makes no sense limits nothing.
        #expect(
            try count([
                "/proc/self/cgroup": "0::/\nnonsense\n", "/sys/fs/cgroup/cpu.max": "0 0\n",
                "/proc/self/status": "Cpus_allowed_list:\t9-x\n",
            ]) == 64)
    }

    @Test func affinity() throws {
        func list(_ text: String) throws -> Int {
            try count(["/proc/self/status": "Cpus_allowed:\tff\nCpus_allowed_list:\t\(text)\n"])
        }
        #expect(try list("0-1") == 2)
        #expect(try list("5") == 1)
        #expect(try list("0-3,8,10-11") == 7)
        #expect(try list("0-127") == 64)
    }

    @Test func version2() throws {
        func quota(_ text: String) throws -> Int {
            try count(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": text])
        }
        #expect(try quota("200000 100000\n") == 2)
        #expect(try quota("150000 100000\n") == 2)
        #expect(try quota("10000 100000\n") == 1)
        #expect(try quota("9900000 100000\n") == 64)
        // The tightest of nested groups counts, at any level.
        let nested = [
            "/proc/self/cgroup": "0::/system.slice/docker-1.scope/inner\n",
            "/sys/fs/cgroup/system.slice/cpu.max": "800000 100000\n",
            "/sys/fs/cgroup/system.slice/docker-1.scope/cpu.max": "300000 100000\n",
            "/sys/fs/cgroup/system.slice/docker-1.scope/inner/cpu.max": "max 100000\n",
        ]
        #expect(try count(nested) == 3)
        // Both kinds of limits.
        var both = nested
        both["/proc/self/status"] = "Cpus_allowed_list:\t0-1\n"
        #expect(try count(both) == 2)
    }

    @Test func version1() throws {
        func files(_ quota: String, _ mount: String, _ path: String) -> [String: String] {
            [
                "/proc/self/cgroup": "12:memory:/docker/1\n4:cpu,cpuacct:\(path)\n",
                "/sys/fs/cgroup/\(mount)/cpu.cfs_quota_us": quota,
                "/sys/fs/cgroup/\(mount)/cpu.cfs_period_us": "50000\n",
            ]
        }
        // A container sees its own group as the root, whatever its path says.
        #expect(try count(files("200000\n", "cpu", "/docker/1")) == 4)
        #expect(try count(files("200001\n", "cpu,cpuacct", "/docker/1")) == 5)
        #expect(try count(files("-1\n", "cpu,cpuacct", "/docker/1")) == 64)
        #expect(try count(files("50000\n", "cpu,cpuacct/docker/1", "/docker/1")) == 1)
    }

    @Test func here() {
        #expect(AllowedProcessors.count >= 1)
        #expect(AllowedProcessors.count <= AllowedProcessors.onlineCount)
    }
}

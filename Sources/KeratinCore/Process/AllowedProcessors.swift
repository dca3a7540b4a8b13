#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many processors this process may use: no more than the machine has, than its affinity allows (`taskset`), and than
/// the quotas of its control groups pay for (containers).
package struct AllowedProcessors: Sendable {
    /// The files of the system; a test has its own.
    private let root: String
    private let online: Int

    package init(root: String = "", online: Int) {
        self.root = root
        self.online = online
    }

    /// What this process may use; at least 1.
    package static let count = AllowedProcessors(online: onlineCount).count

    /// What the machine has.
    package static let onlineCount = max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)

    /// The processors of the affinity mask ("0-3,8"); nil where the system tells none.
    var affinity: Int? {
        let key = "Cpus_allowed_list:"
        guard let line = lines("/proc/self/status").first(where: { $0.hasPrefix(key) }) else {
            return nil
        }
        var count = 0
        for part in line.dropFirst(key.count).split(separator: ",") {
            let ends = part.filter { !$0.isWhitespace }.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
                last >= first
            else { return nil }
            count += last - first + 1
        }
        return count > 0 ? count : nil
    }

    package var count: Int {
        var count = online
        if let affinity { count = min(count, affinity) }
        // A part of a processor is one that is not always there.
        if let quota { count = min(count, Int(quota.rounded(.up))) }
        return max(count, 1)
    }

    /// The processors' time that the tightest control group pays for; nil without a limit.
    var quota: Double? {
        let groups = controlGroups
        return [quota1(groups.first), quota2(groups.second)].compactMap { $0 }.min()
    }

    /// The paths of this process's groups: of the hierarchy of version 1 that has quotas, and of version 2.
    private var controlGroups: (first: String?, second: String?) {
        var groups: (first: String?, second: String?)
        for line in lines("/proc/self/cgroup") {
            // number:controllers:path, where the path may have colons.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[0] == "0", parts[1].isEmpty {
                groups.second = String(parts[2])
            } else if parts[1].split(separator: ",").contains("cpu") {
                groups.first = String(parts[2])
            }
        }
        return groups
    }

    private func quota2(_ group: String?) -> Double? {
        guard let group else { return nil }
        let mounts = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
        return tightest(mounts, group) { folder in
            // "max 100000" or "200000 100000"
            let words = (lines(folder + "/cpu.max").first ?? "").split(separator: " ")
            guard words.count == 2 else { return nil }
            return ratio(words[0], words[1])
        }
    }

    private func quota1(_ group: String?) -> Double? {
        guard let group else { return nil }
        let mounts = [
            "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/cpuacct,cpu",
        ]
        return tightest(mounts, group) { folder in
            guard let quota = lines(folder + "/cpu.cfs_quota_us").first,
                let period = lines(folder + "/cpu.cfs_period_us").first
            else { return nil }
            return ratio(quota[...], period[...])
        }
    }

    /// The least limit of a group and those that it lies in. A container often sees its own group as the root, although its
    /// path says otherwise; folders that are not there have no limit.
    private func tightest(
        _ mounts: [String], _ group: String, _ limit: (String) -> Double?
    ) -> Double? {
        var least: Double?
        for mount in mounts {
            var path = group.split(separator: "/").filter { $0 != ".." && $0 != "." }
            while true {
                let folder = mount + path.map { "/\($0)" }.joined()
                if let found = limit(folder) { least = min(least ?? found, found) }
                if path.popLast() == nil { break }
            }
        }
        return least
    }

    /// Quota by period; nil for "max", −1 and what is no positive number.
    private func ratio(_ quota: Substring, _ period: Substring) -> Double? {
        guard let quota = Double(quota), let period = Double(period), quota > 0, period > 0,
            quota.isFinite, period.isFinite
        else { return nil }
        return quota / period
    }

    private func lines(_ path: String) -> [String] {
        guard let file = fopen(root + path, "r") else { return [] }
        defer { fclose(file) }
        var text = [UInt8]()
        var block = [UInt8](repeating: 0, count: 4096)
        // These files are small; what is not is none of them.
        while text.count < 1 << 20 {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { break }
            text += block[..<count]
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

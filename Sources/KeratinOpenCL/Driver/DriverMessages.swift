import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a driver writes to standard error about a call that failed: status codes alone say little.
enum DriverMessages {
    /// Makes the call again with PoCL's messages turned on, and gives what was written, in one line. Only for the way to
    /// an error: standard error goes elsewhere meanwhile.
    static func of(_ call: () -> Void) -> String? {
        guard let file = tmpfile() else { return nil }
        defer { fclose(file) }
        let original = dup(2)
        guard original >= 0 else { return nil }
        let debug = environment("POCL_DEBUG")
        setenv("POCL_DEBUG", "error", 1)
        dup2(fileno(file), 2)
        call()
        fflush(nil)
        dup2(original, 2)
        close(original)
        // "0" turns messages off again; PoCL does not forget them because the variable has gone.
        setenv("POCL_DEBUG", debug ?? "0", 1)
        rewind(file)
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return words(in: String(decoding: bytes, as: UTF8.self))
    }

    /// The errors among PoCL's messages, without their ornaments; all that was written if none is marked as an error.
    static func words(in text: String) -> String? {
        let lines = text.split(separator: "\n").map { trimmed($0[...]) }.filter { !$0.isEmpty }
        let errors = lines.filter { $0.contains("ERROR") }.map { line in
            let end = line.lastIndex(of: "|").map { line.index(after: $0) }
            return trimmed(line[(end ?? line.startIndex)...])
        }
        var seen: Set<String> = []
        let distinct = (errors.isEmpty ? lines.prefix(3)[...] : errors[...]).filter {
            seen.insert($0).inserted
        }
        return distinct.isEmpty ? nil : String(distinct.joined(separator: "; ").prefix(600))
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace ?? false { text.removeFirst() }
        while text.last?.isWhitespace ?? false { text.removeLast() }
        return String(text)
    }
}

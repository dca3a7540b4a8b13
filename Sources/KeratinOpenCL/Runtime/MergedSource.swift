import KeratinCore

/// The text of a program of merged launches (see `LaunchMerger`).
///
/// It joins the files of all kernels that are called. `__kernel` is defined away, so that they are
/// ordinary functions, and those that nobody calls cost nothing. Build options become definitions
/// around the files that they concern, and kernels of such files get a name of their own for each set
/// of options. What this asks of kernel files: names of macros and functions differ between files, a
/// program with options defines no functions but kernels, spelled `__kernel void name(`, and the only
/// work-item function is `get_global_id`.
enum MergedSource {
    private static let common = "include/common.cl"

    /// `-DA=B` options as names and values; nil if there are others.
    static func definitions(_ options: String) -> [(name: String, value: String)]? {
        var result = [(name: String, value: String)]()
        for option in options.split(separator: " ") {
            guard option.hasPrefix("-D") else { return nil }
            let parts = option.dropFirst(2).split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            result.append((String(parts[0]), String(parts[1])))
        }
        return result
    }

    /// What a kernel of a program is called in the joined text.
    static func name(of kernel: String, in program: KernelProgram) -> String {
        guard case .files(_, _, let options) = program, !options.isEmpty else { return kernel }
        return "\(kernel)_\(String(ProgramCache.hash(Array(options.utf8)), radix: 16))"
    }

    /// The text for the merged kernels `kernels` that call kernels of `parts`. It does not depend on
    /// the order of either.
    static func text(parts: [KernelProgram], kernels: [String]) throws(BackendError) -> String {
        var generated = Set<String>()
        // Files by options, those without first.
        var files: [String: [String]] = [:]
        for part in parts.sorted(by: { $0.name < $1.name }) {
            switch part {
            case .generated(let text): generated.insert(text)
            case .merged: break
            case .files(_, let paths, let options):
                for path in paths where path != common {
                    if files[options]?.contains(path) != true {
                        files[options, default: []].append(path)
                    }
                }
            }
        }
        var result = try KernelSources.text([common])
        result += """
            #define __kernel static
            #define get_global_id(axis) ((size_t)0)

            """
        for options in files.keys.sorted() {
            // In the order of the programs' lists, since files use what stands before them.
            result += try section(files[options, default: []], options: options)
        }
        if !generated.isEmpty {
            result += try KernelSources.text(["elementwise/pointwise.cl"])
            result += generated.sorted().joined(separator: "\n")
        }
        result += """
            #undef __kernel
            #define LONG(i) upsample(words[(i) + 1], (uint)words[i])

            """
        return result + Set(kernels).sorted().joined(separator: "\n")
    }

    private static func section(_ paths: [String], options: String) throws(BackendError) -> String {
        let text = try KernelSources.text(paths)
        guard !options.isEmpty else { return text }
        let program = KernelProgram.files("", paths, options: options)
        var before = ""
        var names = [String]()
        for (name, value) in definitions(options) ?? [] {
            before += "#define \(name) \(value)\n"
            names.append(name)
        }
        for kernel in words(after: "__kernel void ", in: text) {
            before += "#define \(kernel) \(Self.name(of: kernel, in: program))\n"
            names.append(kernel)
        }
        names += words(after: "#define ", in: text)
        return before + text + Set(names).sorted().map { "#undef \($0)\n" }.joined()
    }

    /// The identifiers that follow `marker` at the start of a line.
    private static func words(after marker: String, in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            guard line.hasPrefix(marker) else { return nil }
            return String(
                line.dropFirst(marker.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        }
    }
}

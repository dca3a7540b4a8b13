import KeratinCore

/// The text of a program of joined launches (see `LaunchJoiner`).
///
/// It joins the files of all kernels that are called. `__kernel` is defined away, so that they are ordinary functions, and those that
/// nobody calls cost nothing. A kernel of the gpu family gets what the work-item functions tell it, and its local memory, as parameters
/// (`PLACE`, `LOCAL_MEMORY` in `include/common.cl`): the same text serves a launch of its own and a part of a joined one. Those of the
/// cpu family are called by a single work-item.
///
/// Build options of a program become definitions around the files that they concern, and what such files define gets a name of its own
/// for each set of options. What this asks of kernel files: names of macros and functions differ between programs without options of
/// their own; definitions begin at the start of a line, with `static inline`, `__kernel`, `typedef struct`, or the macro that makes a
/// kernel, whose first argument is the kernel's name.
enum JoinedSource {
    static let common = "include/common.cl"
    /// Options that all programs of a backend share.
    private static let shared: Set<Substring> = ["-DLANES=1", "-DROLLED", "-cl-opt-disable"]

    /// `-DA=B` options as names and values, without what all programs share; nil if there are others.
    static func definitions(_ options: String) -> [(name: String, value: String)]? {
        var result = [(name: String, value: String)]()
        for option in options.split(separator: " ") where !shared.contains(option) {
            guard option.hasPrefix("-D") else { return nil }
            let parts = option.dropFirst(2).split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            result.append((String(parts[0]), String(parts[1])))
        }
        return result
    }

    private static func own(_ options: String) -> String {
        options.split(separator: " ").filter { !shared.contains($0) }.joined(separator: " ")
    }

    /// What a kernel, or a struct, of a program is called in the joined text.
    static func name(of name: String, in program: KernelProgram) -> String {
        guard case .files(_, _, let options) = program else { return name }
        let own = own(options)
        return own.isEmpty ? name : "\(name)_\(suffix(own))"
    }

    private static func suffix(_ options: String) -> String {
        String(ProgramCache.hash(Array(options.utf8)), radix: 16)
    }

    /// The text for the joined kernels `kernels` that call kernels of `parts`. It does not depend on the order of either.
    static func text(
        parts: [KernelProgram], kernels: [String], family: KernelFamily
    ) throws(BackendError) -> String {
        var generated = Set<String>()
        // Files by options, those without first.
        var files: [String: [String]] = [:]
        for part in parts.sorted(by: { $0.order < $1.order }) {
            switch part {
            case .generated(let text): generated.insert(text)
            case .joined: break
            case .files(_, let paths, let options):
                let own = own(options)
                for path in paths where path != common {
                    if files[own]?.contains(path) != true { files[own, default: []].append(path) }
                }
            }
        }
        var result = try KernelSources.text(["include/place_\(family).cl", common])
        for options in files.keys.sorted() {
            // In the order of the programs' lists, since files use what stands before them.
            result += try section(files[options, default: []], options: options)
        }
        if !generated.isEmpty {
            result += try KernelSources.text(["elementwise/pointwise.cl"])
            result += generated.sorted().joined(separator: "\n")
        }
        return try result + KernelSources.text(["include/join_\(family).cl"] + gate(family))
            + Set(kernels).sorted().joined(separator: "\n")
    }

    private static func gate(_ family: KernelFamily) -> [String] {
        family == .gpu ? ["include/gate_gpu.cl"] : []
    }

    private static func section(
        _ paths: [String], options: String
    ) throws(BackendError) -> String {
        let text = try KernelSources.text(paths)
        guard !options.isEmpty else { return text }
        let suffix = suffix(options)
        let values = Dictionary(uniqueKeysWithValues: definitions(options) ?? [])
        var before = ""
        var names = Set<String>()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            names.insert(name)
            before += "#define \(name) \(value)\n"
        }
        for name in definedNames(text) {
            // A kernel whose name is an option.
            let name = values[name] ?? name
            guard names.insert(name).inserted else { continue }
            before += "#define \(name) \(name)_\(suffix)\n"
        }
        for line in text.split(separator: "\n") where line.hasPrefix("#define ") {
            names.insert(identifier(line.dropFirst(8)))
        }
        return before + text + names.sorted().map { "#undef \($0)\n" }.joined()
    }

    /// Functions, kernels and structs that a text defines.
    private static func definedNames(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            if line.hasPrefix("} ") {
                let name = identifier(line.dropFirst(2))
                return line == "} \(name);" ? name : nil
            }
            if line.hasPrefix("static inline ") || line.hasPrefix("__kernel ") {
                // The identifier before the parameters; attributes have parentheses, too.
                let start = line.firstRange(of: " void ")?.upperBound ?? line.startIndex
                let head = line[start...].prefix { $0 != "(" }
                return head.split(whereSeparator: { !isPart($0) }).last.map(String.init)
            }
            if let first = line.first, first.isUppercase {
                let macro = identifier(line)
                let rest = line.dropFirst(macro.count)
                guard rest.first == "(", macro.allSatisfy({ !$0.isLowercase }) else { return nil }
                return identifier(rest.dropFirst())
            }
            return nil
        }
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    private static func identifier(_ text: Substring) -> String {
        String(text.prefix(while: isPart))
    }
}

extension KernelProgram {
    /// Tells programs of files apart, and orders them.
    fileprivate var order: String {
        guard case .files(let name, let paths, let options) = self else { return name }
        return "\(name) \(paths) \(options)"
    }
}

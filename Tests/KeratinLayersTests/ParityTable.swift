import Foundation
import Testing

/// `Documentation/Parity.md`: what became of each public name of Keras.
struct ParityTable {
    struct Section {
        /// Keras's names and their spellings here, without the code marks.
        var done: [String: String] = [:]
        /// Keras's other names and what became of them: "planned, …", "will not, …".
        var others: [String: String] = [:]

        var names: Set<String> { Set(done.keys).union(others.keys) }
    }

    /// By module.
    private(set) var sections: [String: Section] = [:]

    /// The folder of the package.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    init() throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "Documentation/Parity.md"), encoding: .utf8)
        var module: String?
        for line in text.split(separator: "\n") {
            if let heading = line.wholeMatch(of: /## `(.*)`/) {
                module = String(heading.1)
                sections[String(heading.1)] = Section()
            } else if let module, let row = line.wholeMatch(of: /\| `(.*?)` \| `(.*?)`.* \|/) {
                sections[module]?.done[String(row.1)] = String(row.2)
            } else if let module, let list = line.wholeMatch(of: /- (.*?): (`.*`)/) {
                for name in list.2.split(separator: ", ") {
                    sections[module]?.others[String(name.dropFirst().dropLast())] = String(list.1)
                }
            }
        }
    }

    func section(_ module: String) throws -> Section { try #require(sections[module]) }
}

/// The names that the package's source files declare, found by their keywords.
struct DeclaredNames {
    /// The members of each type: all names in the files that declare or extend it.
    private var members: [String: Set<String>] = [:]
    private(set) var all: Set<String> = []

    init() throws {
        let folder = ParityTable.root.appending(path: "Sources")
        let files = try #require(
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            var (types, names): (Set<String>, Set<String>) = ([], [])
            for match in text.matches(
                of: /\b(class|struct|enum|protocol|typealias|extension|func|var|let|case) `?(\w+)/)
            {
                let (keyword, name) = (match.1, String(match.2))
                if !["func", "var", "let", "case"].contains(keyword) { types.insert(name) }
                if keyword != "extension" { names.insert(name) }
            }
            for match in text.matches(of: /\bcase ([\w, ]+)/) {
                names.formUnion(match.1.split(separator: ", ").map(String.init))
            }
            if text.contains("init(") { names.insert("init") }
            for type in types { members[type, default: []].formUnion(names) }
            all.formUnion(names)
        }
    }

    /// Whether a type, or what it conforms to, has a member.
    func has(_ member: String, in type: String) -> Bool {
        [type, "Serializable"].contains { members[$0]?.contains(member) == true }
    }
}

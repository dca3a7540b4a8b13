/// A line of a program, which is looked up when somebody asks for it. It does not tell errors apart.
package final class SourcePlace: Hashable, Sendable {
    private let find: @Sendable () -> String?
    private let found = Locked<String??>(nil)

    package init(_ find: @escaping @Sendable () -> String?) { self.find = find }

    /// `file.swift:31`; nil where the program tells no lines.
    var text: String? {
        found.withLock { found in
            if let found { return found }
            let text = find()
            found = .some(text)
            return text
        }
    }

    package static func == (a: SourcePlace, b: SourcePlace) -> Bool { true }
    package func hash(into hasher: inout Hasher) {}
}

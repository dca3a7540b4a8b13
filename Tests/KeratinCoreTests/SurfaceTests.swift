import Foundation
import Testing

/// The public declarations of the package's modules, and the list in `Documentation/Surface.md` of how many each has.
///
/// `KERATIN_RECORD_SURFACE=1` writes the list anew; the difference is then there to be reviewed.
@Suite("The public surface")
struct SurfaceTests {
    /// The folder of the package.
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let list = root.appending(path: "Documentation/Surface.md")

    /// By module: the folders of `Sources`.
    private static let modules: [String: [PublicDeclaration]] = {
        let sources = root.appending(path: "Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        var modules: [String: [PublicDeclaration]] = [:]
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift",
                let text = try? String(contentsOf: file, encoding: .utf8)
            else { continue }
            let path = file.path.dropFirst(sources.path.count + 1)
            let module = String(path.prefix { $0 != "/" })
            modules[module, default: []] += PublicDeclaration.all(in: text, file: String(path))
        }
        return modules
    }()

    private static var recorded: [String: Int] {
        get throws {
            let text = try String(contentsOf: list, encoding: .utf8)
            let rows = text.matches(of: /\| `(\w+)` \| (\d+) \|/)
            return Dictionary(
                uniqueKeysWithValues: rows.map { (String($0.1), Int($0.2) ?? -1) })
        }
    }

    @Test("Every public declaration says what it is")
    func documented() {
        #expect(Self.modules.values.reduce(0) { $0 + $1.count } > 1000)
        for declaration in Self.modules.values.joined() {
            #expect(
                declaration.isDocumented || declaration.isWitness,
                "no docstring: \(declaration.place)")
        }
    }

    @Test("An extension does not make its members public")
    func extensions() {
        for declaration in Self.modules.values.joined() {
            #expect(!declaration.text.contains("public extension"), "\(declaration.place)")
        }
    }

    @Test("Modules have as many public declarations as the list says")
    func counts() throws {
        let counts = Self.modules.mapValues(\.count).filter { $0.value > 0 }
        if ProcessInfo.processInfo.environment["KERATIN_RECORD_SURFACE"] == "1" {
            let rows = counts.sorted { $0.key < $1.key }.map { "| `\($0.key)` | \($0.value) |" }
            let text = """
                # Public declarations

                What users and authors of backends and layers are promised: every `public` or `open` declaration in `Sources`, overrides
                apart. What only the package's own modules use has `package` access. Each has a docstring, or does what a
                protocol's docstring says. `SurfaceTests` compares; `KERATIN_RECORD_SURFACE=1 swift test --filter SurfaceTests` writes
                this table anew.

                | module | declarations |
                |---|---:|
                \(rows.joined(separator: "\n"))

                """
            try text.write(to: Self.list, atomically: true, encoding: .utf8)
        }
        #expect(try counts == Self.recorded)
    }

    @Test("Declarations are found and told apart")
    func parsing() {
        let source = """
            /// One.
            public struct One: Hashable,
                CustomStringConvertible
            {
                public var description: String { "" }
                public var other: Int
                var hidden: Int
                /// Documented, with an attribute.
                @available(macOS, introduced: 12, message: "a b")
                public func documented() {}
                @discardableResult public func bare() {}
                public override func inherited() {}
                public internal(set) var names: [String]
            }

            extension Two: Backend {
                public func supports() -> Bool { true }
                public func suppose() -> Bool { true }
            }

            public final class Three: Layer {
                public required convenience init(from configuration: Configuration) throws {}
                public class func make() {}
            }
            """
        let found = PublicDeclaration.all(in: source, file: "Example.swift")
        #expect(found.map(\.line) == [2, 5, 6, 10, 11, 13, 17, 18, 21, 22, 23])
        #expect(found.filter(\.isDocumented).map(\.line) == [2, 10])
        #expect(found.filter(\.isWitness).map(\.line) == [5, 17, 22])
    }
}

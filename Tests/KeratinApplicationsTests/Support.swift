import Foundation
import KeratinOpenCL

/// The backends that this machine has.
enum Backends {
    static let names =
        (try? OpenCLDriver().devices().isEmpty) == false ? ["cpu", "opencl"] : ["cpu"]
}

/// Keras's automatic names.
enum AutomaticNames {
    /// A class's name in snake_case, by Keras's two rules.
    static func snake(_ name: String) -> String {
        name.replacing(/(.)([A-Z][a-z]+)/) { "\($0.1)_\($0.2)" }
            .replacing(/([a-z])([A-Z])/) { "\($0.1)_\($0.2)" }.lowercased()
    }
}

/// A folder that is gone when nobody holds it.
final class TemporaryFolder {
    let root: URL

    init() throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent(
            "keratin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { root.appendingPathComponent(name).path }

    deinit { try? FileManager.default.removeItem(at: root) }
}

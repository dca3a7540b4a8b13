import Foundation

@testable import KeratinIO

/// A folder that is gone after the test.
final class PictureFolder {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("keratin-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func listing() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    func text(_ name: String) throws -> String {
        String(decoding: try FileAccess.read(path(name)), as: UTF8.self)
    }

    /// A program of the shell.
    func program(_ name: String, _ script: String) throws {
        try FileAccess.write(Array("#!/bin/sh\n\(script)\n".utf8), to: path(name))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: path(name))
    }
}

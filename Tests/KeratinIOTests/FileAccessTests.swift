import Foundation
import KeratinCore
import KeratinIO
import Testing

@Suite("Whole files", .serialized)
struct FileAccessTests {
    private func listing(_ folder: DatasetFileTests.Folder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test("A file is replaced whole, and nothing else stays in its folder")
    func replaces() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/file"
        try FileAccess.write([1, 2, 3], to: path)
        try FileAccess.write([4], to: path)
        #expect(try FileAccess.read(path) == [4])
        try FileAccess.write([], to: path)
        #expect(try FileAccess.read(path).isEmpty)
        #expect(try listing(folder) == ["file"])
    }

    @Test("A replaced file keeps its rights")
    func rights() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/file"
        try FileAccess.write([1], to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try FileAccess.write([2], to: path)
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect((rights as? NSNumber)?.intValue == 0o640)
    }

    @Test("What fails leaves the old file whole")
    func failures() throws {
        let folder = try DatasetFileTests.Folder()
        let missing = "\(folder.path)/none/file"
        #expect(
            message { try FileAccess.write([1], to: missing) }
                == "\(missing): cannot be written: No such file or directory")
        // A folder in the way of the last step, which is the renaming.
        let taken = "\(folder.path)/taken"
        try folder.write([7], "taken/inside")
        let text = message { try FileAccess.write([1], to: taken) }
        #expect(text.hasPrefix("\(taken): cannot be written"), "\(text)")
        #expect(try FileAccess.read("\(taken)/inside") == [7])
        #expect(try listing(folder) == ["taken"])
        #expect(message { _ = try FileAccess.read(taken) } == "\(taken): is a folder, not a file")
    }

    @Test("A folder that may not be written to", .disabled(if: geteuid() == 0, "root may write"))
    func readOnlyFolder() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/file"
        try FileAccess.write([1], to: path)
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
        defer {
            try? manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
        }
        #expect(message { try FileAccess.write([2], to: path) }.contains("Permission denied"))
        #expect(try FileAccess.read(path) == [1])
        #expect(try listing(folder) == ["file"])
    }

    @Test(
        "Devices are written to, not replaced; a full one says so",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func devices() throws {
        try FileAccess.write([1], to: "/dev/null")
        #expect(try FileAccess.read("/dev/null").isEmpty)
        #expect(
            message { try FileAccess.write([1], to: "/dev/full") }
                == "/dev/full: cannot be written: No space left on device")
    }

    @Test("A symbolic link stays one: the file that it stands for is read and replaced")
    func links() throws {
        let folder = try DatasetFileTests.Folder()
        try FileAccess.write([1], to: "\(folder.path)/real")
        let link = "\(folder.path)/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real")
        #expect(try FileAccess.read(link) == [1])
        try FileAccess.write([2], to: link)
        #expect(try FileAccess.read(link) == [2])
        #expect(try FileAccess.read("\(folder.path)/real") == [2])
        #expect(try listing(folder) == ["link", "real"])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real")
    }
}

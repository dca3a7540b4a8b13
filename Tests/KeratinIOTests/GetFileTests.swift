import Foundation
import KeratinCore
import KeratinModels
import Testing

@testable import KeratinIO

/// Files from a server, which is a folder here.
@Suite("getFile", .serialized) struct GetFileTests {
    private let server: DatasetFileTests.Folder
    private let home: DatasetFileTests.Folder

    init() throws {
        server = try DatasetFileTests.Folder()
        home = try DatasetFileTests.Folder()
        try server.write(Array("hello".utf8), "greeting.txt")
    }

    private var origin: String { "file://\(server.path)/greeting.txt" }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    /// What lies in the cache.
    private func cached() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: home.path).sorted()
    }

    private let sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    private let md5 = "5d41402abc4b2a76b9719d911017c592"

    @Test("Digests of RFC 1321 and of files")
    func digests() throws {
        for (text, digest) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a"
            ),
        ] { #expect(MD5.hex(Array(text.utf8)) == digest) }
        try server.write([UInt8](repeating: 97, count: 3_000_001), "many")
        let many = [UInt8](repeating: 97, count: 3_000_001)
        #expect(try SHA256.hex(file: server.path + "/many") == SHA256.hex(many))
        #expect(try MD5.hex(file: server.path + "/many") == MD5.hex(many))
    }

    @Test("A file is downloaded once, with its digest")
    func once() throws {
        let path = try getFile(origin: origin, fileHash: sha256, cacheDir: home.path)
        #expect(path == home.path + "/datasets/greeting.txt")
        #expect(try readText(path) == "hello")
        try server.write(Array("other".utf8), "greeting.txt")
        #expect(try readText(getFile(origin: origin, cacheDir: home.path)) == "hello")
        #expect(
            try readText(getFile(origin: origin, cacheDir: home.path, forceDownload: true))
                == "other")
        #expect(try cached() == ["datasets", "datasets/greeting.txt"])
        let named = try getFile(
            "name.txt", origin: origin + "?a=b", cacheSubdir: "mine", cacheDir: home.path)
        #expect(named == home.path + "/mine/name.txt")
        let absolute = try getFile(origin: origin, cacheSubdir: home.path + "/here")
        #expect(absolute == home.path + "/here/greeting.txt")
    }

    @Test("A file with another digest is downloaded again, and refused if it stays another")
    func otherDigest() throws {
        try home.write(Array("old".utf8), "datasets/greeting.txt")
        for hash in [sha256, sha256.uppercased(), md5] {
            try home.write(Array("old".utf8), "datasets/greeting.txt")
            let path = try getFile(origin: origin, fileHash: hash, cacheDir: home.path)
            #expect(try readText(path) == "hello")
        }
        #expect(try readText(getFile(origin: origin, md5Hash: md5, cacheDir: home.path)) == "hello")
        try server.write(Array("worse".utf8), "greeting.txt")
        try home.write(Array("old".utf8), "datasets/greeting.txt")
        let text = message { try getFile(origin: origin, fileHash: sha256, cacheDir: home.path) }
        #expect(text.contains("SHA-256") && text.contains(sha256), "\(text)")
        // What stood there stays, and nothing else is left.
        #expect(try readText(home.path + "/datasets/greeting.txt") == "old")
        #expect(try cached() == ["datasets", "datasets/greeting.txt"])
    }

    @Test("Archives are unpacked whole")
    func archives() throws {
        try server.write(Array("one".utf8), "pack/a/1.txt")
        try server.write(Array("two".utf8), "pack/2.txt")
        #expect(
            try Download.run(
                "tar", ["-czf", server.path + "/pack.tar.gz", "-C", server.path, "pack"],
                place: server.path) == 0)
        let zip = try Zip.write([
            Zip.Member(name: "pack/a/1.txt", bytes: Array("one".utf8)),
            Zip.Member(name: "pack/2.txt", bytes: Array("two".utf8)),
        ])
        try server.write(zip, "pack.zip")
        for name in ["pack.tar.gz", "pack.zip"] {
            let folder = try getFile(
                name, origin: "file://\(server.path)/\(name)", extract: true, cacheDir: home.path)
            #expect(folder == home.path + "/datasets/pack_extracted")
            #expect(try readText(folder + "/pack/a/1.txt") == "one")
            #expect(try readText(folder + "/pack/2.txt") == "two")
            try FileManager.default.removeItem(atPath: folder)
            let unnamed = try getFile(
                origin: "file://\(server.path)/\(name)", extract: true, cacheDir: home.path)
            #expect(unnamed == home.path + "/datasets/\(name)")
            #expect(try readText(unnamed + "/pack/2.txt") == "two")
            #expect(FileAccess.exists(unnamed + "_archive"))
            // Once more it is there already; forced, it takes the old one's place.
            try FileManager.default.removeItem(atPath: unnamed + "/pack/2.txt")
            try getFile(
                origin: "file://\(server.path)/\(name)", extract: true, cacheDir: home.path)
            #expect(!FileAccess.exists(unnamed + "/pack/2.txt"))
            try getFile(
                origin: "file://\(server.path)/\(name)", extract: true, cacheDir: home.path,
                forceDownload: true)
            #expect(FileAccess.exists(unnamed + "/pack/2.txt"))
        }
        let untarred = try getFile(
            "t.tgz", origin: "file://\(server.path)/pack.tar.gz", untar: true, cacheDir: home.path)
        #expect(try readText(untarred + "/pack/2.txt") == "two")
        #expect(try !cached().contains { $0.contains(".part") || $0.contains(".old") })
    }

    @Test("An archive of many small files")
    func manyFiles() throws {
        let members = (0..<10_500).map { Zip.Member(name: "\($0 % 7)/\($0)", bytes: [7]) }
        try server.write(try Zip.write(members), "many.zip")
        let folder = try getFile(
            origin: "file://\(server.path)/many.zip", extract: true, cacheDir: home.path)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder).count == 10_507)
    }

    @Test("An archive whose end is damaged leaves nothing")
    func damagedArchive() throws {
        var builder = ZipBuilder([("first", [1, 2, 3])])
        builder.members.append(ZipBuilder.Member(name: "second", stored: [4], checksum: 9))
        try server.write(builder.bytes(), "bad.zip")
        let text = message {
            try getFile(
                origin: "file://\(server.path)/bad.zip", extract: true, cacheDir: home.path)
        }
        #expect(text.contains("'second' in the archive is damaged"), "\(text)")
        #expect(try !cached().contains { $0.contains("first") || $0.contains(".part") })
    }

    @Test("What is wrong")
    func mistakes() throws {
        func get(_ body: () throws -> String) -> String { message { _ = try body() } }
        #expect(
            get { try getFile("a/b", origin: origin, cacheDir: home.path) }.contains(
                "without folders"))
        #expect(
            get { try getFile("..", origin: origin, cacheDir: home.path) }.contains(
                "without folders"))
        for address in ["file:///x/", "https://example.org", "", "https://example.org/a/?b=c"] {
            #expect(
                get { try getFile(origin: address, cacheDir: home.path) }.contains(
                    "give it as fname"))
        }
        for hash in ["abc", sha256 + "0", String(repeating: "g", count: 64)] {
            #expect(
                get { try getFile(origin: origin, fileHash: hash, cacheDir: home.path) }
                    .contains("hexadecimal digits"))
        }
        let missing = get { try getFile(origin: "file://\(server.path)/none", cacheDir: home.path) }
        #expect(missing.contains("code 37") && missing.contains("other means"), "\(missing)")
        #expect(
            get { try getFile(origin: origin, cacheDir: "/dev/null/x") }.contains("/dev/null/x"))
        for format in ArchiveFormat.allCases {
            let text = get {
                try getFile(
                    origin: origin, extract: true, archiveFormat: format, cacheDir: home.path)
            }
            #expect(text.contains("no archive") || text.contains("no zip archive"), "\(text)")
        }
        let rest = try cached().filter { $0 != "datasets" && $0 != "datasets/greeting.txt_archive" }
        #expect(rest.isEmpty, "\(rest)")
    }
}

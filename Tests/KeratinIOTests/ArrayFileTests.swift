import Foundation
import Keratin
import KeratinCore
import KeratinIO
import Testing

/// Arrays in files by the end of their names, and `~` in paths.
@Suite("Files of arrays", .serialized)
struct ArrayFileTests {
    @Test("An array comes back from every format")
    func formats() throws {
        let folder = try DatasetFileTests.Folder()
        let x = NDArray([0.1, -2, 3e20, .infinity, 5, 6] as [Float], shape: [3, 2])
        for name in ["x.npy", "x.npz", "x.csv"] {
            let path = "\(folder.path)/\(name)"
            try x.save(path)
            #expect(try NDArray.load(path) == x, "\(name)")
            #expect(try NDArray(contentsOf: path) == x, "\(name)")
        }
        #expect(try NDArray(npy: "\(folder.path)/x.npy") == x)
        #expect(try NDArray(csv: "\(folder.path)/x.csv") == x)
        let labels = NDArray([1, 0, 2] as [Int32])
        try labels.save("\(folder.path)/y.csv")
        #expect(
            try String(contentsOfFile: "\(folder.path)/y.csv", encoding: .utf8) == "1\n0\n2\n")
        #expect(try NDArray.load("\(folder.path)/y.csv") == labels.reshaped([3, 1]))
        let numbers = NDArray([1, .nan] as [Float])
        try numbers.save("\(folder.path)/n.csv")
        #expect(try NDArray.load("\(folder.path)/n.csv").floats()[1].isNaN)
    }

    @Test("Several arrays, by name")
    func archives() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/data.npz"
        let x = NDArray([1, 2] as [Float])
        let y = NDArray([7] as [Int32])
        try NPZ(["x": x, "y": y]).save(path)
        let archive = try NPZ.load(path)
        #expect(archive.names == ["x", "y"])
        #expect(try archive.array("x") == x && archive.array("y") == y)
        let told = words { _ = try NDArray.load(path) }
        #expect(told.hasPrefix("\(path): holds 2 arrays (x, y), not one"), "\(told)")
        #expect(words { try NPZ(["x": x]).save("data.zip") }.contains(".npz"))
    }

    @Test("Names with other ends, shapes that are no tables, texts")
    func mistakes() throws {
        let folder = try DatasetFileTests.Folder()
        let x = NDArray([Float](repeating: 0, count: 8), shape: [2, 2, 2])
        for name in ["x", "x.txt", "npy", "x.npy.gz"] {
            let told = "files of arrays end in .npy, .npz, .csv, got the name '\(name)'"
            #expect(words { try x.save(name) } == told)
            #expect(words { _ = try NDArray.load(name) } == told)
        }
        #expect(words { try x.save("\(folder.path)/x.csv") }.contains("[2, 2, 2]"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        try FileAccess.write(Array("a,b\n1,2\n3,x\n".utf8), to: "\(folder.path)/t.csv")
        #expect(
            words { _ = try NDArray(csv: "\(folder.path)/t.csv") }
                == "\(folder.path)/t.csv: line 3: 'x' in column 'b' is no number (a Table takes texts as labels)"
        )
    }

    /// Runs a body with another home folder.
    private func withHome(_ home: String?, _ body: () throws -> Void) rethrows {
        let old = ProcessInfo.processInfo.environment["HOME"]
        if let home { setenv("HOME", home, 1) } else { unsetenv("HOME") }
        defer { if let old { setenv("HOME", old, 1) } else { unsetenv("HOME") } }
        try body()
    }

    @Test("~ is the home folder for everything that is loaded and saved")
    func home() throws {
        let folder = try DatasetFileTests.Folder()
        let x = NDArray([1, 2] as [Float])
        try withHome(folder.path) {
            try x.save("~/x.npy")
            #expect(try NDArray.load("\(folder.path)/x.npy") == x)
            #expect(try NDArray(npy: "~/x.npy") == x)
            try NPZ(["x": x]).save("~/x.npz")
            #expect(try NPZ.load("~/x.npz").names == ["x"])
            try Table(columns: ["x": x]).save("~/t.csv")
            #expect(try Table(csv: "~/t.csv").rowCount == 2)
            try writeVocabulary(["a"], to: "~/words.txt")
            #expect(try readVocabulary("~/words.txt") == ["a"])
            let model = try Sequential([Input(shape: [2]), Dense(1)])
            try model.save("~/m.keras")
            #expect(try loadModel("~/m.keras").getWeights() == model.getWeights())
            try model.saveWeights("~/m.weights.h5")
            try model.loadWeights("~/m.weights.h5")
            try convertWeights("~/m.weights.h5", "~/m.safetensors")
            #expect(
                words { _ = try NDArray.load("~/none.npy") }
                    == "~/none.npy: cannot be opened: No such file or directory")
        }
        // Drivers may make a cache there.
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { !$0.hasPrefix(".") }.sorted()
        #expect(
            names == [
                "m.keras", "m.safetensors", "m.weights.h5", "t.csv", "words.txt", "x.npy", "x.npz",
            ])
        withHome(nil) {
            #expect(words { try x.save("~/x.npy") }.contains("HOME is not set"))
        }
        #expect(try UserFolders.expanded("~name/x") == "~name/x")
        #expect(try UserFolders.expanded("a/~") == "a/~")
    }

    @Test("Paths that lead to one file")
    func same() throws {
        let folder = try DatasetFileTests.Folder()
        let path = "\(folder.path)/file"
        try FileAccess.write([1], to: path)
        #expect(try FileAccess.isSame(path, "\(folder.path)/./file"))
        #expect(try !FileAccess.isSame(path, "\(folder.path)/other"))
        #expect(
            try FileAccess.isSame(
                "\(folder.path)/new",
                "\(folder.path)/../\(folder.path.split(separator: "/").last!)/new"))
        for (name, isHard) in [("soft", false), ("hard", true)] {
            let link = "\(folder.path)/\(name)"
            if isHard {
                try FileManager.default.linkItem(atPath: path, toPath: link)
            } else {
                try FileManager.default.createSymbolicLink(
                    atPath: link, withDestinationPath: "file")
            }
            #expect(try FileAccess.isSame(path, link), "\(name)")
        }
    }
}

import Foundation
import KeratinCore
import KeratinIO
import KeratinTensor
import Testing

@Suite("Data sets in files")
struct DatasetFileTests {
    /// A folder that is removed with the test.
    final class Folder {
        let path: String

        init() throws {
            path = NSTemporaryDirectory() + "keratin-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ bytes: [UInt8], _ name: String) throws {
            let url = URL(filePath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }
    }

    /// Three training and two test images of 2×2.
    static let archive: [(name: String, bytes: [UInt8])] = [
        ("train-images-idx3-ubyte.gz", Packed.stored(Packed.idx([3, 2, 2], Array(0..<12)))),
        ("train-labels-idx1-ubyte.gz", Packed.stored(Packed.idx([3], [7, 0, 9]))),
        ("t10k-images-idx3-ubyte.gz", Packed.stored(Packed.idx([2, 2, 2], Array(100..<108)))),
        ("t10k-labels-idx1-ubyte.gz", Packed.stored(Packed.idx([2], [1, 2]))),
    ]

    private func images(
        address: String, roots: [String], program: String = "curl", digests: [String]? = nil
    ) -> ImageArchive {
        ImageArchive(
            files: DatasetFiles(name: "tiny", address: address, roots: roots, program: program),
            byteCounts: Self.archive.map(\.bytes.count),
            digests: digests ?? Self.archive.map { SHA256.hex($0.bytes) })
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("Files are found in the first folder that has them")
    func found() throws {
        let (first, second) = (try Folder(), try Folder())
        for (name, bytes) in Self.archive { try second.write(bytes, "tiny/\(name)") }
        let other = Packed.stored(Packed.idx([2], [3, 4]))
        try first.write(other, "tiny/t10k-labels-idx1-ubyte.gz")
        let archive = images(address: "file:///nowhere", roots: [first.path, second.path])
        #expect(archive.isPresent)
        let data = try archive.load()
        #expect(data.train.x.shape == [3, 2, 2])
        #expect(try data.train.y.hostArray().storage == .uint8([7, 0, 9]))
        #expect(try data.test.x.hostArray().storage == .uint8(Array(100..<108)))
        #expect(try data.test.y.hostArray().storage == .uint8([3, 4]))
    }

    @Test("Files that are missing are downloaded once, whole, and left in place")
    func downloaded() throws {
        let (server, home) = (try Folder(), try Folder())
        for (name, bytes) in Self.archive { try server.write(bytes, name) }
        let archive = images(address: "file://\(server.path)", roots: [home.path])
        #expect(!archive.isPresent)
        #expect(try archive.load().test.y.hostArray().storage == .uint8([1, 2]))
        #expect(archive.isPresent)
        let names = try FileManager.default.contentsOfDirectory(atPath: home.path + "/tiny")
        #expect(Set(names) == Set(Self.archive.map(\.name)))
        try FileManager.default.removeItem(atPath: server.path)
        #expect(try archive.load().train.y.hostArray().storage == .uint8([7, 0, 9]))
    }

    @Test("Failed downloads say what failed and what to do, and leave nothing behind")
    func failedDownloads() throws {
        let (server, home) = (try Folder(), try Folder())
        let missing = message {
            _ = try images(address: "file://\(server.path)", roots: [home.path]).load()
        }
        #expect(
            missing.contains("curl ended with code 37") && missing.contains("put it into"),
            "\(missing)")

        for (name, bytes) in Self.archive { try server.write(bytes + [0], name) }
        let large = message {
            _ = try images(address: "file://\(server.path)", roots: [home.path]).load()
        }
        #expect(large.contains("bytes, expected"), "\(large)")

        for (name, bytes) in Self.archive { try server.write(bytes.dropLast() + [77], name) }
        let other = message {
            _ = try images(address: "file://\(server.path)", roots: [home.path]).load()
        }
        #expect(other.contains("SHA-256"), "\(other)")

        let noProgram = message {
            _ = try images(
                address: "file://\(server.path)", roots: [home.path],
                program: "keratin-no-such-program"
            ).load()
        }
        #expect(noProgram.contains("keratin-no-such-program") && noProgram.contains("install it"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/tiny").isEmpty)
    }

    @Test("A folder that cannot be made is an error")
    func noFolder() {
        let text = message { _ = try images(address: "file:///x", roots: ["/dev/null/x"]).load() }
        #expect(text.contains("/dev/null/x/tiny"), "\(text)")
    }

    @Test("Damaged files name themselves and say how to get them anew")
    func damaged() throws {
        let home = try Folder()
        let replacements: [(Int, [UInt8], String)] = [
            (0, [], "no gzip file"), (0, Array(Self.archive[0].bytes.dropLast(3)), "cut off"),
            (1, Packed.stored(Packed.idx([2], [7, 0])), "3 images"),
            (1, Packed.stored(Packed.idx([3], [7, 10, 9])), "label 1 is 10"),
            (2, Packed.stored(Packed.idx([2, 4], Array(0..<8))), "expected images"),
            (3, Packed.stored([1, 2, 3, 4, 5]), "no IDX file"),
        ]
        for (position, bytes, expected) in replacements {
            for (name, bytes) in Self.archive { try home.write(bytes, "tiny/\(name)") }
            try home.write(bytes, "tiny/\(Self.archive[position].name)")
            let text = message { _ = try images(address: "file:///x", roots: [home.path]).load() }
            #expect(text.contains(expected) && text.contains(home.path), "\(text)")
        }
    }

    @Test("SHA-256 of the standard's examples")
    func sha256() {
        #expect(
            SHA256.hex(Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256.hex([])
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            SHA256.hex([UInt8](repeating: 97, count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}

@Suite("Data sets")
struct DatasetTests {
    /// The mean and the standard deviation of pixels, in 0…1.
    private func statistics(_ x: NDArray) throws -> (mean: Double, deviation: Double) {
        let values = try x.uint8s()
        var (sum, squares) = (0, 0)
        for value in values {
            sum += Int(value)
            squares += Int(value) * Int(value)
        }
        let mean = Double(sum) / Double(values.count)
        let variance = Double(squares) / Double(values.count) - mean * mean
        return (mean / 255, variance.squareRoot() / 255)
    }

    @Test("MNIST", .enabled(if: MNIST.isPresent, "set KERATIN_DATASETS to a folder with mnist/"))
    func mnist() throws {
        let data = try MNIST.load()
        #expect(data.train.x.shape == [60_000, 28, 28])
        #expect(data.test.x.shape == [10_000, 28, 28])
        let (mean, deviation) = try statistics(data.train.x)
        #expect(abs(mean - 0.1307) < 1e-4 && abs(deviation - 0.3081) < 1e-4)
        #expect(try Array(data.train.y.floats().prefix(5)) == [5, 0, 4, 1, 9])
        #expect(try Array(data.test.y.floats().prefix(5)) == [7, 2, 1, 0, 4])
    }

    @Test(
        "Fashion-MNIST",
        .enabled(if: FashionMNIST.isPresent, "set KERATIN_DATASETS to a folder with fashion_mnist/")
    )
    func fashionMNIST() throws {
        let data = try FashionMNIST.load()
        #expect(data.train.y.count == 60_000 && data.test.y.count == 10_000)
        let (mean, deviation) = try statistics(data.train.x)
        #expect(abs(mean - 0.2860) < 1e-4 && abs(deviation - 0.3530) < 1e-4)
        #expect(try FashionMNIST.classNames[Int(data.train.y.floats()[0])] == "ankle boot")
    }

    @Test("The optical digits are in the product")
    func opticalDigits() throws {
        let data = try OpticalDigits.load()
        #expect(data.train.x.shape == [3823, 8, 8, 1])
        #expect(data.test.x.shape == [1797, 8, 8, 1])
        // The sum that scikit-learn's copy of the test part has.
        #expect(try data.test.x.floats().reduce(0) { $0 + Double($1) * 16 } == 561_718)
        #expect(try Array(data.test.y.floats().prefix(10)) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        let labels = try data.train.y.floats()
        let counts = (0..<10).map { digit in labels.count { $0 == Float(digit) } }
        #expect(counts == [376, 389, 380, 389, 387, 376, 377, 387, 380, 382])
        #expect(try data.train.x.floats().allSatisfy { (0...1).contains($0) })
    }

    @Test("A data set is taken apart in a line")
    func pairs() throws {
        let (train, test) = try OpticalDigits.load()
        let ((xTrain, yTrain), (xTest, yTest)) = try OpticalDigits.load()
        #expect(xTrain == train.x && yTrain == train.y && xTest == test.x && yTest == test.y)
        let ((flat, _), (flatTest, _)) = try OpticalDigits.load(shape: [64])
        #expect(flat.shape == [3823, 64] && flatTest == test.x.reshaped(-1, 64))
        #expect(throws: KeratinError.self) {
            let ((x, _), _) = try OpticalDigits.load(shape: [3, 5, 2])
            _ = x
        }
    }

    @Test(
        "MNIST and Fashion-MNIST are taken apart in a line",
        .enabled(
            if: MNIST.isPresent && FashionMNIST.isPresent,
            "set KERATIN_DATASETS to a folder with mnist/ and fashion_mnist/"))
    func imagePairs() throws {
        let ((x, y), (xTest, yTest)) = try MNIST.load()
        let digits = try MNIST.load()
        #expect(x == digits.train.x && y == digits.train.y)
        #expect(xTest == digits.test.x && yTest == digits.test.y)
        let ((clothes, kinds), (otherClothes, otherKinds)) = try FashionMNIST.load()
        #expect(clothes.shape == [60_000, 28, 28] && kinds.shape == [60_000])
        #expect(otherClothes.shape == [10_000, 28, 28] && otherKinds.shape == [10_000])
        #expect(clothes != x)
        #expect(try FashionMNIST.classNames[Int(kinds.floats()[0])] == "ankle boot")
    }

    @Test("Moons lie on two half circles, in equal parts, the same for the same seed")
    func moons() throws {
        let moons = try makeMoons(samples: 201, seed: 3)
        #expect(moons.x.shape == [201, 2] && moons.y.shape == [201, 1])
        #expect(try moons.y.floats().count { $0 == 1 } == 101)
        for (index, label) in try moons.y.floats().enumerated() {
            let (x, y) = (try moons.x.floats()[2 * index], try moons.x.floats()[2 * index + 1])
            let (dx, dy) = label == 0 ? (x, y) : (1 - x, 0.5 - y)
            #expect(abs(dx * dx + dy * dy - 1) < 1e-5 && dy > -1e-6)
        }
        #expect(try makeMoons(samples: 201, seed: 3).x == moons.x)
        #expect(try makeMoons(samples: 201, seed: 4).x != moons.x)
        let noisy = try makeMoons(samples: 4000, noise: 0.1, seed: 1)
        let clean = try makeMoons(samples: 4000, noise: 0, seed: 1)
        let differences = zip(try noisy.x.floats(), try clean.x.floats()).map { Double($0 - $1) }
        let deviation = (differences.reduce(0) { $0 + $1 * $1 } / 8000).squareRoot()
        #expect(abs(deviation - 0.1) < 0.005)
        #expect(throws: KeratinError.self) { try makeMoons(samples: 1) }
        #expect(throws: KeratinError.self) { try makeMoons(samples: 10, noise: -1) }
        #expect(throws: KeratinError.self) { try makeMoons(samples: 10, noise: .nan) }
    }

    @Test("Class numbers become rows")
    func categorical() throws {
        let rows = try toCategorical(NDArray([0, 2, 1] as [Int32]))
        #expect(rows.shape == [3, 3])
        #expect(try rows.floats() == [1, 0, 0, 0, 0, 1, 0, 1, 0])
        #expect(try toCategorical(Tensor([0, 2, 1]), 3) == rows)
        #expect(throws: KeratinError.self) { try toCategorical(Tensor([0, 2, 1]), 2) }
        #expect(
            try toCategorical(try NDArray([1] as [UInt8]), classCount: 4).floats() == [0, 1, 0, 0])
        #expect(try toCategorical(try NDArray([1, 0] as [Float], shape: [2, 1])).shape == [2, 2])
        for (label, classes) in [
            (-1, 3), (3, 3), (0.5, 3), (.nan, 3), (.infinity, nil), (1e30, nil), (1e9, nil),
        ] as [(Float, Int?)] {
            #expect(throws: KeratinError.self) {
                try toCategorical(try NDArray([label, 0, 0, 0, 0]), classCount: classes)
            }
        }
    }
}

import Foundation
import KeratinCore
import KeratinIO
import KeratinTensor
import Testing

/// Pictures into files.
@Suite("saveImage") struct SaveImageTests {
    private let folder: DatasetFileTests.Folder
    private let fixtures: ImageFixtures

    init() throws {
        folder = try DatasetFileTests.Folder()
        fixtures = try ImageFixtures.shared.get()
    }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    private func message(_ body: () throws -> some Any) -> String {
        do {
            _ = try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("Arrays become the bytes of Keras's array_to_img, and come back from a PNG file")
    func arrays() throws {
        for item in fixtures.arrays {
            let x = Tensor(item.x, shape: Shape(item.shape))
            let image = try arrayToImg(x, scale: item.scale)
            #expect(image.dtype == .uint8 && image.shape.dimensions == item.shape)
            #expect(try image.uint8s() == [UInt8](item.pixels))
            try saveImage(x, path("a.png"), scale: item.scale)
            let mode = ["grayscale", "", "rgb", "rgba"][item.shape[2] - 1]
            let back = try loadImage(path("a.png"), colorMode: ColorMode(mode))
            #expect(try back.bytes() == [UInt8](item.pixels))
        }
    }

    @Test("JPEG and WebP files come back nearly the same, better ones nearer")
    func lossy() throws {
        let values = (0..<(40 * 56)).flatMap { number -> [Float] in
            let (y, x) = (Float(number / 56), Float(number % 56))
            return [128 + 100 * sinf(x / 9), 128 + 100 * cosf(y / 7), 2 * x + 2 * y]
        }
        let image = Tensor(values, shape: [40, 56, 3])
        func error(_ name: String, _ quality: Int?) throws -> Float {
            try saveImage(image, path(name), scale: false, quality: quality)
            let back = try loadImage(path(name)).floats()
            return zip(values, back).map { abs($0 - $1) }.reduce(0, +) / Float(values.count)
        }
        for name in ["a.jpg", "a.JPEG", "a.webp"] {
            let (low, usual, high) = (
                try error(name, 10), try error(name, nil), try error(name, 100)
            )
            #expect(low > usual && usual > high, "\(name): \(low), \(usual), \(high)")
            #expect(high < 3 && usual < 6, "\(name): \(low), \(usual), \(high)")
        }
        let size = try Data(contentsOf: URL(filePath: path("a.jpg"))).prefix(3)
        #expect(Array(size) == [0xFF, 0xD8, 0xFF])
        try saveImg(path("b.data"), image, fileFormat: "png")
        #expect(try Data(contentsOf: URL(filePath: path("b.data"))).starts(with: [0x89, 0x50]))
        // JPEG has no alpha channel.
        try saveImage(Tensor(repeating: 200, shape: [8, 8, 4]), path("c.jpg"), scale: false)
        #expect(try loadImage(path("c.jpg"), colorMode: "rgba")[0, 0, 3].floats() == [255])
    }

    @Test("What is no picture is told in words, and nothing is written")
    func refused() throws {
        let image = Tensor(repeating: 1, shape: [2, 2, 3])
        #expect(
            message { try saveImage(image, path("a.gif")) }.contains(".png, .jpg, .jpeg, .webp"))
        #expect(message { try saveImage(image, path("none/a.png")) }.contains("none/a.png"))
        #expect(message { try saveImage(image, path("a.jpg"), quality: 0) }.contains("1…100"))
        for shape in [[2], [2, 2, 2], [1, 2, 2, 3], [0, 2, 3], [2, 2, 5]] as [Shape] {
            let x = Tensor([Float](repeating: 0, count: shape.count), shape: shape)
            #expect(message { try saveImage(x, path("a.png")) }.contains("a picture"))
        }
        for wrong in [Float.nan, .infinity, -.infinity] {
            let x = Tensor([0, wrong] as [Float], shape: [1, 2, 1])
            #expect(message { try saveImage(x, path("a.png")) }.contains("finite"))
        }
        let far = Tensor([-3e38, 3e38] as [Float], shape: [1, 2, 1])
        #expect(message { try saveImage(far, path("a.png")) }.contains("too far apart"))
        let high = Tensor([0, 256] as [Float], shape: [1, 2, 1])
        #expect(message { try saveImage(high, path("a.png"), scale: false) }.contains("got 256"))
        #expect(!FileManager.default.fileExists(atPath: path("a.png")))
    }

    @Test("Pictures side by side")
    func grid() throws {
        let x = Tensor((0..<20).map { Float($0) }, shape: [5, 2, 2, 1])
        try saveImageGrid(x, path("a.png"), padding: 1, padValue: 7)
        let image = try loadImage(path("a.png"), colorMode: "grayscale")
        // Three in a row, two rows, lines between and around them.
        #expect(image.shape == [7, 10, 1])
        let scaled = (0..<20).map { Float(Int(Float($0) / 19 * 255)) }
        #expect(try image[1, 1..<3, 0].floats() == [scaled[0], scaled[1]])
        #expect(try image[2, 7..<9, 0].floats() == [scaled[10], scaled[11]])
        #expect(try image[5, 4..<6, 0].floats() == [scaled[18], scaled[19]])
        #expect(try image[4, 7..<10, 0].floats() == [7, 7, 7])
        #expect(try image[0, 0..<2, 0].floats() == [7, 7])
        try saveImageGrid(x.reshaped([5, 2, 2]), path("b.png"), columns: 9, padding: 0)
        #expect(try loadImage(path("b.png")).shape == [2, 10, 3])
        #expect(message { try saveImageGrid(x, path("c.png"), columns: 0) }.contains("columns"))
        #expect(message { try saveImageGrid(x[0], path("c.png"), padding: -1) }.contains("padding"))
        #expect(message { try saveImageGrid(x[0, 0], path("c.png")) }.contains("pictures are"))
    }

    @Test("smartResize as in Keras")
    func smart() throws {
        for item in fixtures.smart {
            let y = try smartResize(
                Tensor(item.x, shape: Shape(item.shape)), item.size,
                interpolation: ImageInterpolation(item.method))
            #expect(
                y.shape.dimensions
                    == item.shape.dropLast(3) + item.size + [item.shape[item.shape.count - 1]])
            let values = try y.floats()
            #expect(values.count == item.values.count)
            let worst = zip(values, item.values).map { abs($0 - $1) }.max() ?? 1
            #expect(worst < 1e-4, "\(item.shape) \(item.size) \(item.method): \(worst)")
        }
        let x = Tensor(repeating: 1, shape: [4, 4, 3])
        #expect(message { try smartResize(x, [2]) }.contains("size"))
        #expect(message { try smartResize(x[0], [2, 2]) }.contains("pictures are"))
        #expect(message { try smartResize(x, [2, 2], interpolation: "cubic") }.contains("'cubic'"))
    }
}

import Foundation
import KeratinCore
import KeratinIO
import KeratinTensor
import Testing

/// Pictures from files, beside what Keras and Pillow read.
@Suite("loadImage") struct ImageFileTests {
    private let folder: DatasetFileTests.Folder
    private let fixtures: ImageFixtures

    /// Where the project's larger pictures lie; nil: they are not there.
    static let pictures = ProcessInfo.processInfo.environment["KERATIN_DATASETS"]
        .map { "\($0)/images" }.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }

    init() throws {
        folder = try DatasetFileTests.Folder()
        fixtures = try ImageFixtures.shared.get()
    }

    private func message(_ body: () throws -> some Any) -> String {
        do {
            _ = try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    @Test("Every kind of file, with every number of channels, as Pillow reads it")
    func kinds() throws {
        for file in fixtures.files {
            try folder.write([UInt8](file.file), file.name)
            for (mode, pixels) in file.pixels {
                let image = try loadImage(path(file.name), colorMode: ColorMode(mode))
                let channels = ["grayscale": 1, "rgb": 3, "rgba": 4][mode] ?? 0
                #expect(image.shape == [fixtures.height, fixtures.width, channels])
                #expect(image.dtype == .float32)
                #expect(try image.bytes() == [UInt8](pixels), "\(file.name) \(mode)")
            }
        }
        #expect(fixtures.files.count > 35)
    }

    @Test("Other sizes as Pillow resizes, to the bit")
    func resized() throws {
        for item in fixtures.resized {
            try folder.write(try fixtures.file(item.name), item.name)
            let image = try loadImage(
                path(item.name), colorMode: ColorMode(item.mode), targetSize: item.size,
                interpolation: ImageInterpolation(item.method), keepAspectRatio: item.keeps)
            #expect(
                try image.bytes() == [UInt8](item.pixels),
                "\(item.name) \(item.size) \(item.method) \(item.keeps)")
        }
    }

    @Test(
        "Photographs and their sizes have Pillow's digests",
        .enabled(if: pictures != nil, "set KERATIN_DATASETS to a folder with images/"))
    func photographs() throws {
        let place = try #require(Self.pictures)
        func digest(_ image: NDArray) throws -> String { SHA256.hex(try image.bytes() ?? []) }
        for item in fixtures.large {
            let path = "\(place)/\(item.name)"
            let image = try loadImage(path)
            #expect(image.shape.dimensions == item.shape)
            #expect(try digest(image) == item.rgb, "\(item.name)")
            #expect(try digest(loadImage(path, colorMode: "grayscale")) == item.grayscale)
            #expect(
                try digest(loadImage(path, targetSize: [61, 83], interpolation: "bilinear"))
                    == item.bilinear)
            let middle = try loadImage(
                path, targetSize: [160, 160], interpolation: .lanczos, keepAspectRatio: true)
            #expect(try digest(middle) == item.lanczos)
            #expect(try digest(loadImage(path, targetSize: [224, 97])) == item.nearest)
        }
        #expect(fixtures.large.count == 17)
    }

    @Test("What cannot be read is told in words, with the file's name")
    func refused() throws {
        try folder.write([], "empty.png")
        #expect(message { try loadImage(path("empty.png")) } == "\(path("empty.png")): is empty")
        try folder.write(Array("hello".utf8), "text.jpg")
        #expect(message { try loadImage(path("text.jpg")) }.contains("is no picture that is known"))
        try folder.write(Array("GIF89a....".utf8), "a.gif")
        #expect(message { try loadImage(path("a.gif")) }.contains("GIF pictures are not read"))
        try folder.write(Array("BM..".utf8), "a.bmp")
        #expect(message { try loadImage(path("a.bmp")) }.contains("BMP pictures are not read"))
        #expect(message { try loadImage(path("none.png")) }.contains("cannot be opened"))
        #expect(message { try loadImage(folder.path) }.contains("is a folder"))
        try folder.write(try fixtures.file("rgb8.png"), "a.png")
        for size in [[], [3], [0, 4], [-1, 4], [1 << 40, 1 << 40], [1, 2, 3]] {
            #expect(
                message { try loadImage(path("a.png"), targetSize: size) }.contains("targetSize"))
        }
        #expect(message { try loadImage(path("a.png"), colorMode: "bgr") }.contains("'bgr'"))
        #expect(
            message { try loadImage(path("a.png"), targetSize: [4, 4], interpolation: "area") }
                .contains("'area'"))
    }

    @Test("Each beginning of a file is refused, and damage in a checksum is seen")
    func cut() throws {
        for name in ["rgb8.png", "rgb-interlaced.png", "420.jpg", "progressive.jpg", "lossy.webp"] {
            let bytes = try fixtures.file(name)
            // A JPEG file that only lacks its end mark has all of its picture.
            let end = bytes.count - (name.hasSuffix("jpg") ? 12 : 1)
            for count in stride(from: 0, to: end, by: 7) {
                try folder.write(Array(bytes.prefix(count)), name)
                let text = message { try loadImage(path(name)) }
                #expect(text.hasPrefix(path(name)), "\(name) \(count): \(text)")
            }
        }
        var bytes = try fixtures.file("rgb8.png")
        bytes[20] ^= 1
        try folder.write(bytes, "crc.png")
        #expect(message { try loadImage(path("crc.png")) }.contains("the PNG data are damaged"))
    }

    @Test("A file that says that it is huge takes no memory")
    func bombs() throws {
        var jpeg = try fixtures.file("gray.jpg")
        let frame = try #require(
            (0..<jpeg.count - 1).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        for place in [frame + 5, frame + 7] {
            jpeg.replaceSubrange(place...(place + 1), with: [0xFD, 0xE8])
        }
        try folder.write(jpeg, "bomb.jpg")
        #expect(message { try loadImage(path("bomb.jpg")) }.contains("65000×65000"))
        jpeg[frame + 5] = 0x2F
        jpeg[frame + 7] = 0x10
        try folder.write(jpeg, "smaller.jpg")
        #expect(
            message { try loadImage(path("smaller.jpg")) }.contains("than a file of its length"))
        let large = PNGHead.file(width: 1 << 20, height: 1 << 20)
        try folder.write(large, "bomb.png")
        #expect(message { try loadImage(path("bomb.png")) }.contains("pictures may have"))
        try folder.write(PNGHead.file(width: 1 << 14, height: 1 << 13), "smaller.png")
        #expect(
            message { try loadImage(path("smaller.png")) }.contains("than a file of its length"))
        try folder.write(PNGHead.file(width: 0, height: 4), "none.png")
        #expect(message { try loadImage(path("none.png")) }.contains("none.png: the PNG data"))
    }

    @Test("Keras's names")
    func names() throws {
        try folder.write(try fixtures.file("rgb8.png"), "a.png")
        let image = try loadImage(path("a.png"), targetSize: [4, 6], colorMode: "rgb")
        #expect(image[nil].shape == [1, 4, 6, 3])
        let same = try imgToArray(loadImg(path("a.png"), targetSize: [4, 6]))
        #expect(try same.floats() == image.floats())
        #expect(try imgToArray(image[..., 0]).shape == [4, 6, 1])
        #expect(throws: KeratinError.self) { try imgToArray(image[nil]) }
    }
}

/// The beginning of a PNG file of a size.
enum PNGHead {
    static func file(width: Int, height: Int) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        }
        let head = Array("IHDR".utf8) + number(width) + number(height) + [8, 2, 0, 0, 0]
        let data = Array("IDAT".utf8)
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + number(13) + head
            + number(Int(checksum(head))) + number(0) + data + number(Int(checksum(data)))
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}

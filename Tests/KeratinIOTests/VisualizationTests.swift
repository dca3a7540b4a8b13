import Foundation
import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinTensor
import Testing

/// Pictures with boxes and masks, beside what Keras and OpenCV draw (`Scripts/fixtures/visualization.py`).
@Suite("Visualization") struct VisualizationTests {
    private struct Fixtures: Decodable {
        struct Boxes: Decodable {
            struct Case: Decodable {
                var format: String
                var boxes: [Float]
                var labels: [Int]
                var thickness: Int
                var isSmall: Bool
                var drawn: Data
            }

            var shape: [Int]
            var images: Data
            var cases: [Case]
        }

        struct Masks: Decodable {
            struct Case: Decodable {
                var count: Int
                var alpha: Double
                var ignored: Int
                var blend: Bool
                var drawn: Data
            }

            var shape: [Int]
            var images: Data
            var classes: [Int32]
            var cases: [Case]
        }

        var boxes: Boxes
        var masks: Masks
    }

    private let fixtures: Fixtures
    private let folder: DatasetFileTests.Folder

    init() throws {
        let url = Bundle.module.url(
            forResource: "visualization", withExtension: "json", subdirectory: "Fixtures")
        fixtures = try JSONDecoder().decode(
            Fixtures.self, from: Data(contentsOf: try #require(url)))
        folder = try DatasetFileTests.Folder()
    }

    private func images(_ data: Data, _ shape: [Int]) -> Tensor {
        Tensor(data.map { Float($0) }, shape: Shape(shape))
    }

    private func message(_ body: () throws -> some Any) -> String {
        do {
            _ = try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("Boxes of every kind and thickness are OpenCV's to the pixel")
    func boxes() throws {
        let given = fixtures.boxes
        let pictures = images(given.images, given.shape)
        #expect(given.cases.count == 5)
        for item in given.cases {
            let boxes = Tensor(item.boxes, shape: [2, 2, 4])
            let labels = Tensor(item.labels.map { Float($0) }, shape: [2, 2])
            let shown = item.isSmall ? pictures / 255 : pictures
            let drawn = try drawBoundingBoxes(
                shown, ["boxes": boxes, "labels": labels], boundingBoxFormat: item.format,
                color: [255, 64, 3], lineThickness: item.thickness)
            #expect(drawn.dtype == .uint8 && drawn.shape == pictures.shape)
            // A 255th of a number may lose one by the fraction that is dropped.
            let wrong = zip(try drawn.uint8s(), item.drawn)
                .filter { abs(Int($0) - Int($1)) > (item.isSmall ? 1 : 0) }
            #expect(wrong.isEmpty, "\(item.format), \(item.thickness): \(wrong.count) bytes")
            let first = try drawBoundingBoxes(
                shown.transposed([0, 3, 1, 2]), ["boxes": boxes, "labels": labels],
                boundingBoxFormat: item.format, color: [255, 64, 3],
                lineThickness: item.thickness, dataFormat: "channels_first")
            #expect(try first.transposed([0, 2, 3, 1]).uint8s() == drawn.uint8s())
        }
    }

    @Test("Names and confidences stand above boxes, or inside at the upper edge")
    func names() throws {
        func rows(_ top: Float, _ names: [Int: String], sure: Float? = nil) throws -> [Int] {
            var parts: [String: any TensorConvertible] = [
                "boxes": Tensor([4, top, 90, 50], shape: [1, 1, 4]),
                "labels": Tensor([0], shape: [1, 1]),
            ]
            if let sure { parts["confidences"] = Tensor([sure], shape: [1, 1]) }
            let drawn = try drawBoundingBoxes(
                Tensor.zeros([1, 60, 100, 1]), parts, boundingBoxFormat: "xyxy",
                classMapping: names, color: [200, 1, 1], lineThickness: 1)
            let bytes = try drawn.uint8s()
            return (0..<60).map { row in
                bytes[(row * 100)..<(row * 100 + 100)].filter { $0 == 200 }.count
            }
        }
        let bare = try rows(30, [1: "dog"])
        let named = try rows(30, [0: "I"])
        // The letter I: 14 rows above the line, its upper and lower ends three dots of two pixels.
        #expect(named[14] == 6 && named[16] == 2 && named[26] == 6)
        #expect(Array(named[28...]) == Array(bare[28...]) && bare[..<30].allSatisfy { $0 == 0 })
        let inside = try rows(2, [0: "I"])
        #expect(inside[5] == 8 && inside[7] == 4)
        #expect(try rows(30, [0: "I"], sure: 0.5)[18] > named[18])
    }

    @Test("Masks are mixed with pictures as Keras mixes them") func masks() throws {
        let given = fixtures.masks
        let pictures = images(given.images, given.shape)
        let classes = Tensor(given.classes, shape: Shape(Array(given.shape.dropLast()) + [1]))
        #expect(given.cases.count == 4)
        for item in given.cases {
            let drawn = try drawSegmentationMasks(
                pictures, classes, numClasses: item.count, alpha: item.alpha, blend: item.blend,
                ignoreIndex: item.ignored)
            #expect(drawn.dtype == (item.blend ? .uint8 : .float32))
            #expect(try drawn.cast(to: .uint8).uint8s() == [UInt8](item.drawn))
            #expect(
                try drawSegmentationMasks(
                    pictures, classes.squeezed([-1]), numClasses: item.count, alpha: item.alpha,
                    blend: item.blend, ignoreIndex: item.ignored
                ).cast(to: .uint8).uint8s() == [UInt8](item.drawn))
        }
        let own = try drawSegmentationMasks(
            Tensor.zeros([1, 1, 2, 3]), Tensor([0, 2] as [Int32], shape: [1, 1, 2]),
            colorMapping: [0: [10, 20, 30], 2: [100, 110, 120]], alpha: 1)
        #expect(try own.uint8s() == [10, 20, 30, 100, 110, 120])
    }

    @Test("Galleries hold all pictures, titles and the legend") func galleries() throws {
        let pictures = images(fixtures.boxes.images, fixtures.boxes.shape)
        let path = "\(folder.path)/g.png"
        try plotImageGallery(
            pictures, path, yTrue: Tensor([0, 1]), yPred: Tensor([1, 7]),
            labelMap: [0: "cat", 1: "dog"])
        // Two rows of 28×24 pixels four times as large, two lines of text above each.
        let page = try loadImage(path)
        #expect(page.shape == [2 * (96 + 20 + 4) + 4, 112 + 8, 3])
        let first = try page[25, 6].floats()
        #expect(first.map { UInt8($0) } == Array(fixtures.boxes.images.prefix(3)))
        try plotImageGallery(
            Tensor.ones([5, 4, 4, 1]), path, rows: 1, valueRange: (0, 1), scale: 0.1, dpi: 40)
        let row = try loadImage(path)
        #expect(row.shape == [12, 5 * 8 + 4, 3])
        #expect(try row.floats().allSatisfy { $0 == 255 })
        try plotBoundingBoxGallery(
            pictures, path, boundingBoxFormat: "xyxy",
            yTrue: [
                "boxes": Tensor([Float](repeating: 9, count: 8), shape: [2, 1, 4]),
                "labels": Tensor([0, 0], shape: [2, 1]),
            ], legend: true, cols: 2)
        let boxes = try loadImage(path)
        #expect(boxes.shape == [96 + 8 + 20, 2 * 116 + 4, 3])
        #expect(try boxes[4 + 9 * 4 + 1, 4 + 9 * 4 + 1].floats() == [0, 188, 212])
        #expect(try boxes[96 + 8 + 2, 6].floats() == [0, 188, 212])
        let masks = fixtures.masks
        try plotSegmentationMaskGallery(
            images(masks.images, masks.shape), path, numClasses: 5,
            yTrue: Tensor(masks.classes, shape: Shape(Array(masks.shape.dropLast()))))
        let seen = try loadImage(path)
        #expect(seen.shape == [2 * (5 * 20 + 4) + 4, 2 * 124 + 4, 3])
        let mixed = try #require(masks.cases.first { $0.count == 5 && $0.alpha == 0.8 })
        #expect(try seen[5, 129].floats().map { UInt8($0) } == Array(mixed.drawn.prefix(3)))
    }

    @Test("Mistakes are said") func mistakes() throws {
        let picture = Tensor.zeros([1, 4, 4, 3])
        let box = Tensor([0, 0, 2, 2], shape: [1, 1, 4])
        let label = Tensor([0], shape: [1, 1])
        func draw(
            _ parts: [String: any TensorConvertible], images: Tensor? = nil,
            format: String = "xyxy", color: [Int] = [1, 2, 3], thickness: Int = 2
        ) -> String {
            message {
                try drawBoundingBoxes(
                    images ?? picture, parts, boundingBoxFormat: format, color: color,
                    lineThickness: thickness)
            }
        }
        let good: [String: any TensorConvertible] = ["boxes": box, "labels": label]
        #expect(draw(good) == "no error")
        #expect(draw(["boxes": box]).contains("labels"))
        #expect(draw(["boxes": box, "labels": label, "labls": label]).contains("labls"))
        #expect(draw(["boxes": box, "labels": box]).contains("[1, 1, 4]"))
        #expect(draw(good, images: picture[0]).contains("four axes"))
        #expect(draw(good, images: Tensor.zeros([1, 4, 4, 2])).contains("channels"))
        #expect(draw(good, images: picture * Float.nan).contains("NaN"))
        #expect(draw(good, format: "xxyy").contains("xxyy"))
        #expect(draw(good, color: [1, 2, 256]).contains("256"))
        #expect(draw(good, thickness: 0).contains("lineThickness"))
        #expect(draw(["boxes": box * Float.infinity, "labels": label]).contains("finite"))
        #expect(draw(["boxes": box * 1e30, "labels": label]) == "no error")
        #expect(draw(["boxes": box * -1e30, "labels": label], thickness: 1000) == "no error")
        let mask = Tensor([Int32](repeating: 2, count: 16), shape: [1, 4, 4])
        #expect(
            message { try drawSegmentationMasks(picture, mask.cast(to: .float32)) }.contains(
                "whole"))
        #expect(message { try drawSegmentationMasks(picture, mask[0]) }.contains("[4, 4]"))
        let huge = Tensor([Int64](repeating: .max, count: 16), shape: [1, 4, 4])
        #expect(message { try drawSegmentationMasks(picture, huge) }.contains("16777216"))
        #expect(message { try drawSegmentationMasks(picture, mask, alpha: 2) }.contains("alpha"))
        #expect(
            message { try drawSegmentationMasks(picture, mask, colorMapping: [1: [0, 0, 0]]) }
                .contains("class 2"))
        let path = "\(folder.path)/x.png"
        #expect(
            message { try plotImageGallery(picture, path, yTrue: Tensor([0])) }.contains("labelMap")
        )
        #expect(
            message { try plotImageGallery(picture, path, yTrue: Tensor([0, 1]), labelMap: [:]) }
                .contains("1 pictures"))
        #expect(message { try plotImageGallery(picture, path, dpi: 0) }.contains("dpi"))
        #expect(message { try plotImageGallery(picture, "\(folder.path)/x.bmp") }.contains("bmp"))
    }
}

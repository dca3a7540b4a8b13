import Keratin
import KeratinCore
import KeratinLayerTestKit
import KeratinLayers
import KeratinTensor
import Testing

/// A function of bounding boxes, what it is given, and what it gives.
private struct GoldenBoxes: Decodable, Sendable {
    let name: String
    let arguments: [String: String]
    let inputs: [GoldenTensor]
    let output: GoldenTensor

    func result(_ x: [Tensor]) throws -> Tensor {
        let format = arguments["format"] ?? "xyxy"
        let encoding = arguments["encoding"] ?? ""
        switch name {
        case "convert_format":
            return boundingBoxes.convertFormat(
                x[0], source: arguments["source"] ?? "", target: arguments["target"] ?? "",
                height: 30, width: 40)
        case "compute_iou":
            return boundingBoxes.computeIoU(
                x[0], x[1], boundingBoxFormat: format,
                useMasking: arguments["masking"] == "true", imageShape: [30, 40, 3])
        case "compute_ciou":
            return boundingBoxes.computeCIoU(x[0], x[1], boundingBoxFormat: format)
        case "encode_box_to_deltas":
            return boundingBoxes.encodeBoxToDeltas(
                x[0], x[1], anchorFormat: .xyxy, boxFormat: "yxyx", encodingFormat: encoding,
                variance: [0.1, 0.1, 0.2, 0.2])
        case "decode_deltas_to_boxes":
            return boundingBoxes.decodeDeltasToBoxes(
                x[0], x[1], anchorFormat: "xyxy", boxFormat: "xywh", encodedFormat: encoding,
                variance: [0.1, 0.1, 0.2, 0.2])
        case "clip_to_image_size":
            return boundingBoxes.clipToImageSize(x[0], height: 15, width: 12)
        case "clip_to_image_size labels":
            return boundingBoxes.clipToImageSize(x[0], labels: x[1], height: 15, width: 12).labels
        case "crop":
            return boundingBoxes.crop(x[0], top: 3, left: 4, height: 9, width: 12)
        case "pad": return boundingBoxes.pad(x[0], top: 3, left: 4)
        case "affine_transform":
            return boundingBoxes.affineTransform(
                x[0], angle: x[1], translateX: x[2], translateY: x[3], scale: x[4], shearX: x[5],
                shearY: x[6], height: 30, width: 40)
        default: throw KeratinError(.unknownName, name)
        }
    }
}

@Suite("Bounding boxes", .serialized) struct BoundingBoxTests {
    @Test("Keras's values", arguments: Backends.names) func values(backend: String) throws {
        let cases = try GoldenFile<GoldenBoxes>.load("bounding_boxes", in: GoldenFileTests.folder)
            .cases
        try withBackend(BackendChoice(backend)) {
            let all = try batchedResults(Backends.share(of: cases, backend)) { golden in
                (golden.inputs, { [try golden.result($1)] })
            }
            for (golden, values) in all {
                expect(values[0], golden.output, "\(golden.name) \(golden.arguments)")
            }
        }
    }

    private func message(_ tensor: Tensor) -> String {
        do {
            try tensor.check()
            return "no error"
        } catch { return "\(error)" }
    }

    @Test("What does not fit is an error") func errors() throws {
        try withBackend(.cpu) {
            let boxes = Tensor.ones([2, 4])
            #expect(
                message(boundingBoxes.convertFormat(boxes, source: "xyxy", target: "rel_xyxy"))
                    .contains("height"))
            #expect(
                message(boundingBoxes.convertFormat(boxes, source: "xyyx", target: "xyxy"))
                    .contains("xyyx"))
            #expect(
                message(
                    boundingBoxes.convertFormat(Tensor.ones([2, 3]), source: .xyxy, target: "xywh")
                )
                .contains("four numbers"))
            #expect(
                message(boundingBoxes.clipToImageSize(boxes)).contains("height"))
            #expect(
                message(
                    boundingBoxes.computeCIoU(boxes, boxes, boundingBoxFormat: "rel_xyxy")
                ).contains("relative"))
        }
    }
}

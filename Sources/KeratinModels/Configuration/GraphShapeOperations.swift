import KeratinCore
import KeratinLayers
import KeratinTensor

// Operations that move numbers.

extension GraphOperations {
    static let shapes: [String: Operation] = [
        "Reshape": {
            guard let shape = try $0.integers("newshape") ?? $0.integers("target_shape") else {
                throw $0.wrong("has no new shape")
            }
            return [try ops.reshape($0.tensor(0), shape)]
        },
        "Ravel": { [try ops.ravel($0.tensor(0))] },
        "Transpose": { [try ops.transpose($0.tensor(0), axes: $0.integers("axes"))] },
        "Swapaxes": {
            [
                try ops.swapaxes(
                    $0.tensor(0), $0.integer("axis1", default: 0), $0.integer("axis2", default: 1))
            ]
        },
        "Moveaxis": {
            guard let source = try $0.axis("source"), let target = try $0.axis("destination") else {
                throw $0.wrong("needs source and destination")
            }
            return [try ops.moveaxis($0.tensor(0), source: source, destination: target)]
        },
        "ExpandDims": { [try ops.expandDims($0.tensor(0), axis: $0.axis("axis") ?? 0)] },
        "Squeeze": { [try ops.squeeze($0.tensor(0), axis: $0.axis("axis"))] },
        "Flip": { [try ops.flip($0.tensor(0), axis: $0.axis("axis"))] },
        "Fliplr": { [try ops.fliplr($0.tensor(0))] },
        "Flipud": { [try ops.flipud($0.tensor(0))] },
        "Rot90": {
            [
                try ops.rot90(
                    $0.tensor(0), k: $0.integer("k", default: 1),
                    axes: $0.integers("axes") ?? [0, 1])
            ]
        },
        "Roll": {
            [
                try ops.roll(
                    $0.tensor(0), shift: $0.axis("shift") ?? 0, axis: $0.axis("axis"))
            ]
        },
        "BroadcastTo": {
            guard let shape = try $0.integers("shape") else { throw $0.wrong("has no shape") }
            return [try $0.tensor(0).broadcast(to: Shape(shape))]
        },
        "Tile": { [try ops.tile($0.tensor(0), $0.axis("repeats") ?? 1)] },
        "Repeat": {
            [
                try ops.repeat(
                    $0.tensor(0), $0.axis("repeats") ?? 1, axis: $0.integers("axis")?.first)
            ]
        },
        "Pad": { call in
            guard case .list(let rows)? = call.value("pad_width") else {
                throw call.wrong("needs pad_width as pairs")
            }
            let widths = try rows.map { row -> [Int] in
                guard case .list(let pair) = row else {
                    throw call.wrong("needs pad_width as pairs")
                }
                return pair.compactMap(\.asInteger)
            }
            return [
                try ops.pad(
                    call.tensor(0), widths, mode: call.text("mode", default: "constant"),
                    constantValues: call.argument(1, "constant_values")?.asNumber)
            ]
        },
    ]

    /// Several tensors to one, and one to several.
    static let parts: [String: Operation] = [
        "Concatenate": {
            [try Tensor.concatenate($0.tensors(), axis: $0.integer("axis", default: 0))]
        },
        "Stack": { [try ops.stack($0.tensors(), axis: $0.integer("axis", default: 0))] },
        "Hstack": { [try ops.hstack($0.tensors())] },
        "Vstack": { [try ops.vstack($0.tensors())] },
        "Dstack": { [try ops.dstack($0.tensors())] },
        "Append": {
            [try ops.append($0.tensor(0), $0.tensor(1), axis: $0.integers("axis")?.first)]
        },
        "Split": {
            let axis = try $0.integer("axis", default: 0)
            guard let places = try $0.integers("indices_or_sections") else {
                throw $0.wrong("needs indices_or_sections")
            }
            if case .list? = $0.value("indices_or_sections") {
                return ops.split(try $0.tensor(0), indices: places, axis: axis)
            }
            return ops.split(try $0.tensor(0), places[0], axis: axis)
        },
        "ArraySplit": {
            guard case .integer(let sections)? = $0.value("indices_or_sections") else {
                throw $0.wrong("needs the number of sections")
            }
            return try ops.arraySplit(
                $0.tensor(0), sections, axis: $0.integer("axis", default: 0))
        },
        "Unstack": {
            try ops.unstack(
                $0.tensor(0), num: $0.integers("num")?.first, axis: $0.integer("axis", default: 0))
        },
        "Meshgrid": {
            try ops.meshgrid($0.tensors(), indexing: $0.text("indexing", default: "xy"))
        },
    ]

    static let indices: [String: Operation] = [
        "GetItem": { [try $0.tensor(0).sliced($0.items())] },
        "Slice": {
            guard let shape = try $0.integers("shape") else { throw $0.wrong("has no shape") }
            return [try ops.slice($0.tensor(0), $0.integers(1, "start_indices"), shape)]
        },
        "SliceUpdate": {
            [
                try ops.sliceUpdate(
                    $0.tensor(0), $0.integers(1, "start_indices"), $0.tensor(2))
            ]
        },
        "Take": {
            [try ops.take($0.tensor(0), $0.tensor(1), axis: $0.integers("axis")?.first)]
        },
        "TakeAlongAxis": {
            [try ops.takeAlongAxis($0.tensor(0), $0.tensor(1), axis: $0.integers("axis")?.first)]
        },
        "OneHot": {
            [
                try ops.oneHot(
                    $0.tensor(0), $0.integer("num_classes", default: 0),
                    axis: $0.integer("axis", default: -1), dtype: $0.dtype() ?? .float32)
            ]
        },
        "MultiHot": {
            [
                try ops.multiHot(
                    $0.tensor(0), $0.integer("num_classes", default: 0),
                    axis: $0.integer("axis", default: -1), dtype: $0.dtype() ?? .float32)
            ]
        },
        "SegmentSum": {
            [
                try ops.segmentSum(
                    $0.tensor(0), $0.tensor(1), numSegments: $0.integers("num_segments")?.first)
            ]
        },
        "Scatter": {
            guard let shape = try $0.integers("shape") else { throw $0.wrong("has no shape") }
            return [try ops.scatter($0.tensor(0), $0.tensor(1), shape: shape)]
        },
        "InTopK": {
            [try ops.inTopK($0.tensor(0), $0.tensor(1), k: $0.integer("k", default: 1))]
        },
    ]
}

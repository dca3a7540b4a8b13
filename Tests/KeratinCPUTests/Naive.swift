import KeratinCore

/// A tensor of the oracle: every element a Double.
struct NaiveTensor {
    var type: TensorType
    var values: [Double]

    init(_ type: TensorType, _ values: [Double]) {
        self.type = type
        self.values = values
    }

    /// Rounds what a device would store.
    init(rounding values: [Double], _ type: TensorType) {
        self.type = type
        switch type.dtype {
        case .float32: self.values = values.map { Double(Float($0)) }
        case .int32: self.values = values.map { $0.rounded(.towardZero) }
        case .uint8, .bool: self.values = values
        }
    }

    var bytes: [UInt8] {
        switch type.dtype {
        case .float32: values.flatMap { value in withUnsafeBytes(of: Float(value)) { Array($0) } }
        case .int32: values.flatMap { value in withUnsafeBytes(of: Int32(value)) { Array($0) } }
        case .uint8, .bool: values.map { UInt8($0) }
        }
    }

    init(_ type: TensorType, bytes: [UInt8]) {
        self.type = type
        values = bytes.withUnsafeBytes { raw in
            (0..<type.count).map { index in
                switch type.dtype {
                case .float32: Double(raw.loadUnaligned(fromByteOffset: index * 4, as: Float.self))
                case .int32: Double(raw.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
                case .uint8, .bool: Double(raw[index])
                }
            }
        }
    }
}

/// Every primitive in plain loops over coordinates: slow and obviously right.
enum Naive {
    /// Runs a program of operations, expanding fused ones.
    static func run(_ program: Program, _ inputs: [NaiveTensor]) throws -> [NaiveTensor] {
        var values = [Int: NaiveTensor]()
        for (value, input) in zip(program.inputs, inputs) { values[value.id] = input }
        for instruction in program.instructions {
            guard case .operation(let operation) = instruction.kind else { continue }
            let arguments = instruction.inputs.compactMap { values[$0.id] }
            for (value, result) in zip(instruction.results, try run(operation, arguments)) {
                values[value.id] = result
            }
        }
        return program.outputs.compactMap { values[$0.id] }
    }

    static func run(_ operation: Operation, _ inputs: [NaiveTensor]) throws -> [NaiveTensor] {
        switch operation {
        case .primitive(let primitive):
            let type = try primitive.resultType(inputs.map(\.type))
            return [NaiveTensor(type, evaluate(primitive, inputs, type))]
        case .fused(let fused):
            let builder = ProgramBuilder()
            let values = inputs.map { builder.input($0.type) }
            let outputs = try fused.expand(into: builder, inputs: values)
            return try run(builder.program(outputs: outputs), inputs)
        }
    }

    /// All coordinates of a shape in row-major order.
    static func coordinates(_ shape: Shape) -> [[Int]] {
        (0..<shape.count).map { index in
            zip(shape.strides, shape.dimensions).map { index / $0 % max($1, 1) }
        }
    }

    static func offset(_ coordinate: [Int], _ shape: Shape) -> Int {
        zip(coordinate, shape.strides).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static func broadcast(_ x: NaiveTensor, _ shape: Shape) -> [Double] {
        let strides = x.type.shape.broadcastStrides(to: shape)
        return coordinates(shape).map { c in
            x.values[zip(c, strides).reduce(0) { $0 + $1.0 * $1.1 }]
        }
    }

    private static func evaluate(
        _ primitive: Primitive, _ inputs: [NaiveTensor], _ type: TensorType
    ) -> [Double] {
        let places = coordinates(type.shape)
        let x = inputs.first ?? NaiveTensor(TensorType(.scalar), [0])
        func at(_ coordinate: [Int]) -> Double { x.values[offset(coordinate, x.type.shape)] }
        switch primitive {
        case .fill(let value, _):
            return places.map { _ in
                NaiveTensor(rounding: [value], TensorType([1], type.dtype)).values[0]
            }
        case .iota(let axis, _): return places.map { Double($0[axis]) }
        case .cast(let dtype):
            return x.values.map { value in
                switch dtype {
                case .float32: Double(Float(value))
                case .int32:
                    value.isNaN
                        ? 0 : max(-2_147_483_648, min(2_147_483_647, value.rounded(.towardZero)))
                case .uint8: value.isNaN ? 0 : max(0, min(255, value.rounded(.towardZero)))
                case .bool: value != 0 ? 1 : 0
                }
            }
        case .unary(let function): return x.values.map { NaiveMath.unary(function, $0) }
        case .binary(let function):
            return zip(broadcast(inputs[0], type.shape), broadcast(inputs[1], type.shape)).map {
                NaiveMath.binary(function, $0, $1, isInteger: inputs[0].type.dtype == .int32)
            }
        case .select:
            let parts = inputs.map { broadcast($0, type.shape) }
            return places.indices.map { parts[0][$0] != 0 ? parts[1][$0] : parts[2][$0] }
        case .reduce(let function, let axes, let keep):
            return reduce(x, function, axes, keep, type)
        case .argReduce(let function, let axis):
            return places.map { place in
                let run = (0..<x.type.shape[axis]).map { index in
                    var c = place
                    c.insert(index, at: axis)
                    return at(c)
                }
                let numbers = run.filter { !$0.isNaN }
                let best = function == .maximum ? numbers.max() : numbers.min()
                // Infinity on the losing side is no better than NaN before it.
                guard let best, best != (function == .maximum ? -.infinity : .infinity) else {
                    return 0
                }
                return Double(run.firstIndex { $0 == best } ?? 0)
            }
        case .matmul(let transposeLeft, let transposeRight):
            return matmul(inputs[0], inputs[1], transposeLeft, transposeRight, type)
        case .reshape: return x.values
        case .transpose(let permutation):
            return places.map { place in
                var c = place
                for (index, axis) in permutation.enumerated() { c[axis] = place[index] }
                return at(c)
            }
        case .broadcast(let shape): return broadcast(x, shape)
        case .slice(let starts, _, let strides):
            return places.map { place in
                at(place.indices.map { starts[$0] + place[$0] * strides[$0] })
            }
        case .pad(let low, _, let interior, let value):
            return places.map { place in
                var c = [Int]()
                for axis in place.indices {
                    let position = place[axis] - low[axis]
                    guard position >= 0, position % (interior[axis] + 1) == 0,
                        position / (interior[axis] + 1) < x.type.shape[axis]
                    else { return value }
                    c.append(position / (interior[axis] + 1))
                }
                return at(c)
            }
        case .concatenate(let axis):
            return places.map { place in
                var c = place
                for part in inputs {
                    if c[axis] < part.type.shape[axis] {
                        return part.values[offset(c, part.type.shape)]
                    }
                    c[axis] -= part.type.shape[axis]
                }
                return .nan
            }
        case .reverse(let axes):
            return places.map { place in
                at(
                    place.indices.map {
                        axes.contains($0) ? x.type.shape[$0] - 1 - place[$0] : place[$0]
                    })
            }
        case .gather, .scatterAdd, .dynamicSlice, .dynamicUpdate:
            return indexed(primitive, inputs, type, places)
        case .patches(let window, let padding):
            return patches(x, window, padding, places)
        case .foldPatches(let window, _):
            var sums = [Double](repeating: 0, count: type.count)
            for place in coordinates(x.type.shape) {
                if let cell = cell(window, place, type.shape) {
                    sums[offset(cell, type.shape)] += at(place)
                }
            }
            return sums
        case .randomBits(_, let stream):
            let s = x.values.map { UInt64(UInt32(bitPattern: Int32($0))) }
            return (0..<type.count).map {
                Double(
                    Int32(
                        bitPattern: Philox.bits(
                            index: $0, seed: s[1] << 32 | s[0], step: s[3] << 32 | s[2],
                            stream: stream)))
            }
        }
    }

    private static func reduce(
        _ x: NaiveTensor, _ function: ReduceFunction, _ axes: [Int], _ keep: Bool,
        _ type: TensorType
    ) -> [Double] {
        let identity: Double =
            switch function {
            case .sum: 0
            case .product: 1
            case .maximum: type.dtype == .int32 ? -2_147_483_648 : -.infinity
            case .minimum: type.dtype == .int32 ? 2_147_483_647 : .infinity
            }
        var values = [Double](repeating: identity, count: type.count)
        for (index, place) in coordinates(x.type.shape).enumerated() {
            var c = [Int]()
            for axis in place.indices {
                if !axes.contains(axis) { c.append(place[axis]) } else if keep { c.append(0) }
            }
            let position = offset(c, type.shape)
            let function: BinaryFunction =
                switch function {
                case .sum: .add
                case .product: .multiply
                case .maximum: .maximum
                case .minimum: .minimum
                }
            values[position] = NaiveMath.binary(
                function, values[position], x.values[index], isInteger: false)
        }
        return values
    }

    private static func matmul(
        _ a: NaiveTensor, _ b: NaiveTensor, _ transposeLeft: Bool, _ transposeRight: Bool,
        _ type: TensorType
    ) -> [Double] {
        let depth = a.type.shape[a.type.shape.rank - (transposeLeft ? 2 : 1)]
        return coordinates(type.shape).map { place in
            let batch = Array(place.dropLast(2))
            let (m, n) = (place[place.count - 2], place[place.count - 1])
            var sum = 0.0
            for k in 0..<depth {
                let left =
                    (a.type.shape.rank > 2 ? batch : []) + (transposeLeft ? [k, m] : [m, k])
                let right =
                    (b.type.shape.rank > 2 ? batch : []) + (transposeRight ? [n, k] : [k, n])
                sum += a.values[offset(left, a.type.shape)] * b.values[offset(right, b.type.shape)]
            }
            return sum
        }
    }

    private static func indexed(
        _ primitive: Primitive, _ inputs: [NaiveTensor], _ type: TensorType, _ places: [[Int]]
    ) -> [Double] {
        let x = inputs[0]
        func clamped(_ index: Double, _ count: Int) -> Int { max(0, min(Int(index), count - 1)) }
        switch primitive {
        case .gather(let axis):
            let rank = inputs[1].type.shape.rank
            return places.map { place in
                let pick = Array(place[axis..<(axis + rank)])
                var c = Array(place[..<axis])
                c.append(
                    clamped(
                        inputs[1].values[offset(pick, inputs[1].type.shape)], x.type.shape[axis]))
                c += place[(axis + rank)...]
                return x.values[offset(c, x.type.shape)]
            }
        case .scatterAdd(let axis, let count):
            let rank = inputs[1].type.shape.rank
            var sums = [Double](repeating: 0, count: type.count)
            for (index, place) in coordinates(x.type.shape).enumerated() {
                let pick = Array(place[axis..<(axis + rank)])
                var c = Array(place[..<axis])
                c.append(clamped(inputs[1].values[offset(pick, inputs[1].type.shape)], count))
                c += place[(axis + rank)...]
                sums[offset(c, type.shape)] += x.values[index]
            }
            return sums
        case .dynamicSlice:
            let row = clamped(inputs[1].values[0], x.type.shape[0])
            return Array(x.values[row * type.count..<(row + 1) * type.count])
        default:
            let row = clamped(inputs[1].values[0], x.type.shape[0])
            var values = x.values
            let count = inputs[2].values.count
            values.replaceSubrange(row * count..<(row + 1) * count, with: inputs[2].values)
            return values
        }
    }

    /// The input element that a patch element [n, o…, k, c] reads, nil in the padding.
    private static func cell(_ window: Window, _ place: [Int], _ input: Shape) -> [Int]? {
        let rank = window.rank
        var tap = place[rank + 1]
        var c = [Int](repeating: 0, count: rank + 2)
        c[0] = place[0]
        c[rank + 1] = place[rank + 2]
        for axis in stride(from: rank - 1, through: 0, by: -1) {
            let cell = tap % window.sizes[axis]
            tap /= window.sizes[axis]
            let position =
                place[axis + 1] * window.strides[axis] + cell * window.dilations[axis]
                - window.paddingLow[axis]
            guard position >= 0, position < input[axis + 1] else { return nil }
            c[axis + 1] = position
        }
        return c
    }

    private static func patches(
        _ x: NaiveTensor, _ window: Window, _ padding: Double, _ places: [[Int]]
    ) -> [Double] {
        places.map { place in
            cell(window, place, x.type.shape).map { x.values[offset($0, x.type.shape)] } ?? padding
        }
    }
}

import KeratinCore

/// Elementwise work: one generated kernel for each expression and way of broadcasting.
extension KernelLowering {
    func pointwiseKernels(
        _ pointwise: Pointwise, _ x: [Argument], _ y: [Argument]
    ) throws(BackendError) -> [KernelLaunch] {
        let count = pointwise.shape.count
        let space = try IterationSpace(pointwise.shape, inputs: x.map(\.type.shape))
        let form = pointwiseForm(space, x, y)
        let generator = PointwiseGenerator(
            expression: pointwise.expression, accesses: space.accesses, rank: space.extents.count,
            form: form)
        let (name, text) = generator.kernel()
        var arguments = [KernelArgument]()
        for (index, input) in x.enumerated() {
            arguments.append(input.buffer)
            if let strides = space.strides[index] {
                arguments.append(.ints(space.padded(strides, 0)))
            }
        }
        arguments += y.map(\.buffer)
        arguments.append(.ints([count]))
        let chunk: Int
        switch form {
        case .run:
            let cost = max(pointwise.expression.nodes.count / 8, 1)
            chunk = work.chunk(count, cost: cost, multipleOf: 8)
            arguments.append(.ints([chunk]))
        case .vector(let lanes): chunk = lanes
        case .element: chunk = 1
        }
        if !space.isFlat { arguments.append(.ints(space.padded(space.extents, 1))) }
        let (global, local) = work.line(count, chunk: chunk)
        return [
            KernelLaunch(
                program: .generated(text: text), kernel: name, arguments: arguments, global: global,
                local: local, isCooperative: false)
        ]
    }

    /// Vectors on GPUs where everything lies at multiples of them, which makes one access of each.
    private func pointwiseForm(
        _ space: IterationSpace, _ x: [Argument], _ y: [Argument]
    ) -> PointwiseGenerator.Form {
        let lanes = pointwiseLanes
        if family == .cpu { return .run(lanes: lanes) }
        func isAligned(_ argument: Argument) -> Bool {
            argument.slice.byteOffset.isMultiple(of: lanes * argument.type.dtype.byteCount)
        }
        let isVector =
            lanes > 1 && y.allSatisfy(isAligned)
            && x.indices.allSatisfy { index in
                switch space.accesses[index] {
                case .full: isAligned(x[index])
                case .row:
                    isAligned(x[index])
                        && (space.strides[index] ?? []).dropLast().allSatisfy {
                            $0.isMultiple(of: lanes)
                        }
                case .scalar, .column: true
                }
            } && (space.isFlat || space.extents[space.extents.count - 1].isMultiple(of: lanes))
        return isVector ? .vector(lanes: lanes) : .element
    }
}

/// An iteration space with neighbouring axes merged where every input allows it.
private struct IterationSpace {
    /// At least one axis, innermost last.
    private(set) var extents: [Int]
    private(set) var accesses: [PointwiseGenerator.Access]
    /// Strides of the inputs that need them.
    private(set) var strides: [[Int]?]

    var isFlat: Bool { strides.allSatisfy { $0 == nil } }

    init(_ shape: Shape, inputs: [Shape]) throws(BackendError) {
        let all = inputs.map { $0.broadcastStrides(to: shape) }
        // Axes from the innermost: extent, and the stride of each input.
        var axes = [(extent: Int, strides: [Int])]()
        for axis in (0..<shape.rank).reversed() where shape[axis] != 1 {
            let here = all.map { $0[axis] }
            if let last = axes.last,
                zip(here, last.strides).allSatisfy({ $0 == $1 * last.extent })
            {
                axes[axes.count - 1].extent *= shape[axis]
            } else {
                axes.append((shape[axis], here))
            }
        }
        axes.reverse()
        guard axes.count <= 8 else {
            throw .unsupported("elementwise work over more than eight axes that cannot be merged")
        }
        let count = shape.count
        accesses = inputs.map { input in
            input.count == count ? .full : input.count == 1 ? .scalar : .row
        }
        extents = axes.isEmpty ? [1] : axes.map(\.extent)
        strides = inputs.map { _ in nil }
        for index in inputs.indices where accesses[index] == .row {
            let own = axes.map { $0.strides[index] }
            strides[index] = own
            if own.last == 0 { accesses[index] = .column }
        }
        if isFlat { extents = [count] }
    }

    /// Eight values, the axes' last.
    func padded(_ values: [Int], _ filler: Int) -> [Int] {
        [Int](repeating: filler, count: 8 - values.count) + values
    }
}

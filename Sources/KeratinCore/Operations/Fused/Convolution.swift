/// The shared geometry of a convolution and its two gradients: cross-correlation over channels-last
/// tensors of spatial rank 1 to 3.
///
/// x: [N, s…, Cin] · filter: [k…, Cin/groups, F] · y: [N, o…, F]. Output channel f belongs to group
/// f / (F/groups) and reads that group's Cin/groups input channels. A depthwise convolution has groups
/// = Cin and F = Cin·multiplier.
public struct ConvolutionGeometry: Hashable, Sendable {
    /// Which cells of x each cell of y reads; its padding is resolved for the extents of x.
    public var window: Window
    /// Parts of the channels that are convolved by themselves.
    public var groups: Int

    /// One group, unless said otherwise.
    public init(window: Window, groups: Int = 1) {
        self.window = window
        self.groups = groups
    }

    /// The type of y.
    package func outputType(
        x: TensorType, filter: TensorType
    ) throws(KeratinError) -> TensorType {
        let rank = window.rank
        guard x.dtype == .float32, filter.dtype == .float32, x.shape.rank == rank + 2,
            filter.shape.rank == rank + 2, rank >= 1, rank <= 3
        else {
            throw KeratinError(
                .shapeMismatch,
                "needs float32 x and filter of rank \(rank + 2), got \(x) and \(filter)")
        }
        let channels = x.shape[rank + 1]
        let filters = filter.shape[rank + 1]
        guard groups > 0, channels % groups == 0, filters % groups == 0,
            filter.shape[rank] == channels / groups,
            Array(filter.shape.dimensions[0..<rank]) == window.sizes
        else {
            throw KeratinError(
                .shapeMismatch,
                "filter \(filter.shape) does not fit input \(x.shape) with \(groups) groups and \(window)"
            )
        }
        let output = try window.outputExtents(input: Array(x.shape.dimensions[1...rank]))
        return TensorType(Shape([x.shape[0]] + output + [filters]))
    }

    /// patches [N, o…, K, Cin] → [groups, N·o, K·Cin/groups].
    func groupedRows(_ builder: ProgramBuilder, patches: Value) throws(KeratinError) -> Value {
        let shape = builder.type(of: patches).shape
        let channels = shape[shape.rank - 1]
        let rows = shape.dimensions[0...window.rank].reduce(1, *)
        let split = try builder.reshape(
            patches, Shape([rows, window.count, groups, channels / groups]))
        let moved = try builder.transpose(split, [2, 0, 1, 3])
        return try builder.reshape(
            moved, Shape([groups, rows, window.count * (channels / groups)]))
    }

    /// filter [k…, Cin/groups, F] → [groups, K·Cin/groups, F/groups].
    func groupedFilter(_ builder: ProgramBuilder, _ filter: Value) throws(KeratinError) -> Value {
        let shape = builder.type(of: filter).shape
        let depth = window.count * shape[window.rank]
        let filters = shape[window.rank + 1]
        let split = try builder.reshape(filter, Shape([depth, groups, filters / groups]))
        return try builder.transpose(split, [1, 0, 2])
    }

    /// y [N, o…, F] → [groups, N·o, F/groups].
    func groupedOutput(_ builder: ProgramBuilder, _ y: Value) throws(KeratinError) -> Value {
        let shape = builder.type(of: y).shape
        let filters = shape[shape.rank - 1]
        let rows = shape.dimensions.dropLast().reduce(1, *)
        let split = try builder.reshape(y, Shape([rows, groups, filters / groups]))
        return try builder.transpose(split, [1, 0, 2])
    }
}

/// activation(x ⋆ filter + bias). Inputs: x, filter, and bias [F] if `hasBias`.
public struct Convolution: FusedOperation {
    /// Window and groups.
    public var geometry: ConvolutionGeometry
    /// Whether there is a third input, the bias.
    public var hasBias: Bool
    /// What is applied to every element of the result.
    public var activation: FusedActivation

    /// A convolution; plain, unless said otherwise.
    public init(
        _ geometry: ConvolutionGeometry, hasBias: Bool = false,
        activation: FusedActivation = .none
    ) {
        self.geometry = geometry
        self.hasBias = hasBias
        self.activation = activation
    }

    public var name: String { "convolution" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(hasBias ? 3 : 2, inputs)
        let y = try geometry.outputType(x: inputs[0], filter: inputs[1])
        if hasBias { try expect("bias", inputs[2], TensorType([y.shape[y.shape.rank - 1]])) }
        return [y]
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let type = try geometry.outputType(
            x: builder.type(of: inputs[0]), filter: builder.type(of: inputs[1]))
        let patches = try builder.append(.patches(geometry.window, padding: 0), [inputs[0]])
        let rows = try geometry.groupedRows(builder, patches: patches)
        let filter = try geometry.groupedFilter(builder, inputs[1])
        let product = try builder.matmul(rows, filter)
        let merged = try builder.transpose(product, [1, 0, 2])
        var value = try builder.reshape(merged, type.shape)
        if hasBias { value = try builder.binary(.add, value, inputs[2]) }
        if let function = activation.function { value = try builder.unary(function, value) }
        return [value]
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        // With an epilogue the expansion is differentiated; layers record the plain form.
        guard !hasBias, activation == .none, let dy = cotangents[0] else { return nil }
        let dx = try builder.append(
            ConvolutionInputGradient(geometry, input: builder.type(of: inputs[0]).shape),
            [dy, inputs[1]])[0]
        let dw = try builder.append(
            ConvolutionFilterGradient(geometry, filter: builder.type(of: inputs[1]).shape),
            [inputs[0], dy])[0]
        return [dx, dw]
    }
}

/// (dy, filter) → dx of shape `input`.
public struct ConvolutionInputGradient: FusedOperation {
    /// That of the convolution.
    public var geometry: ConvolutionGeometry
    /// The shape of x, which y does not decide.
    public var input: Shape

    /// The gradient for an x of the given shape.
    public init(_ geometry: ConvolutionGeometry, input: Shape) {
        self.geometry = geometry
        self.input = input
    }

    public var name: String { "convolution_input_gradient" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(2, inputs)
        let y = try geometry.outputType(x: TensorType(input), filter: inputs[1])
        try expect("dy", inputs[0], y)
        return [TensorType(input)]
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let window = geometry.window
        let spatial = Array(input.dimensions[1...window.rank])
        let channels = input[window.rank + 1]
        let output = try window.outputExtents(input: spatial)
        let dy = try geometry.groupedOutput(builder, inputs[0])
        let filter = try geometry.groupedFilter(builder, inputs[1])
        let product = try builder.matmul(dy, filter, transposeRight: true)
        let rows = input[0] * output.reduce(1, *)
        let split = try builder.reshape(
            product,
            Shape([geometry.groups, rows, window.count, channels / geometry.groups]))
        let moved = try builder.transpose(split, [1, 2, 0, 3])
        let patches = try builder.reshape(
            moved, Shape([input[0]] + output + [window.count, channels]))
        return [try builder.append(.foldPatches(window, input: spatial), [patches])]
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        // A transposed convolution: linear in both inputs, so its gradients are the other two of the family.
        guard let cotangent = cotangents[0] else { return [nil, nil] }
        let dy = try builder.append(Convolution(geometry), [cotangent, inputs[1]])[0]
        let filter = try builder.append(
            ConvolutionFilterGradient(geometry, filter: builder.type(of: inputs[1]).shape),
            [cotangent, inputs[0]])[0]
        return [dy, filter]
    }
}

/// (x, dy) → the filter's gradient, of shape `filter`.
public struct ConvolutionFilterGradient: FusedOperation {
    /// That of the convolution.
    public var geometry: ConvolutionGeometry
    /// The shape of the filter, which x and y do not decide.
    public var filter: Shape

    /// The gradient for a filter of the given shape.
    public init(_ geometry: ConvolutionGeometry, filter: Shape) {
        self.geometry = geometry
        self.filter = filter
    }

    public var name: String { "convolution_filter_gradient" }

    public func resultTypes(_ inputs: [TensorType]) throws(KeratinError) -> [TensorType] {
        try expect(2, inputs)
        let y = try geometry.outputType(x: inputs[0], filter: TensorType(filter))
        try expect("dy", inputs[1], y)
        return [TensorType(filter)]
    }

    public func expand(
        into builder: ProgramBuilder, inputs: [Value]
    ) throws(KeratinError) -> [Value] {
        let patches = try builder.append(.patches(geometry.window, padding: 0), [inputs[0]])
        let rows = try geometry.groupedRows(builder, patches: patches)
        let dy = try geometry.groupedOutput(builder, inputs[1])
        let product = try builder.matmul(rows, dy, transposeLeft: true)
        let moved = try builder.transpose(product, [1, 0, 2])
        return [try builder.reshape(moved, filter)]
    }

    public func pullback(
        into builder: ProgramBuilder, inputs: [Value], results: [Value], cotangents: [Value?]
    ) throws(KeratinError) -> [Value?]? {
        // Linear in both inputs: the other two of the family, with the cotangent as the filter.
        guard let cotangent = cotangents[0] else { return [nil, nil] }
        let input = ConvolutionInputGradient(geometry, input: builder.type(of: inputs[0]).shape)
        let dx = try builder.append(input, [inputs[1], cotangent])[0]
        let dy = try builder.append(Convolution(geometry), [inputs[0], cotangent])[0]
        return [dx, dy]
    }
}

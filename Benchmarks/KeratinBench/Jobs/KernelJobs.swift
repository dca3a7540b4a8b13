import Keratin
import KeratinCore
import KeratinTensor

/// Single operations as jobs, of sizes that real nets have.
enum KernelJobs {
    /// - Parameter tiny: the same operations at sizes that tell nothing but whether they run.
    static func all(tiny: Bool = false) throws -> [Job] {
        try products(tiny) + convolutions(tiny) + windows(tiny) + rows(tiny) + sequences(tiny)
            + attention(tiny) + simple(tiny)
    }

    // MARK: What jobs are made of

    /// What runs before an operation, once, and where its results go: a gradient needs what the forward operation kept.
    struct Before {
        let operation: Operation
        let inputs: [TensorType]
        /// Inputs of the measured operation that are results of this one, or its inputs.
        let results: [(input: Int, result: Int)]
        var shared: [(input: Int, source: Int)] = []
    }

    static func job(
        _ name: String, _ family: String, _ operation: Operation, _ inputs: [TensorType],
        after before: Before? = nil
    ) throws -> Job {
        let results = try operation.resultTypes(inputs)
        var job = Job(
            name: name, family: family,
            shapes: inputs.map { "\($0.shape)" }.joined(separator: " "),
            cost: OperationCost(operation, inputs: inputs, results: results),
            prepare: { backend in
                var request = try backend.request(operation, inputs)
                if let before {
                    let first = try backend.request(before.operation, before.inputs)
                    try backend.makePlan([.launch(first)]).run()
                    for link in before.results {
                        request.inputs[link.input] = first.results[link.result]
                    }
                    for link in before.shared {
                        request.inputs[link.input] = first.inputs[link.source]
                    }
                }
                let plan = try backend.makePlan([.launch(request)])
                return {
                    try plan.run()
                    try backend.synchronize()
                    return nil
                }
            })
        job.operation = (operation, inputs)
        return job
    }

    /// Tensor code instead of one operation.
    static func job(
        _ name: String, _ family: String, _ inputs: [TensorType], cost: OperationCost,
        _ body: @escaping ([Tensor]) throws -> [Tensor]
    ) -> Job {
        Job(
            name: name, family: family,
            shapes: inputs.map { "\($0.shape)" }.joined(separator: " "), cost: cost,
            prepare: { backend in
                let function = try TracedFunction.record(inputs) { _, x in try body(x) }
                let plan = try Plan(function, on: backend)
                for (index, type) in inputs.enumerated() {
                    try type.smallNumbers().withUnsafeBytes {
                        try plan.write($0, toArgument: index)
                    }
                }
                return {
                    try plan.run()
                    try backend.synchronize()
                    return nil
                }
            })
    }

    // MARK: Products

    private static func products(_ tiny: Bool) throws -> [Job] {
        func product(
            _ name: String, _ m: Int, _ k: Int, _ n: Int, left: Bool = false, right: Bool = false
        ) throws -> Job {
            let (m, k, n) = tiny ? (min(m, 9), min(k, 17), min(n, 10)) : (m, k, n)
            return try job(
                name, "matmul",
                .primitive(.matmul(transposeLeft: left, transposeRight: right)),
                [TensorType(left ? [k, m] : [m, k]), TensorType(right ? [n, k] : [k, n])])
        }
        let squares = try [64, 128, 256, 512, 1024, 2048, 4096].map {
            try product("matmul/\($0)", $0, $0, $0)
        }
        return squares
            + [
                try product("matmul/dense/128x784x512", 128, 784, 512),
                try product("matmul/dense/128x512x10", 128, 512, 10),
                try product("matmul/row/1x4096x4096", 1, 4096, 4096),
                try product("matmul/weight-gradient/784x128x512", 784, 128, 512, left: true),
                try product("matmul/weight-gradient/9216x128x128", 9216, 128, 128, left: true),
                try product("matmul/input-gradient/128x512x784", 128, 512, 784, right: true),
            ]
    }

    // MARK: Rows: softmax, losses, normalisation

    private static func rows(_ tiny: Bool) throws -> [Job] {
        func type(_ rows: Int, _ width: Int) -> TensorType {
            tiny ? TensorType([min(rows, 3), min(width, 7)]) : TensorType([rows, width])
        }
        var jobs = [Job]()
        for (rows, width) in [(128, 1000), (4096, 512), (65_536, 10)] {
            let x = type(rows, width)
            let name = "\(rows)x\(width)"
            jobs += [
                try job("softmax/\(name)/forward", "softmax", .fused(SoftmaxOperation()), [x]),
                try job("softmax/\(name)/gradient", "softmax", .fused(SoftmaxGradient()), [x, x]),
            ]
        }
        for (net, shape) in [
            ("resnet50", [8, 56, 56, 64]), ("resnet50", [8, 14, 14, 1024]),
            ("mobilenetv2", [8, 112, 112, 32]),
        ] {
            let name = "batch-normalization/\(net)/\(shape[1])x\(shape[2])x\(shape[3])"
            let shape = tiny ? [1, 3, 3, 5] : shape
            let x = TensorType(Shape(shape))
            let channels = TensorType([shape[3]])
            let forward = Operation.fused(BatchNormalizationOperation(epsilon: 1e-3))
            jobs += [
                try job("\(name)/forward", "normalization", forward, [x, channels, channels]),
                try job(
                    "\(name)/gradient", "normalization",
                    .fused(BatchNormalizationGradient(epsilon: 1e-3)),
                    [x, channels, channels, channels, x],
                    after: Before(
                        operation: forward, inputs: [x, channels, channels],
                        results: [(2, 1), (3, 2)], shared: [(0, 0), (1, 1)])),
            ]
        }
        for (rows, width) in [(4096, 512), (512, 4096)] {
            let x = type(rows, width)
            jobs.append(
                job(
                    "layer-normalization/\(rows)x\(width)", "normalization", [x],
                    cost: OperationCost(
                        flops: 8 * Double(x.count), bytes: 2 * Double(x.byteCount))
                ) {
                    let centered = $0[0] - $0[0].mean(axis: -1, keepDims: true)
                    let variance = centered.square().mean(axis: -1, keepDims: true)
                    return [centered * ops.rsqrt(variance + 1e-3)]
                })
        }
        return jobs
    }

    // MARK: Sequences and attention

    private static func sequences(_ tiny: Bool) throws -> [Job] {
        var jobs = [Job]()
        for (cell, batch, steps, units) in [
            (RecurrentSequence.Cell.lstm, 32, 80, 128), (.gru, 32, 80, 128),
            (.lstm, 64, 100, 256), (.gru, 64, 100, 256), (.lstm, 1, 500, 128),
        ] {
            let name = "\(cell.rawValue)/\(batch)x\(steps)x\(units)"
            let (batch, steps, units) = tiny ? (2, 3, 8) : (batch, steps, units)
            let width = cell.gateCount * units
            let state = TensorType([batch, units])
            let forward = RecurrentSequence(cell, keepsHistory: true)
            let kernel = TensorType([units, width])
            let inputs =
                [TensorType([batch, steps, width]), kernel]
                + (forward.hasRecurrentBias ? [TensorType([width])] : [])
                + (forward.hasCellState ? [state, state] : [state])
            let results = try Operation.fused(forward).resultTypes(inputs)
            let history = Array(results[forward.stateResultCount...])
            let gradient = RecurrentSequenceGradient(forward)
            jobs += [
                try job("\(name)/forward", "sequence", .fused(forward), inputs),
                try job(
                    "\(name)/gradient", "sequence", .fused(gradient),
                    [kernel] + history + results[..<forward.stateResultCount],
                    after: Before(
                        operation: .fused(forward), inputs: inputs,
                        results: history.indices.map {
                            (1 + $0, forward.stateResultCount + $0)
                        }, shared: [(0, 1)])),
            ]
        }
        return jobs
    }

    private static func attention(_ tiny: Bool) throws -> [Job] {
        var jobs = [Job]()
        for (length, isCausal) in [(128, false), (512, false), (512, true), (2048, true)] {
            let shape = tiny ? [2, 5, 2, 8] : [length > 1024 ? 1 : 8, length, 8, 64]
            let type = TensorType(Shape(shape))
            let pattern = AttentionPattern(
                scale: 1 / Double(shape[3]).squareRoot(), isCausal: isCausal)
            let forward = Operation.fused(DotProductAttention(pattern: pattern, hasMask: false))
            let rows = try forward.resultTypes([type, type, type])[1]
            let name = "attention/\(length)" + (isCausal ? "-causal" : "")
            jobs += [
                try job("\(name)/forward", "attention", forward, [type, type, type]),
                try job(
                    "\(name)/gradient", "attention",
                    .fused(DotProductAttentionGradient(pattern: pattern, hasMask: false)),
                    [type, type, type, type, rows, rows, type],
                    after: Before(
                        operation: forward, inputs: [type, type, type],
                        results: [(3, 0), (4, 1), (5, 2)])),
            ]
        }
        return jobs
    }

    // MARK: What moves more than it computes

    private static func simple(_ tiny: Bool) throws -> [Job] {
        let count = tiny ? 100 : 1 << 22
        let x = TensorType([count])
        let plane = tiny ? TensorType([5, 7]) : TensorType([2048, 2048])
        let functions: [(String, UnaryFunction)] = [
            ("exp", .exp), ("tanh", .tanh), ("square", .square),
        ]
        var jobs = try functions.map {
            try job("elementwise/\($0.0)/4194304", "elementwise", .primitive(.unary($0.1)), [x])
        }
        jobs += [
            try job(
                "elementwise/add/4194304", "elementwise", .primitive(.binary(.add)), [x, x]),
            try job(
                "elementwise/transpose/2048x2048", "elementwise",
                .primitive(.transpose(permutation: [1, 0])), [plane]),
        ]
        for (name, axes) in [("all", [0, 1]), ("rows", [1]), ("columns", [0])] {
            jobs.append(
                try job(
                    "reduction/sum/2048x2048-\(name)", "reduction",
                    .primitive(.reduce(.sum, axes: axes, keepDimensions: false)), [plane]))
        }
        jobs.append(
            try job(
                "reduction/argmax/2048x2048-rows", "reduction",
                .primitive(.argReduce(.maximum, axis: 1)), [plane]))
        return jobs
    }
}

import KeratinCore

/// Reverse-mode differentiation of a recorded program: the gradient's instructions are recorded after
/// the program's own.
struct Differentiation {
    let builder: ProgramBuilder
    private var cotangents: [Value: Value] = [:]

    /// The gradient of a scalar with respect to values recorded before it; nil where it does not depend
    /// on one.
    /// - Throws: `KeratinError` if the target is not a float32 scalar.
    static func gradient(
        of target: Value, withRespectTo values: [Value], in builder: ProgramBuilder
    ) throws(KeratinError) -> [Value?] {
        let type = builder.type(of: target)
        guard type.dtype == .float32 else {
            throw KeratinError(
                .dtypeMismatch,
                "a gradient needs a float32 scalar to start from, got \(type): whole numbers have no "
                    + "gradient; write them with a point ([1.0, 2]) or cast them to .float32")
        }
        guard type.shape.count == 1 else {
            throw KeratinError(
                .shapeMismatch,
                "a gradient needs a scalar to start from, got \(type): take its sum or mean first")
        }
        let seed = try builder.fill(1, type)
        return try pullback([(target, seed)], to: values, in: builder)
    }

    /// Propagates cotangents of some values back to others.
    ///
    /// Only instructions from `first` on are gone through: those that lead from `values` to the seeds.
    static func pullback(
        _ seeds: [(value: Value, cotangent: Value)], to values: [Value],
        in builder: ProgramBuilder, from first: Int = 0
    ) throws(KeratinError) -> [Value?] {
        var differentiation = Differentiation(builder: builder)
        for seed in seeds { try differentiation.add(seed.cotangent, to: seed.value) }
        try differentiation.run(values, from: first)
        return values.map { differentiation.cotangents[$0] }
    }

    private init(builder: ProgramBuilder) { self.builder = builder }

    private mutating func add(_ cotangent: Value?, to value: Value) throws(KeratinError) {
        guard let cotangent, builder.type(of: value).dtype == .float32 else { return }
        if let sum = cotangents[value] {
            cotangents[value] = try builder.binary(.add, sum, cotangent)
        } else {
            cotangents[value] = cotangent
        }
    }

    private mutating func run(_ values: [Value], from first: Int) throws(KeratinError) {
        // A copy of these alone: a slice would make the builder copy all instructions at the next one.
        let recorded = Array(builder.instructions[first...])
        // Only what depends on the variables can carry a gradient to them.
        var active = Set(values)
        for instruction in recorded where instruction.inputs.contains(where: active.contains) {
            active.formUnion(instruction.results)
        }
        for (offset, instruction) in recorded.enumerated().reversed() {
            guard instruction.inputs.contains(where: active.contains) else { continue }
            let cotangents = instruction.results.map { self.cotangents[$0] }
            guard cotangents.contains(where: { $0 != nil }) else { continue }
            let wanted = instruction.inputs.map {
                active.contains($0) && builder.type(of: $0).dtype == .float32
            }
            guard wanted.contains(true) else { continue }
            let gradients = try pullback(instruction, at: first + offset, cotangents, wanted)
            for (position, input) in instruction.inputs.enumerated() where wanted[position] {
                try add(gradients[position], to: input)
            }
        }
    }

    private func pullback(
        _ instruction: Instruction, at index: Int, _ cotangents: [Value?], _ wanted: [Bool]
    ) throws(KeratinError) -> [Value?] {
        switch instruction.kind {
        case .operation(.primitive(let primitive)):
            return try PrimitivePullback(
                builder: builder, inputs: instruction.inputs, result: instruction.results[0],
                cotangent: cotangents[0]!, wanted: wanted
            ).rule(for: primitive)
        case .operation(.fused(let fused)):
            if let gradients = try fused.pullback(
                into: builder, inputs: instruction.inputs, results: instruction.results,
                cotangents: cotangents)
            {
                return gradients
            }
            // Differentiate the expansion, recorded anew; what it shares with the forward pass is merged
            // by the compiler.
            let first = builder.instructions.count
            let results = try fused.expand(into: builder, inputs: instruction.inputs)
            var seeds: [(value: Value, cotangent: Value)] = []
            for (result, cotangent) in zip(results, cotangents) {
                if let cotangent { seeds.append((result, cotangent)) }
            }
            return try Self.pullback(seeds, to: instruction.inputs, in: builder, from: first)
        case .scan(let scan):
            return try ScanPullback(
                builder: builder, index: index, scan: scan, instruction: instruction
            ).rule(cotangents)
        }
    }
}

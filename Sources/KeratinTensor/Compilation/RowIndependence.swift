import KeratinCore

/// Whether a program gives each sample the same result whatever samples stand behind it in the batch.
///
/// A prediction may fill its batch up only if that holds. It is found by comparing two recordings of one function, for a
/// longer and a shorter batch. What it shows, instruction by instruction: a value of equal shape in both holds equal
/// numbers, and a value whose shape differs holds in the shorter recording the first rows (along the axis that differs) of
/// what it holds in the longer one. A mean over the batch, a softmax along it, or a number made from its extent break that.
package enum RowIndependence {
    /// - Parameters:
    ///   - long: the recording for more samples.
    ///   - short: the recording for fewer samples, more than one.
    /// - Returns: false also where it cannot be shown.
    package static func holds(_ long: TracedFunction, _ short: TracedFunction) -> Bool {
        guard long.resultCount == short.resultCount, long.updates.count == short.updates.count,
            zip(long.updates, short.updates).allSatisfy({ $0 === $1 }),
            let a = try? expanded(long.program), let b = try? expanded(short.program)
        else { return false }
        return ProgramPair(a, b).isPrefix
    }

    /// The program in primitives and loops of them.
    private static func expanded(_ program: Program) throws(KeratinError) -> Program {
        var rewriter = ProgramRewriter(program)
        var isFused = false
        for instruction in program.instructions {
            switch instruction.kind {
            case .operation(.fused(let fused)):
                isFused = true
                let results = try fused.expand(
                    into: rewriter.builder, inputs: rewriter.renamed(instruction.inputs))
                for (old, new) in zip(instruction.results, results) { rewriter[old] = new }
            case .operation(.primitive):
                try rewriter.copy(instruction)
            case .scan(var scan):
                scan.body = try expanded(scan.body)
                try rewriter.copy(
                    Instruction(
                        .scan(scan), inputs: instruction.inputs, results: instruction.results))
            }
        }
        let result = rewriter.program(like: program)
        // An expansion may contain fused operations of its own.
        return isFused ? try expanded(result) : result
    }
}

/// Two programs that should be one but for the extent of the batch.
private struct ProgramPair {
    let long: Program
    let short: Program

    init(_ long: Program, _ short: Program) {
        self.long = long
        self.short = short
    }

    /// Whether every value of the short program is the beginning of its partner, or equal to it.
    var isPrefix: Bool {
        guard long.inputs.count == short.inputs.count, long.outputs.count == short.outputs.count,
            long.instructions.count == short.instructions.count,
            zip(long.inputs, short.inputs).allSatisfy({ pair($0, $1) != nil })
        else { return false }
        // Values are numbered in the order of their definition, so partners have one number.
        guard long.inputs == short.inputs, long.outputs == short.outputs else { return false }
        return zip(long.instructions, short.instructions).allSatisfy { a, b in
            a.inputs == b.inputs && a.results == b.results && keeps(a, b)
        }
    }

    private func pair(_ a: Value, _ b: Value) -> ValuePair? {
        ValuePair(long.type(of: a), short.type(of: b))
    }

    private func keeps(_ a: Instruction, _ b: Instruction) -> Bool {
        var inputs: [ValuePair] = []
        for (x, y) in zip(a.inputs, b.inputs) {
            guard let pair = pair(x, y) else { return false }
            inputs.append(pair)
        }
        var results: [ValuePair] = []
        for (x, y) in zip(a.results, b.results) {
            guard let pair = pair(x, y) else { return false }
            results.append(pair)
        }
        switch (a.kind, b.kind) {
        case (.operation(.primitive(let p)), .operation(.primitive(let q))):
            return PrimitivePair(p, q, inputs, results[0]).isPrefix
        case (.scan(let p), .scan(let q)):
            // Sequences of another length are another loop.
            return p.length == q.length && p.carryCount == q.carryCount
                && p.sequenceCount == q.sequenceCount && p.reverse == q.reverse
                && ProgramPair(p.body, q.body).isPrefix
        default:
            return false
        }
    }
}

/// The types of one value in both programs.
private struct ValuePair {
    let long: Shape
    let short: Shape
    /// The axis whose extents differ; nil: none, the numbers are equal.
    let axis: Int?

    /// Nil if more than one extent differs.
    init?(_ long: TensorType, _ short: TensorType) {
        guard long.dtype == short.dtype, long.shape.rank == short.shape.rank else { return nil }
        let axes = (0..<long.shape.rank).filter { long.shape[$0] != short.shape[$0] }
        guard axes.count <= 1 else { return nil }
        self.long = long.shape
        self.short = short.shape
        axis = axes.first
    }

    var rank: Int { long.rank }
    /// The axis counted from the end, as broadcasting aligns it.
    var axisFromEnd: Int? { axis.map { rank - $0 } }
    /// Elements before a step along the axis.
    func leading(_ axis: Int) -> Int { long.dimensions.prefix(axis).reduce(1, *) }
}

/// A primitive in both programs, with the types around it.
private struct PrimitivePair {
    let long: Primitive
    let short: Primitive
    let inputs: [ValuePair]
    let result: ValuePair

    init(_ long: Primitive, _ short: Primitive, _ inputs: [ValuePair], _ result: ValuePair) {
        self.long = long
        self.short = short
        self.inputs = inputs
        self.result = result
    }

    private var areEqual: Bool { long == short }

    /// Whether the result is the beginning of its partner (or equal) if the inputs are.
    var isPrefix: Bool {
        switch (long, short) {
        case (.fill(let a, _), .fill(let b, _)): return a == b || (a.isNaN && b.isNaN)
        case (.iota(let a, _), .iota(let b, _)): return a == b
        case (.randomBits(_, let a), .randomBits(_, let b)):
            // Bits are numbered row by row from the first.
            return a == b && inputs[0].axis == nil
                && (result.axis.map { result.leading($0) <= 1 } ?? true)
        case (.cast, .cast), (.unary, .unary): return areEqual && inputs[0].axis == result.axis
        case (.binary, .binary), (.select, .select):
            return areEqual
                && inputs.allSatisfy { $0.axis == nil || $0.axisFromEnd == result.axisFromEnd }
        case (.broadcast, .broadcast):
            return inputs[0].axis == nil || inputs[0].axisFromEnd == result.axisFromEnd
        case (.reduce(_, let axes, let keeps), .reduce):
            guard areEqual, let axis = inputs[0].axis else { return areEqual }
            let before = keeps ? 0 : axes.count { $0 < axis }
            return !axes.contains(axis) && result.axis == axis - before
        case (.argReduce(_, let reduced), .argReduce):
            guard areEqual, let axis = inputs[0].axis else { return areEqual }
            return axis != reduced && result.axis == (reduced < axis ? axis - 1 : axis)
        case (.matmul(let left, let right), .matmul):
            return areEqual && product(transposeLeft: left, transposeRight: right)
        case (.reshape, .reshape):
            guard let axis = inputs[0].axis else { return result.axis == nil }
            // What stands before a row is cut alike in both, so that a row's numbers stay together.
            return result.axis.map { result.leading($0) == inputs[0].leading(axis) } ?? false
        case (.transpose(let permutation), .transpose):
            return areEqual
                && inputs[0].axis.flatMap { permutation.firstIndex(of: $0) } == result.axis
        case (.slice, .slice): return slice
        case (.pad(let low, let high, let interior, let value), .pad(let l, let h, let i, let v)):
            guard low == l, high == h, interior == i, value == v || (value.isNaN && v.isNaN) else {
                return false
            }
            // Cells behind the last row would lie elsewhere.
            return inputs[0].axis.map { high[$0] == 0 && result.axis == $0 } ?? true
        case (.concatenate(let joined), .concatenate):
            guard areEqual else { return false }
            // Along the axis itself, nothing may follow rows that differ in number.
            return inputs.enumerated().allSatisfy { index, input in
                input.axis != joined || index == inputs.count - 1
            }
        case (.reverse(let axes), .reverse):
            return areEqual && inputs[0].axis.map { !axes.contains($0) } ?? true
        case (.gather, .gather), (.scatterAdd, .scatterAdd): return areEqual && indexed
        case (.patches(let window, _), .patches):
            guard areEqual, let axis = inputs[0].axis else { return areEqual }
            return axis == 0 || axis == window.rank + 1
        case (.foldPatches(let window, _), .foldPatches):
            guard areEqual, let axis = inputs[0].axis else { return areEqual }
            return axis == 0 || axis == window.rank + 2
        case (.dynamicSlice, .dynamicSlice):
            return inputs[0].axis.map { $0 > 0 && result.axis == $0 - 1 } ?? true
        case (.dynamicUpdate, .dynamicUpdate):
            guard let axis = inputs[0].axis else { return inputs[2].axis == nil }
            return axis > 0 && inputs[2].axis == axis - 1 && result.axis == axis
        default: return false
        }
    }

    /// Rows of the left and columns of the right side may differ in number, and the matrices themselves.
    private func product(transposeLeft: Bool, transposeRight: Bool) -> Bool {
        let (left, right) = (inputs[0], inputs[1])
        func isInner(_ side: ValuePair, _ inner: Int) -> Bool {
            side.axis == side.rank - 2 + inner
        }
        return !isInner(left, transposeLeft ? 0 : 1) && !isInner(right, transposeRight ? 1 : 0)
    }

    private var slice: Bool {
        guard case .slice(let starts, let limits, let strides) = long,
            case .slice(let s, let l, let st) = short
        else { return false }
        guard starts == s, strides == st else { return false }
        for axis in limits.indices where limits[axis] != l[axis] {
            // To the end of the axis that differs in both.
            guard axis == inputs[0].axis, limits[axis] == inputs[0].long[axis],
                l[axis] == inputs[0].short[axis]
            else { return false }
        }
        return true
    }

    private var indexed: Bool {
        let (x, indices) = (inputs[0], inputs[1])
        switch long {
        case .gather(let axis):
            guard let own = x.axis else { return true }
            // Numbers are brought into the axis that they pick from, whose end differs.
            return own != axis && indices.axis == nil
        case .scatterAdd(let axis, _):
            guard indices.axis == nil else { return false }
            return x.axis.map { !(axis..<(axis + indices.rank)).contains($0) } ?? true
        default: return false
        }
    }
}

import CKeratinProcessor
import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// A pointwise expression made ready to run over blocks of elements: every node is one vector loop
/// over a few hundred elements, intermediate values stay in the first-level cache.
final class PointwiseKernel {
    /// Elements of one block: eight registers of it are 16 KiB.
    static let blockCapacity = 512
    /// Bytes that stay in the second-level cache.
    private static let cachedBytes = 1 << 20

    /// Where a value lies: memory that is walked block by block, or a scratch register.
    struct Operand {
        var base: UnsafeMutableRawPointer?
        /// Bytes from element to element in memory; the register's offset in scratch.
        var step: Int
    }

    struct Instruction {
        var code: PointwiseCode
        var a: Int
        var b: Int
        var c: Int
        var result: Int
    }

    /// A register filled from a broadcast input.
    private struct Load {
        var read: BroadcastRead
        var register: Int
    }

    private var operands: [Operand] = []
    private var instructions: [Instruction] = []
    private var constants: [(register: Int, size: Int, bits: UInt32)] = []
    /// Filled once per task, and before every block.
    private var taskLoads: [Load] = []
    private var blockLoads: [Load] = []
    /// Memory that the blocks walk through, if it is more than the caches hold: the next block of it is asked for while
    /// one is computed, because many streams at once are more than the processor foresees.
    private var streams: [Operand] = []
    private(set) var block = blockCapacity
    private(set) var scratchBytes = 0
    private(set) var nanosecondsPerElement = 0.0
    private let count: Int
    private let elementwise: ElementwiseKernels

    init(
        _ pointwise: Pointwise, inputs: [Argument], results: [Argument],
        _ elementwise: ElementwiseKernels
    ) throws {
        self.elementwise = elementwise
        count = pointwise.shape.count
        guard count > 0 else { return }
        try compile(pointwise, inputs, results)
    }

    // MARK: Preparing

    private func addRegister() -> Int {
        operands.append(Operand(base: nil, step: scratchBytes))
        scratchBytes += Self.blockCapacity * 4
        return operands.count - 1
    }

    private func compile(
        _ pointwise: Pointwise, _ inputs: [Argument], _ results: [Argument]
    ) throws {
        let expression = pointwise.expression
        let nodes = expression.nodes
        // The last node that reads each node's value.
        var lastUse = [Int](repeating: -1, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for source in Self.sources(node) { lastUse[source] = index }
        }
        var places = [Int](repeating: -1, count: nodes.count)
        var free = [Int]()
        var epilogue = [Instruction]()
        // Inputs that a result is stored over: where the input is read for the last time.
        var inputUse = [UnsafeMutableRawPointer: Int]()
        var pending = [(read: BroadcastRead, node: Int)]()
        for (index, node) in nodes.enumerated() {
            guard case .input(let input) = node else { continue }
            let pointer = try inputs[input].pointer()
            let type = inputs[input].type
            let read = BroadcastRead(
                source: pointer, extents: pointwise.shape.dimensions,
                strides: type.shape.broadcastStrides(to: pointwise.shape),
                elementSize: type.dtype.byteCount)
            let use = max(lastUse[index], expression.results.contains(index) ? nodes.count : -1)
            inputUse[pointer] = max(inputUse[pointer] ?? -1, use)
            if read.isDense && type.count == count {
                operands.append(Operand(base: pointer, step: type.dtype.byteCount))
                places[index] = operands.count - 1
            } else {
                pending.append((read, index))
            }
        }
        // Blocks that are whole periods let a bias be read once per task.
        let periods = Set(pending.compactMap { $0.read.isScalar ? nil : $0.read.period })
        let period = periods.count == 1 ? periods.first.flatMap { $0 <= block ? $0 : nil } : nil
        if let period { block = block / period * period }
        for (read, node) in pending {
            places[node] = addRegister()
            let load = Load(read: read, register: places[node])
            if read.isScalar || (period != nil && read.period == period) {
                taskLoads.append(load)
            } else {
                blockLoads.append(load)
            }
        }
        for (index, node) in nodes.enumerated() {
            if case .constant(let value) = node {
                places[index] = addRegister()
                let (size, bits) = Self.pattern(value, expression.dtypes[index])
                constants.append((places[index], size, bits))
            }
        }
        for (index, node) in nodes.enumerated() {
            guard let code = try PointwiseCode(node, expression, index) else { continue }
            let sources = Self.sources(node)
            // A result goes straight to its memory unless a later node still reads an input there.
            var target: Int?
            for (slot, result) in expression.results.enumerated() where result == index {
                let pointer = try results[slot].pointer()
                if target == nil, inputUse[pointer] ?? -1 <= index {
                    operands.append(
                        Operand(base: pointer, step: results[slot].type.dtype.byteCount))
                    target = operands.count - 1
                }
            }
            if target == nil { target = free.popLast() ?? addRegister() }
            let place = target ?? 0
            places[index] = place
            instructions.append(
                Instruction(
                    code: code, a: sources.count > 0 ? places[sources[0]] : 0,
                    b: sources.count > 1 ? places[sources[1]] : 0,
                    c: sources.count > 2 ? places[sources[2]] : 0, result: place))
            nanosecondsPerElement += code.nanoseconds
            for source in Set(sources)
            where lastUse[source] == index && !expression.results.contains(source) {
                if case .input = nodes[source] { continue }
                if case .constant = nodes[source] { continue }
                if operands[places[source]].base == nil { free.append(places[source]) }
            }
        }
        for (slot, result) in expression.results.enumerated() {
            let pointer = try results[slot].pointer()
            let size = results[slot].type.dtype.byteCount
            if operands[places[result]].base == pointer { continue }
            operands.append(Operand(base: pointer, step: size))
            epilogue.append(
                Instruction(
                    code: .copy(size), a: places[result], b: 0, c: 0, result: operands.count - 1))
            nanosecondsPerElement += 0.1
        }
        instructions += epilogue
        var seen = Set<UnsafeMutableRawPointer>()
        streams = operands.filter { operand in
            operand.base.map { seen.insert($0).inserted } ?? false
        }
        let bytes = streams.reduce(0) { $0 + $1.step * count }
        if bytes < Self.cachedBytes { streams = [] }
    }

    private static func sources(_ node: PointwiseExpression.Node) -> [Int] {
        switch node {
        case .input, .constant: []
        case .unary(_, let a), .cast(let a): [a]
        case .binary(_, let a, let b): [a, b]
        case .select(let c, let a, let b): [c, a, b]
        }
    }

    /// The bytes of a constant of the given type.
    static func pattern(_ value: Double, _ dtype: DType) -> (size: Int, bits: UInt32) {
        switch dtype {
        case .float32: (4, Float(value).bitPattern)
        case .int32: (4, UInt32(bitPattern: ElementConversion.int32(value)))
        case .uint8: (1, UInt32(ElementConversion.uint8(value)))
        case .bool: (1, value != 0 ? 1 : 0)
        }
    }

    // MARK: Running

    /// The launch's only phase.
    var phase: Phase {
        guard count > 0 else { return Phase(tasks: 0, cost: 0) { _, _ in } }
        let step = block * max(1, 16_384 / block)
        return PreparedLaunch.pieces(
            of: count, step: step, cost: Double(count) * (nanosecondsPerElement + 0.2)
        ) { [self] range, memory in
            run(range, memory.own)
        }
    }

    private func run(_ range: Range<Int>, _ scratch: UnsafeMutableRawPointer) {
        operands.withUnsafeBufferPointer { operands in
            let longest = min(block, range.count)
            for constant in constants {
                Self.fill(
                    scratch + operands[constant.register].step, constant.size, constant.bits,
                    longest)
            }
            for load in taskLoads {
                load.read.read(
                    start: range.lowerBound, count: longest,
                    into: scratch + operands[load.register].step)
            }
            var start = range.lowerBound
            while start < range.upperBound {
                let length = min(block, range.upperBound - start)
                let next = start + length
                for stream in streams where next < range.upperBound {
                    guard let base = stream.base else { continue }
                    keratin_processor_prefetch(
                        base + next * stream.step,
                        min(block, range.upperBound - next) * stream.step)
                }
                for load in blockLoads {
                    load.read.read(
                        start: start, count: length, into: scratch + operands[load.register].step)
                }
                instructions.withUnsafeBufferPointer { instructions in
                    for instruction in instructions {
                        execute(instruction, operands, scratch, start, length)
                    }
                }
                start = next
            }
        }
    }

    private static func fill(
        _ target: UnsafeMutableRawPointer, _ size: Int, _ bits: UInt32, _ count: Int
    ) {
        if size == 1 {
            memset(target, Int32(bits), count)
        } else {
            let words = target.assumingMemoryBound(to: UInt32.self)
            for i in 0..<count { words[i] = bits }
        }
    }

    @inline(__always)
    private func address(
        _ operand: Operand, _ scratch: UnsafeMutableRawPointer, _ start: Int
    ) -> UnsafeMutableRawPointer {
        if let base = operand.base { base + start * operand.step } else { scratch + operand.step }
    }

    private func execute(
        _ instruction: Instruction, _ operands: UnsafeBufferPointer<Operand>,
        _ scratch: UnsafeMutableRawPointer, _ start: Int, _ count: Int
    ) {
        let a = address(operands[instruction.a], scratch, start)
        let b = address(operands[instruction.b], scratch, start)
        let c = address(operands[instruction.c], scratch, start)
        let y = address(operands[instruction.result], scratch, start)
        switch instruction.code {
        case .floatUnary(let function):
            elementwise.unary(function, a.floats, y.floats, count)
        case .floatBinary(let function):
            elementwise.binary(function, a.floats, b.floats, y.floats, count)
        case .floatCompare(let comparison):
            elementwise.compare(comparison, a.floats, b.floats, y.bytes, count)
        case .selectWord:
            elementwise.select(a.bytes, b.floats, c.floats, y.floats, count)
        case .selectByte:
            for i in 0..<count { y.bytes[i] = a.bytes[i] != 0 ? b.bytes[i] : c.bytes[i] }
        case .intUnary(let function): IntegerElementwise.unary(function, a.ints, y.ints, count)
        case .intBinary(let function):
            IntegerElementwise.binary(function, a.ints, b.ints, y.ints, count)
        case .intCompare(let comparison):
            IntegerElementwise.compare(comparison, a.ints, b.ints, y.bytes, count)
        case .byteBinary(let function):
            for i in 0..<count {
                y.bytes[i] = function == .and ? a.bytes[i] & b.bytes[i] : a.bytes[i] | b.bytes[i]
            }
        case .byteCompare(let comparison):
            IntegerElementwise.compare(comparison, a.bytes, b.bytes, y.bytes, count)
        case .not: for i in 0..<count { y.bytes[i] = a.bytes[i] ^ 1 }
        case .isNaN: for i in 0..<count { y.bytes[i] = a.floats[i].isNaN ? 1 : 0 }
        case .isFinite: for i in 0..<count { y.bytes[i] = a.floats[i].isFinite ? 1 : 0 }
        case .uniform:
            for i in 0..<count {
                y.floats[i] = Float(Int32(bitPattern: UInt32(bitPattern: a.ints[i]) >> 8)) * 0x1p-24
            }
        case .cast(let from, let to): ElementConversion.convert(a, from, y, to, count)
        case .copy(let size): memmove(y, a, count * size)
        }
    }
}

extension UnsafeMutableRawPointer {
    var floats: UnsafeMutablePointer<Float> { assumingMemoryBound(to: Float.self) }
    var ints: UnsafeMutablePointer<Int32> { assumingMemoryBound(to: Int32.self) }
    var bytes: UnsafeMutablePointer<UInt8> { assumingMemoryBound(to: UInt8.self) }
}

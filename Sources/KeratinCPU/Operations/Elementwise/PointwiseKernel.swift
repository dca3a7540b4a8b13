import CKeratinProcessor
import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// A pointwise expression made ready to run over blocks of elements: every node is one vector loop
/// over a few hundred elements, intermediate values stay in the first-level cache.
final class PointwiseKernel {
    private let program: PointwiseProgram
    private let count: Int
    private let elementwise: ElementwiseKernels

    init(
        _ pointwise: Pointwise, inputs: [Argument], results: [Argument],
        _ elementwise: ElementwiseKernels
    ) throws {
        self.elementwise = elementwise
        count = pointwise.shape.count
        program =
            count > 0
            ? try PointwiseCompiler.compile(pointwise, inputs, results) : PointwiseProgram()
    }

    var scratchBytes: Int { program.scratchBytes }

    // MARK: Running

    /// The launch's only phase.
    var phase: Phase {
        guard count > 0 else { return Phase(tasks: 0, cost: 0) { _, _ in } }
        let step = program.block * max(1, 16_384 / program.block)
        return PreparedLaunch.pieces(
            of: count, step: step, cost: Double(count) * (program.nanosecondsPerElement + 0.2)
        ) { [self] range, memory in
            run(range, memory.own)
        }
    }

    private func run(_ range: Range<Int>, _ scratch: UnsafeMutableRawPointer) {
        program.operands.withUnsafeBufferPointer { operands in
            let block = program.block
            let longest = min(block, range.count)
            for constant in program.constants {
                Self.fill(
                    scratch + operands[constant.register].step, constant.size, constant.bits,
                    longest)
            }
            for load in program.taskLoads {
                load.read.read(
                    start: range.lowerBound, count: longest,
                    into: scratch + operands[load.register].step)
            }
            var start = range.lowerBound
            while start < range.upperBound {
                let length = min(block, range.upperBound - start)
                let next = start + length
                for stream in program.streams where next < range.upperBound {
                    guard let base = stream.base else { continue }
                    keratin_processor_prefetch(
                        base + next * stream.step,
                        min(block, range.upperBound - next) * stream.step)
                }
                for load in program.blockLoads {
                    load.read.read(
                        start: start, count: length, into: scratch + operands[load.register].step)
                }
                program.steps.withUnsafeBufferPointer { steps in
                    for step in steps { execute(step, operands, scratch, start, length) }
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
        _ operand: PointwiseProgram.Operand, _ scratch: UnsafeMutableRawPointer, _ start: Int
    ) -> UnsafeMutableRawPointer {
        if let base = operand.base { base + start * operand.step } else { scratch + operand.step }
    }

    private func execute(
        _ step: PointwiseProgram.Step, _ operands: UnsafeBufferPointer<PointwiseProgram.Operand>,
        _ scratch: UnsafeMutableRawPointer, _ start: Int, _ count: Int
    ) {
        let a = address(operands[step.a], scratch, start)
        let b = address(operands[step.b], scratch, start)
        let c = address(operands[step.c], scratch, start)
        let y = address(operands[step.result], scratch, start)
        switch step.code {
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

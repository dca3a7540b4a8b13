import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// `RecurrentSequenceGradient`: each thread takes some samples back through all steps.
struct RecurrentBackward {
    private typealias Floats = UnsafeMutablePointer<Float>

    let operation: RecurrentSequence
    let table: CPUKernelTable
    private let batch: Int
    private let steps: Int
    private let units: Int
    private let width: Int
    private let product: RecurrentProduct
    private let slices: RecurrentSlices
    private let inputs: RecurrentSequenceGradient.Inputs<UnsafeMutableRawPointer>
    private let dGates: Floats
    /// The cotangent of what the hidden state gave the gates; `dGates` unless the cell is a GRU.
    private let dInner: Floats
    private let dHidden: Floats
    private let dCell: Floats?

    /// - Throws: `BackendError` if an argument does not belong to this backend.
    init(
        _ request: LaunchRequest, _ gradient: RecurrentSequenceGradient, _ table: CPUKernelTable,
        threads: Int
    ) throws {
        operation = gradient.forward
        self.table = table
        let shape = request.results[0].type.shape
        (batch, steps, width) = (shape[0], shape[1], shape[2])
        units = width / operation.cell.gateCount
        inputs = gradient.named(try request.inputs.map { try $0.pointer() })
        var results = try request.results.map { try $0.pointer().floats }[...]
        dGates = results.removeFirst()
        dInner = operation.hasRecurrentBias ? results.removeFirst() : dGates
        dHidden = results.removeFirst()
        dCell = results.first
        product = RecurrentProduct(
            operation, units: units, transposed: true,
            kernel: UnsafePointer(inputs.kernel.floats), table)
        slices = RecurrentSlices(batch: batch, threads: threads)
    }

    func prepare() -> PreparedLaunch {
        var launch = PreparedLaunch()
        guard batch > 0 else { return launch }
        launch.sharedBytes = product.sharedBytes
        launch.ownBytes = product.tableBytes(rows: slices.rows) + slices.rows * 3 * units * 4
        let cost = Double(batch * steps) * (product.work * 0.05 + Double(width) * 2)
        launch.phases = [
            product.packing,
            Phase(tasks: slices.count, cost: cost) { slice, memory in
                run(slices.range(slice), memory)
            },
        ]
        return launch
    }

    /// A slice's own memory, [rows, U] each; the states' cotangents live in the results.
    private struct Memory {
        var tables: UnsafeMutableRawPointer
        /// Cotangents of outputs that repeat an earlier one.
        var waiting: Floats
        /// A gate's product before its mask.
        var part: Floats
        var dReset: Floats
    }

    private func run(_ range: Range<Int>, _ task: TaskMemory) {
        let rest = (task.own + product.tableBytes(rows: slices.rows)).floats
        let memory = Memory(
            tables: task.own, waiting: rest, part: rest + slices.rows * units,
            dReset: rest + 2 * slices.rows * units)
        let first = range.lowerBound
        let count = range.count * units
        memcpy(dHidden + first * units, inputs.dHidden.floats + first * units, count * 4)
        if let dCell, let final = inputs.dCell {
            memcpy(dCell + first * units, final.floats + first * units, count * 4)
        }
        memset(memory.waiting, 0, count * 4)
        if !operation.returnsSequences {
            let last = inputs.dOutput.floats + first * units
            if operation.hasMask {
                memcpy(memory.waiting, last, count * 4)
            } else {
                add(last, dHidden + first * units, count)
            }
        }
        for turn in 0..<steps {
            let step = operation.reverse ? turn : steps - 1 - turn
            for row in 0..<range.count {
                finish(row, (first + row) * steps + step, first + row, memory)
            }
            multiply(range, step, memory, task.shared)
        }
    }

    private func add(_ x: Floats, _ sum: Floats, _ count: Int) {
        table.elementwise.binary(.add, x, sum, sum, count)
    }

    /// The cell of one sample: what its gates get.
    private func finish(_ row: Int, _ place: Int, _ sample: Int, _ memory: Memory) {
        let arriving = dHidden + sample * units
        let waiting = memory.waiting + row * units
        let counts = inputs.mask.map { $0.bytes[place] != 0 } ?? true
        if operation.returnsSequences {
            add(
                inputs.dOutput.floats + place * units,
                operation.hasMask ? waiting : arriving, units)
        }
        if operation.hasMask {
            if counts { add(waiting, arriving, units) }
            if counts || operation.zeroesMaskedOutput { memset(waiting, 0, units * 4) }
            if !counts {
                memset(dGates + place * width, 0, width * 4)
                if dInner != dGates { memset(dInner + place * width, 0, width * 4) }
                return
            }
        }
        var step = self.step(place, sample)
        switch operation.cell {
        case .simple: table.recurrent.simpleGradient(&step)
        case .lstm: table.recurrent.lstmGradient(&step)
        case .gru: table.recurrent.gruGradient(&step)
        case .gruResetBefore: table.recurrent.gruGradientResetBefore(&step)
        }
    }

    private func step(_ place: Int, _ sample: Int) -> RecurrentStepGradient {
        RecurrentStepGradient(
            units: units, activation: RecurrentFunction(operation.activation),
            recurrentActivation: RecurrentFunction(operation.recurrentActivation),
            gates: inputs.gates.floats + place * width,
            hidden: inputs.hidden.floats + place * units,
            extra: (inputs.extra ?? inputs.hidden).floats + place * units,
            dHidden: dHidden + sample * units, dCell: (dCell ?? dHidden) + sample * units,
            dGates: dGates + place * width, dInner: dInner + place * width)
    }

    /// Adds what comes back through the recurrent product, the last group first.
    private func multiply(
        _ range: Range<Int>, _ step: Int, _ memory: Memory, _ shared: UnsafeMutableRawPointer
    ) {
        let first = range.lowerBound
        let count = range.count * units
        let target = dHidden + first * units
        for (index, group) in product.groups.enumerated().reversed() {
            let candidate = operation.cell == .gruResetBefore && group.lowerBound == 2
            let isApart = candidate || operation.hasDropout
            let result = candidate ? memory.dReset : isApart ? memory.part : target
            product.run(
                group: index, rows: range.count,
                left: dInner + (first * steps + step) * width + group.lowerBound * units,
                leftStride: steps * width, output: result, outputStride: units,
                accumulate: !isApart, bias: nil, tables: memory.tables, shared: shared)
            if let dropout = inputs.dropout {
                let scale = dropout.floats + (group.lowerBound * batch + first) * units
                table.elementwise.binary(.multiply, result, scale, result, count)
            }
            if candidate {
                reset(range, step, memory)
            } else if isApart {
                add(memory.part, target, count)
            }
        }
    }

    /// r, and the way through r·h, of a GRU that resets before the product.
    private func reset(_ range: Range<Int>, _ turn: Int, _ memory: Memory) {
        for row in 0..<range.count {
            let sample = range.lowerBound + row
            let place = sample * steps + turn
            if let mask = inputs.mask, mask.bytes[place] == 0 { continue }
            var step = self.step(place, sample)
            step.extra = UnsafePointer(memory.dReset + row * units)
            table.recurrent.gruResetGradient(&step)
        }
    }
}

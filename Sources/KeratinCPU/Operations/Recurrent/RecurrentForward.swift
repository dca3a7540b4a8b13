import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// `RecurrentSequence`: each thread takes some samples through all steps, so that nothing waits between steps and the
/// states stay in the first cache.
struct RecurrentForward {
    private typealias Floats = UnsafeMutablePointer<Float>

    let operation: RecurrentSequence
    let table: CPUKernelTable
    private let batch: Int
    private let steps: Int
    private let units: Int
    private let width: Int
    private let product: RecurrentProduct
    private let slices: RecurrentSlices
    private let inputs: RecurrentSequence.Inputs<UnsafeMutableRawPointer>
    private let output: Floats
    private let finalHidden: Floats
    private let finalCell: Floats?
    /// The hidden state before each step, the gates, and the cell's own history.
    private let history: [Floats]

    /// - Throws: `BackendError` if an argument does not belong to this backend.
    init(
        _ request: LaunchRequest, _ operation: RecurrentSequence, _ table: CPUKernelTable,
        threads: Int
    ) throws {
        self.operation = operation
        self.table = table
        let shape = request.inputs[0].type.shape
        (batch, steps, width) = (shape[0], shape[1], shape[2])
        units = width / operation.cell.gateCount
        inputs = operation.named(try request.inputs.map { try $0.pointer() })
        let results = try request.results.map { try $0.pointer().floats }
        output = results[0]
        finalHidden = results[1]
        finalCell = operation.hasCellState ? results[2] : nil
        history = Array(results[operation.stateResultCount...])
        product = RecurrentProduct(
            operation, units: units, transposed: false,
            kernel: UnsafePointer(inputs.kernel.floats), table)
        slices = RecurrentSlices(batch: batch, threads: threads)
    }

    func prepare() -> PreparedLaunch {
        var launch = PreparedLaunch()
        guard batch > 0 else { return launch }
        launch.sharedBytes = product.sharedBytes
        launch.ownBytes = Memory.byteCount(self)
        let cost = Double(batch * steps) * (product.work * 0.05 + Double(width) * 2)
        launch.phases = [
            product.packing,
            Phase(tasks: slices.count, cost: cost) { slice, memory in
                run(slices.range(slice), memory)
            },
        ]
        return launch
    }

    /// A slice's own memory.
    private struct Memory {
        var tables: UnsafeMutableRawPointer
        /// [rows, U]: the states, the last outputs, the hidden state scaled or reset.
        var hidden: Floats
        var cell: Floats
        var last: Floats
        var scaled: Floats
        /// [rows, G·U]: gates that are not kept, and what the hidden state gives them (GRU).
        var gates: Floats
        var inner: Floats

        static func byteCount(_ launch: RecurrentForward) -> Int {
            let rows = launch.slices.rows
            return launch.product.tableBytes(rows: rows)
                + rows * (4 * launch.units + 2 * launch.width) * 4
        }

        init(_ own: UnsafeMutableRawPointer, _ launch: RecurrentForward) {
            let rows = launch.slices.rows
            tables = own
            hidden = (own + launch.product.tableBytes(rows: rows)).floats
            cell = hidden + rows * launch.units
            last = cell + rows * launch.units
            scaled = last + rows * launch.units
            gates = scaled + rows * launch.units
            inner = gates + rows * launch.width
        }
    }

    private func run(_ range: Range<Int>, _ task: TaskMemory) {
        let memory = Memory(task.own, self)
        let first = range.lowerBound
        let rowBytes = units * 4
        memcpy(memory.hidden, inputs.hidden.floats + first * units, range.count * rowBytes)
        if let cell = inputs.cell {
            memcpy(memory.cell, cell.floats + first * units, range.count * rowBytes)
        }
        memset(memory.last, 0, range.count * rowBytes)
        for turn in 0..<steps {
            let step = operation.reverse ? steps - 1 - turn : turn
            // A sample's rows lie `steps` apart in what is kept.
            var (gates, gatesStride) = (memory.gates, width)
            if !history.isEmpty {
                gates = history[1] + (first * steps + step) * width
                gatesStride = steps * width
            }
            for row in 0..<range.count {
                let place = (first + row) * steps + step
                memcpy(
                    gates + row * gatesStride, inputs.projected.floats + place * width, width * 4)
                if !history.isEmpty {
                    memcpy(history[0] + place * units, memory.hidden + row * units, rowBytes)
                }
            }
            multiply(range, memory, gates, gatesStride, task.shared)
            for row in 0..<range.count {
                finish(row, first + row, step, memory, gates + row * gatesStride)
            }
        }
        memcpy(finalHidden + first * units, memory.hidden, range.count * rowBytes)
        if let finalCell {
            memcpy(finalCell + first * units, memory.cell, range.count * rowBytes)
        }
        if !operation.returnsSequences {
            memcpy(
                output + first * units, operation.hasMask ? memory.last : memory.hidden,
                range.count * rowBytes)
        }
    }

    /// What the hidden states give the gates: added to the gates, or for a GRU into a place of its own.
    private func multiply(
        _ range: Range<Int>, _ memory: Memory, _ gates: Floats, _ gatesStride: Int,
        _ shared: UnsafeMutableRawPointer
    ) {
        let isGRU = operation.cell == .gru || operation.cell == .gruResetBefore
        for (index, group) in product.groups.enumerated() {
            let column = group.lowerBound * units
            let candidate = operation.cell == .gruResetBefore && group.lowerBound == 2
            if candidate { reset(range, memory, gates, gatesStride) }
            var left = memory.hidden
            if candidate || operation.hasDropout { left = memory.scaled }
            if let dropout = inputs.dropout {
                let scale = dropout.floats + (group.lowerBound * batch + range.lowerBound) * units
                table.elementwise.binary(
                    .multiply, candidate ? memory.scaled : memory.hidden, scale, memory.scaled,
                    range.count * units)
            }
            product.run(
                group: index, rows: range.count, left: left, leftStride: units,
                output: (isGRU ? memory.inner : gates) + column,
                outputStride: isGRU ? width : gatesStride, accumulate: !isGRU,
                bias: inputs.bias.map { UnsafePointer($0.floats) + column },
                tables: memory.tables, shared: shared)
        }
    }

    /// z and r of a GRU that resets before the product, and r·h.
    private func reset(
        _ range: Range<Int>, _ memory: Memory, _ gates: Floats, _ gatesStride: Int
    ) {
        for row in 0..<range.count {
            var cell = step(row, memory, gates + row * gatesStride)
            table.recurrent.gruGates(&cell)
            table.elementwise.binary(
                .multiply, gates + row * gatesStride + units, memory.hidden + row * units,
                memory.scaled + row * units, units)
        }
    }

    private func step(_ row: Int, _ memory: Memory, _ gates: Floats) -> RecurrentStep {
        RecurrentStep(
            units: units, activation: RecurrentFunction(operation.activation),
            recurrentActivation: RecurrentFunction(operation.recurrentActivation), gates: gates,
            inner: memory.inner + row * width, hidden: memory.hidden + row * units,
            cell: memory.cell + row * units, newHidden: memory.hidden + row * units,
            newCell: memory.cell + row * units)
    }

    /// The cell of one sample, its mask and its output.
    private func finish(
        _ row: Int, _ sample: Int, _ step: Int, _ memory: Memory, _ gates: Floats
    ) {
        let place = sample * steps + step
        var cell = self.step(row, memory, gates)
        let counts = inputs.mask.map { $0.bytes[place] != 0 } ?? true
        if !counts {
            // The states stay; what the step computes goes where nobody looks.
            cell.newHidden = memory.scaled
            cell.newCell = memory.scaled
        }
        if history.count == 3 {
            let extra =
                operation.cell == .lstm
                ? memory.cell + row * units : memory.inner + row * width + 2 * units
            memcpy(history[2] + place * units, extra, units * 4)
        }
        switch operation.cell {
        case .simple: table.recurrent.simple(&cell)
        case .lstm: table.recurrent.lstm(&cell)
        case .gru:
            table.recurrent.gruGates(&cell)
            table.recurrent.gruMix(&cell)
        case .gruResetBefore: table.recurrent.gruMixResetBefore(&cell)
        }
        if operation.hasMask {
            let last = memory.last + row * units
            if counts {
                memcpy(last, memory.hidden + row * units, units * 4)
            } else if operation.zeroesMaskedOutput {
                memset(last, 0, units * 4)
            }
        }
        if operation.returnsSequences {
            memcpy(
                output + place * units,
                (operation.hasMask ? memory.last : memory.hidden) + row * units, units * 4)
        }
    }
}

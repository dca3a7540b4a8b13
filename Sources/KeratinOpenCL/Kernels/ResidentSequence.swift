import KeratinCore

/// How a recurrent sequence stays in the work-groups of a GPU (`recurrent/resident.cl`): a work-item has a gate and a unit,
/// and keeps a part of the recurrent kernel in registers through all steps.
struct ResidentSequence: Hashable {
    let direction: SequenceDirection
    let cell: RecurrentSequence.Cell
    /// Units with those that round them up: few sizes, for each is a program.
    let padded: Int
    /// Rows of the recurrent kernel, or columns on the way back, that a work-item keeps.
    let kept: Int
    /// Samples of a work-group.
    let samples: Int

    static let paddedUnits = [32, 64, 128, 256, 512]
    static let sampleCounts = [1, 2, 4]
    /// Registers that the work-items of a compute unit share.
    private static let registers = 65536
    /// Weights in a work-item's registers at most: the loops over them are unrolled.
    private static let mostKept = 128
    private static let mostItems = 1024
    /// From here on a group that reads weights again in each step is slower than groups that share them and a launch for
    /// each step.
    private static let mostBytesReadAgain = 1 << 20

    init(
        _ direction: SequenceDirection, _ cell: RecurrentSequence.Cell, padded: Int, samples: Int
    ) {
        self.direction = direction
        self.cell = cell
        self.padded = padded
        self.samples = samples
        let registers = min(255, Self.registers / (cell.gateCount * padded)) / 8 * 8
        // What an item needs besides its weights, as NVIDIA's assembler counts it.
        var others = 32
        switch (cell, direction) {
        case (.gruResetBefore, _): others += 16
        case (.gru, _), (_, .backward): others += 8
        default: break
        }
        if samples > 1 { others += 12 * samples - 8 }
        kept = min(padded, Self.mostKept, max(registers - others, 8) / 4 * 4)
    }

    /// Work-items of a group.
    var items: Int { cell.gateCount * padded }

    /// The form for a shape on a device with groups of at most `groupLimit` items; nil if groups had better share the units.
    ///
    /// As many samples are in a group as there must be for all groups to run at once.
    init?(
        _ direction: SequenceDirection, _ cell: RecurrentSequence.Cell, batch: Int, units: Int,
        groupLimit: Int, localMemoryBytes: Int, computeUnits: Int
    ) {
        func fits(_ form: Self) -> Bool {
            // The left factors of the products, and what they make of them.
            let floats = form.samples * (2 * form.items + form.padded)
            let readAgain = max(units - form.kept, 0) * units * cell.gateCount * 4
            return form.items <= min(groupLimit, Self.mostItems) && floats * 4 <= localMemoryBytes
                && readAgain <= Self.mostBytesReadAgain
        }
        func runsAtOnce(_ form: Self) -> Bool {
            let groups = (batch + form.samples - 1) / form.samples
            let room = max(1, Self.registers / (form.items * (form.kept + 32)))
            return groups <= computeUnits * room
        }
        guard let padded = Self.paddedUnits.first(where: { $0 >= units }) else { return nil }
        let forms = Self.sampleCounts.map { Self(direction, cell, padded: padded, samples: $0) }
            .filter(fits)
        guard let form = forms.first(where: runsAtOnce) ?? forms.last else { return nil }
        self = form
    }
}

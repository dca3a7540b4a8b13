import KeratinCore

/// How a recurrent sequence stays in the work-groups of a GPU (`recurrent/resident.cl`): a work-item has a gate and a unit,
/// and keeps a part of the recurrent kernel in registers through all steps.
struct ResidentSequence: Hashable {
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
    /// Weights in a work-item's registers at most.
    private static let mostKept = 128
    /// What of the kernel is read again in each step stays in the second-level cache, and its way from there is shorter than
    /// a launch: more is better shared among groups.
    private static let mostBytesReadAgain = 1 << 20

    init(_ cell: RecurrentSequence.Cell, padded: Int, samples: Int) {
        self.padded = padded
        self.samples = samples
        // What an item needs besides its weights.
        let others = 32 + 8 * (samples - 1)
        let room = max(Self.registers / (cell.gateCount * padded) - others, 16)
        kept = min(padded, Self.mostKept, room / 4 * 4)
    }

    /// The form for a shape on a device with groups of at most `groupLimit` items; nil if groups had better share the units.
    ///
    /// As many samples are in a group as there must be for all groups to run at once.
    init?(
        _ cell: RecurrentSequence.Cell, batch: Int, units: Int, groupLimit: Int,
        localMemoryBytes: Int, computeUnits: Int
    ) {
        func fits(_ form: Self) -> Bool {
            // The left factors of the products, and what they make of them.
            let floats = form.samples * form.padded * (2 * cell.gateCount + 1)
            let readAgain = (units - form.kept) * units * cell.gateCount * 4
            return cell.gateCount * form.padded <= min(groupLimit, 1024)
                && floats * 4 <= localMemoryBytes && readAgain <= Self.mostBytesReadAgain
        }
        guard let padded = Self.paddedUnits.first(where: { $0 >= units }) else { return nil }
        let forms = Self.sampleCounts.map { Self(cell, padded: padded, samples: $0) }
            .filter(fits)
        guard let last = forms.last else { return nil }
        self =
            forms.first { form in
                let items = cell.gateCount * padded
                let groupsAtOnce = max(1, Self.registers / (items * (form.kept + 32)))
                return (batch + form.samples - 1) / form.samples <= computeUnits * groupsAtOnce
            } ?? last
    }
}

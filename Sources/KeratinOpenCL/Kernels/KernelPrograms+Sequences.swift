import KeratinCore

/// Which way a kernel of recurrent sequences goes.
enum SequenceDirection: String, CaseIterable {
    case forward, backward
}

/// What a launch of a sequence does in each of its turns. The work-items of a slice wait for each other between phases.
enum SequencePhase: String, CaseIterable {
    case begin
    /// Forward the dropout of the states, backward the cells.
    case before
    case reset, product, end
}

/// The programs of recurrent sequences. Numbers that Swift and the kernels share are macros.
extension KernelPrograms {
    /// Panels of the recurrent kernel's transpose: vectors side by side.
    var sequencePanelVectors: Int { family == .gpu ? 1 : 4 }

    /// Slices of samples, for any number of units.
    func sequence(
        _ direction: SequenceDirection, _ cell: RecurrentSequence.Cell, hasDropout: Bool
    ) -> KernelProgram {
        // Eight registers' worth of a narrow vector hold three rows of four gates, not six.
        let tileRows = sequenceLanes == 8 ? 3 : sequenceRows
        return .files(
            "sequence",
            [
                "include/common.cl", "recurrent/units.cl", "recurrent/cells.cl",
                "recurrent/slices.cl", "recurrent/\(direction.rawValue).cl",
            ],
            options: cellMacros(cell) + SequencePhase.macros(prefix: "PHASE_")
                + " -DDROPOUT=\(hasDropout ? 1 : 0) -DTILE_ROWS=\(tileRows)"
                + " -DPANEL_VECTORS=\(sequencePanelVectors) -DGROUPED=\(family == .gpu ? 1 : 0)")
    }

    /// Samples that stay in a work-group.
    func sequence(_ form: ResidentSequence) -> KernelProgram {
        .files(
            "sequence",
            [
                "include/common.cl", "recurrent/units.cl", "recurrent/cells.cl",
                "recurrent/resident.cl", "recurrent/\(form.direction.rawValue)_gpu.cl",
            ],
            options: cellMacros(form.cell)
                + " -DPADDED=\(form.padded) -DKEPT=\(form.kept) -DSAMPLES=\(form.samples)")
    }

    private func cellMacros(_ cell: RecurrentSequence.Cell) -> String {
        "\(lanes) -DLANES_U=\(sequenceLanes)" + RecurrentSequence.Cell.macros()
            + RecurrentActivation.macros()
            + " -DCELL=\(cell.code) -DGATES=\(cell.gateCount)"
    }

    /// All of them, for the lint.
    func sequences() -> [KernelProgram] {
        SequenceDirection.allCases.flatMap { direction in
            RecurrentSequence.Cell.allCases.flatMap { cell in
                let slices = [false, true].map { sequence(direction, cell, hasDropout: $0) }
                guard family == .gpu else { return slices }
                let forms = ResidentSequence.paddedUnits.flatMap { padded in
                    ResidentSequence.sampleCounts.map {
                        ResidentSequence(direction, cell, padded: padded, samples: $0)
                    }
                }
                return slices + forms.map(sequence)
            }
        }
    }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    /// The number that kernels know a case by.
    var code: Int { Self.allCases.prefix { $0.rawValue != rawValue }.count }

    /// A build option for each case: `hardSigmoid` is HARD_SIGMOID.
    static func macros(prefix: String = "") -> String {
        allCases.map { element in
            let name = element.rawValue.map { $0.isUppercase ? "_\($0)" : $0.uppercased() }
            return " -D\(prefix)\(name.joined())=\(element.code)"
        }.joined()
    }
}

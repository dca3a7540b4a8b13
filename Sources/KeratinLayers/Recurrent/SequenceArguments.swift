import KeratinCore

/// The arguments that all recurrent layers take beside those of their cell.
struct SequenceArguments: Sendable {
    var returnSequences = false
    var returnState = false
    var goBackwards = false
    var stateful = false
    /// Written into files; the program is a loop in any case.
    var unroll = false
    var zeroOutputForMask = false

    init(
        returnSequences: Bool = false, returnState: Bool = false, goBackwards: Bool = false,
        stateful: Bool = false, unroll: Bool = false, zeroOutputForMask: Bool = false
    ) {
        self.returnSequences = returnSequences
        self.returnState = returnState
        self.goBackwards = goBackwards
        self.stateful = stateful
        self.unroll = unroll
        self.zeroOutputForMask = zeroOutputForMask
    }

    init(from configuration: Configuration) throws {
        // Keras 2 could take time as the first axis.
        guard try !configuration.boolean("time_major", default: false) else {
            throw KeratinError(
                .unavailable, "sequences with time as their first axis (time_major) are not there",
                at: configuration.className)
        }
        func flag(_ key: String) throws -> Bool { try configuration.boolean(key, default: false) }
        self.init(
            returnSequences: try flag("return_sequences"),
            returnState: try flag("return_state"), goBackwards: try flag("go_backwards"),
            stateful: try flag("stateful"), unroll: try flag("unroll"),
            zeroOutputForMask: try flag("zero_output_for_mask"))
    }

    var config: [String: ConfigValue] {
        [
            "return_sequences": .boolean(returnSequences), "return_state": .boolean(returnState),
            "go_backwards": .boolean(goBackwards), "stateful": .boolean(stateful),
            "unroll": .boolean(unroll), "zero_output_for_mask": .boolean(zeroOutputForMask),
        ]
    }
}

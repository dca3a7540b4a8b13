/// What a pointwise kernel does with each block of elements: one vector loop after another.
struct PointwiseProgram {
    /// Elements of one block: eight registers of it are 16 KiB.
    static let blockCapacity = 512

    /// Where a value lies: memory that is walked block by block, or a scratch register.
    struct Operand {
        var base: UnsafeMutableRawPointer?
        /// Bytes from element to element in memory; the register's offset in scratch.
        var step: Int
    }

    /// A loop over the block. Operands are told by number.
    struct Step {
        var code: PointwiseCode
        var a: Int
        var b: Int
        var c: Int
        var result: Int
    }

    /// A register filled from a broadcast input.
    struct Load {
        var read: BroadcastRead
        var register: Int
    }

    /// A register filled with one number.
    struct Constant {
        var register: Int
        var size: Int
        var bits: UInt32
    }

    var operands: [Operand] = []
    var steps: [Step] = []
    var constants: [Constant] = []
    /// Filled once per task, and before every block.
    var taskLoads: [Load] = []
    var blockLoads: [Load] = []
    /// Memory that the blocks walk through, if it is more than the caches hold: the next block of it is asked for while
    /// one is computed, because many streams at once are more than the processor foresees.
    var streams: [Operand] = []
    var block = blockCapacity
    var scratchBytes = 0
    var nanosecondsPerElement = 0.0
}

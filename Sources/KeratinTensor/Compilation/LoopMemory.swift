import KeratinCore

/// Where a loop keeps its numbers: its carries live in the results' memory, its rows and its body's scratch in a
/// workspace.
struct LoopMemory {
    let scan: Scan
    let body: MemoryPlan
    /// Offsets in the workspace: the turn counter, the row's index, and the body's scratch.
    let counterOffset = 0
    let indexOffset = MemoryPlan.alignment
    let rowOffsets: [Int]
    let scratchOffset: Int
    let workspaceBytes: Int

    init(_ scan: Scan, backend: any Backend, slabBytes: Int) {
        self.scan = scan
        // The next carries and the rows are the body's results: they are copied out of its scratch memory.
        body = MemoryPlan.make(
            scan.body, results: scan.body.outputs, updates: [], backend: backend,
            slabBytes: slabBytes)
        var offset = 2 * MemoryPlan.alignment
        rowOffsets = (0..<scan.sequenceCount).map { index in
            defer {
                let bytes = scan.body.type(of: scan.body.inputs[scan.carryCount + index]).byteCount
                offset +=
                    (bytes + MemoryPlan.alignment - 1) / MemoryPlan.alignment * MemoryPlan.alignment
            }
            return offset
        }
        scratchOffset = offset
        workspaceBytes = offset + body.scratchBytes
    }
}

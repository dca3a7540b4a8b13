import KeratinCore

/// Bytes of a buffer.
struct MemoryRange {
    let buffer: any DeviceBuffer
    let bytes: Range<Int>

    init(_ slice: BufferSlice, byteCount: Int) {
        buffer = slice.buffer
        bytes = slice.byteOffset..<(slice.byteOffset + max(byteCount, 0))
    }

    func overlaps(_ other: MemoryRange) -> Bool {
        buffer === other.buffer && bytes.overlaps(other.bytes)
    }

    func contains(_ slice: BufferSlice) -> Bool {
        buffer === slice.buffer && bytes.contains(slice.byteOffset)
    }
}

/// What a launch may read and write.
///
/// Memory is shared: scratch memory is used again as soon as its value is not needed any more, and new states lie over old ones. So two
/// launches may change places, or run side by side, only if neither writes what the other reads or writes.
struct LaunchAccess {
    private(set) var reads = [MemoryRange]()
    private(set) var writes = [MemoryRange]()
    /// Whether an argument lies outside of all that is known: the launch keeps its place among all others.
    private(set) var isUnknown = false

    /// Finds the memory of each argument: of an operation's inputs, its results, or its scratch memory. Whatever a launch of an
    /// operation can reach in one of them, it is taken to touch all of it.
    init(_ arguments: [KernelArgument], _ request: LaunchRequest, scratch: [MemoryRange]) {
        let inputs = request.inputs.map { MemoryRange($0.slice, byteCount: $0.type.byteCount) }
        let targets =
            request.results.map { MemoryRange($0.slice, byteCount: $0.type.byteCount) } + scratch
        for argument in arguments {
            switch argument {
            case .buffer(let slice, _):
                let read = inputs.filter { $0.contains(slice) }
                let written = targets.filter { $0.contains(slice) }
                if read.isEmpty && written.isEmpty { isUnknown = true }
                reads += read
                writes += written
            case .memory: isUnknown = true
            case .ints, .structure, .float: break
            }
        }
    }

    /// Whether the order of the two is of account.
    func conflicts(with other: LaunchAccess) -> Bool {
        isUnknown || other.isUnknown
            || writes.contains { own in
                other.writes.contains(where: own.overlaps)
                    || other.reads.contains(where: own.overlaps)
            }
            || reads.contains { own in other.writes.contains(where: own.overlaps) }
    }
}

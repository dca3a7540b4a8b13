import COpenCL
import KeratinCore

/// Host memory through which writes go, so that the caller's memory is free at once and nobody waits
/// for the device unless it is a whole ring behind.
final class StagingRing {
    private struct Block {
        var memory: HostBlock?
        /// The write that still reads the block.
        var event: cl_event?
    }

    /// Larger writes are not copied but waited for.
    static let largestBlock = 64 << 20

    private let session: OpenCLSession
    private let isPinned: Bool
    private var blocks: [Block]
    private var next = 0

    /// - Parameter isPinned: whether the host's memory is pinned (`HostBlock`).
    init(_ session: OpenCLSession, isPinned: Bool, blockCount: Int = 8) {
        self.session = session
        self.isPinned = isPinned
        blocks = (0..<blockCount).map { _ in Block(memory: nil, event: nil) }
    }

    deinit {
        for index in blocks.indices { try? settle(index) }
    }

    func write(
        _ bytes: UnsafeRawBufferPointer, to memory: cl_mem, offset: Int
    ) throws(BackendError) {
        let driver = session.driver
        let queue = session.queue
        if bytes.count > Self.largestBlock {
            session.counters.addWait()
            try driver.call("clEnqueueWriteBuffer", "\(bytes.count) bytes") {
                driver.functions.enqueueWriteBuffer(
                    queue, memory, cl_bool(CL_TRUE), offset, bytes.count, bytes.baseAddress, 0, nil,
                    nil)
            }
            return
        }
        let (index, block) = try nextBlock(bytes.count)
        block.copyMemory(from: bytes)
        try enqueue(index, bytes.count, to: memory, offset: offset)
    }

    /// Lets `body` put the bytes into a block, so that they are not copied a second time.
    func write(
        _ byteCount: Int, to memory: cl_mem, offset: Int,
        _ body: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        if byteCount > Self.largestBlock {
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
            defer { bytes.deallocate() }
            try body(bytes)
            return try write(UnsafeRawBufferPointer(bytes), to: memory, offset: offset)
        }
        let (index, block) = try nextBlock(byteCount)
        try body(block)
        try enqueue(index, byteCount, to: memory, offset: offset)
    }

    /// A block that is free, and its first bytes.
    private func nextBlock(
        _ byteCount: Int
    ) throws(BackendError) -> (Int, UnsafeMutableRawBufferPointer) {
        let index = next
        try settle(index)
        next = (next + 1) % blocks.count
        let block: HostBlock
        if let known = blocks[index].memory, known.bytes.count >= byteCount {
            block = known
        } else {
            blocks[index].memory = nil
            block = try HostBlock(session, byteCount: max(byteCount, 4096), isPinned: isPinned)
            blocks[index].memory = block
        }
        return (index, UnsafeMutableRawBufferPointer(rebasing: block.bytes[..<byteCount]))
    }

    private func enqueue(
        _ index: Int, _ byteCount: Int, to memory: cl_mem, offset: Int
    ) throws(BackendError) {
        let driver = session.driver
        let queue = session.queue
        let staged = blocks[index].memory?.bytes.baseAddress
        var event: cl_event?
        try driver.call("clEnqueueWriteBuffer", "\(byteCount) bytes") {
            driver.functions.enqueueWriteBuffer(
                queue, memory, cl_bool(CL_FALSE), offset, byteCount, staged, 0, nil, &event)
        }
        if let event {
            driver.adopt()
            blocks[index].event = event
        }
    }

    /// Makes a block free for use: waits for the write that reads it, if that has not run yet.
    private func settle(_ index: Int) throws(BackendError) {
        guard let event = blocks[index].event else { return }
        let driver = session.driver
        blocks[index].event = nil
        defer { driver.release(driver.functions.releaseEvent, event) }
        var status: cl_int = 1
        try driver.call("clGetEventInfo") {
            driver.functions.getEventInfo(
                event, cl_uint(CL_EVENT_COMMAND_EXECUTION_STATUS), MemoryLayout<cl_int>.size,
                &status, nil)
        }
        if status == CL_COMPLETE { return }
        session.counters.addWait()
        var waited: cl_event? = event
        try driver.call("clWaitForEvents") { driver.functions.waitForEvents(1, &waited) }
    }
}

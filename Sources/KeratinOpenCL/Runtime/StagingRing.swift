import COpenCL
import KeratinCore

/// Host memory through which writes go, so that the caller's memory is free at once and nobody waits
/// for the device unless it is a whole ring behind.
final class StagingRing {
    private struct Block {
        var memory: UnsafeMutableRawBufferPointer
        /// The write that still reads the block.
        var event: cl_event?
    }

    /// Larger writes are not copied but waited for.
    static let largestBlock = 64 << 20

    private let session: OpenCLSession
    private var blocks: [Block]
    private var next = 0

    init(_ session: OpenCLSession, blockCount: Int = 8) {
        self.session = session
        blocks = (0..<blockCount).map { _ in
            Block(memory: UnsafeMutableRawBufferPointer(start: nil, count: 0), event: nil)
        }
    }

    deinit {
        for index in blocks.indices {
            try? settle(index)
            blocks[index].memory.deallocate()
        }
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
        let index = try nextBlock(bytes.count)
        blocks[index].memory.copyMemory(from: bytes)
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
        let index = try nextBlock(byteCount)
        try body(UnsafeMutableRawBufferPointer(rebasing: blocks[index].memory[..<byteCount]))
        try enqueue(index, byteCount, to: memory, offset: offset)
    }

    /// A block that is free and large enough.
    private func nextBlock(_ byteCount: Int) throws(BackendError) -> Int {
        let index = next
        try settle(index)
        next = (next + 1) % blocks.count
        if blocks[index].memory.count < byteCount {
            blocks[index].memory.deallocate()
            blocks[index].memory = .allocate(byteCount: max(byteCount, 4096), alignment: 64)
        }
        return index
    }

    private func enqueue(
        _ index: Int, _ byteCount: Int, to memory: cl_mem, offset: Int
    ) throws(BackendError) {
        let driver = session.driver
        let queue = session.queue
        let staged = blocks[index].memory.baseAddress
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

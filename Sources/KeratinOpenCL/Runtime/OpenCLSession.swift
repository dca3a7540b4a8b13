import COpenCL
import KeratinCore

/// One device with its context and its in-order queue. Buffers, programs and kernels keep it alive.
final class OpenCLSession: @unchecked Sendable {
    // The handles are immutable, and OpenCL's calls are thread-safe (but for clSetKernelArg, which is
    // called only while a plan is made).
    let driver: OpenCLDriver
    let device: OpenCLDevice
    let context: cl_context
    let queue: cl_command_queue
    let counters = BackendCounters()

    init(driver: OpenCLDriver, device: OpenCLDevice, profiling: Bool) throws(BackendError) {
        self.driver = driver
        self.device = device
        let functions = driver.functions
        let properties: [cl_context_properties] = [
            cl_context_properties(CL_CONTEXT_PLATFORM), Int(bitPattern: device.platform), 0,
        ]
        var handle: cl_device_id? = device.device
        context = try driver.create("clCreateContext", device.info.name) {
            functions.createContext(properties, 1, &handle, nil, nil, &$0)
        }
        let flags = cl_command_queue_properties(profiling ? CL_QUEUE_PROFILING_ENABLE : 0)
        do {
            queue = try driver.create("clCreateCommandQueue", device.info.name) { [context] in
                functions.createCommandQueue(context, device.device, flags, &$0)
            }
        } catch {
            driver.release(functions.releaseContext, context)
            throw error
        }
    }

    deinit {
        // Kernels that still run use buffers whose owners are gone; the queue must not outlive them.
        _ = driver.functions.finish(queue)
        driver.release(driver.functions.releaseCommandQueue, queue)
        driver.release(driver.functions.releaseContext, context)
    }

    /// Waits until everything issued has run.
    func finish(_ context: @autoclosure () -> String = "") throws(BackendError) {
        counters.addWait()
        try driver.call("clFinish", context()) { driver.functions.finish(queue) }
    }
}

/// Device memory, released with its last reference.
final class OpenCLBuffer: DeviceBuffer, @unchecked Sendable {
    // Immutable; the handle is released once, by the last reference.
    let session: OpenCLSession
    let memory: cl_mem
    let byteCount: Int

    init(_ session: OpenCLSession, byteCount: Int) throws(BackendError) {
        let info = session.device.info
        let functions = session.driver.functions
        // A buffer of no bytes is no buffer to OpenCL.
        let size = max(byteCount, 256)
        func outOfMemory(_ context: String) -> BackendError {
            .outOfMemory(
                needed: byteCount,
                available: max(info.memoryBytes - session.counters.liveBytes, 0),
                largestAllocation: info.largestAllocationBytes, context: context)
        }
        guard size <= info.largestAllocationBytes else {
            throw outOfMemory("one buffer on \(info.name)")
        }
        var failure = CL_SUCCESS
        do {
            memory = try session.driver.create("clCreateBuffer", "\(size) bytes") {
                let memory = functions.createBuffer(
                    session.context, cl_mem_flags(CL_MEM_READ_WRITE), size, nil, &$0)
                failure = $0
                return memory
            }
        } catch {
            throw OpenCLStatus.isOutOfMemory(failure)
                ? outOfMemory("clCreateBuffer on \(info.name)") : error
        }
        self.session = session
        self.byteCount = byteCount
        session.counters.addAllocation(bytes: byteCount)
    }

    /// A buffer of words, which kernels only read unless `isWritten`.
    init(
        _ session: OpenCLSession, constants: [Int32], isWritten: Bool = false
    ) throws(BackendError) {
        var words = constants.isEmpty ? [0] : constants
        let size = words.count * 4
        byteCount = size
        memory = try words.withUnsafeMutableBufferPointer { words throws(BackendError) -> cl_mem in
            let address = UnsafeMutableRawPointer(words.baseAddress)
            return try session.driver.create("clCreateBuffer", "\(size) bytes") {
                session.driver.functions.createBuffer(
                    session.context,
                    cl_mem_flags(
                        (isWritten ? CL_MEM_READ_WRITE : CL_MEM_READ_ONLY) | CL_MEM_COPY_HOST_PTR),
                    size,
                    address, &$0)
            }
        }
        self.session = session
        session.counters.addAllocation(bytes: byteCount)
    }

    /// Reads bytes once all that was issued before has run.
    func read(into bytes: UnsafeMutableRawBufferPointer, offset: Int) throws(BackendError) {
        let functions = session.driver.functions
        try session.driver.call("clEnqueueReadBuffer", "\(bytes.count) bytes") {
            functions.enqueueReadBuffer(
                session.queue, memory, cl_bool(CL_TRUE), offset, bytes.count, bytes.baseAddress, 0,
                nil, nil)
        }
    }

    deinit {
        session.driver.release(session.driver.functions.releaseMemObject, memory)
        session.counters.removeAllocation(bytes: byteCount)
    }
}

import COpenCL
import KeratinCore

/// Memory of the host that writes to a device go through.
///
/// Pinned memory stays where it is, so that a GPU fetches it by itself: 53 GB/s instead of 6 on an H200. OpenCL has it as a buffer
/// of its own that is mapped for as long as it lives. Processors have no use for that.
final class HostBlock {
    let bytes: UnsafeMutableRawBufferPointer
    private let session: OpenCLSession
    /// The buffer that is mapped; nil for ordinary memory.
    private let buffer: cl_mem?

    init(_ session: OpenCLSession, byteCount: Int, isPinned: Bool) throws(BackendError) {
        self.session = session
        guard isPinned else {
            buffer = nil
            bytes = .allocate(byteCount: byteCount, alignment: 64)
            return
        }
        let driver = session.driver
        let functions = driver.functions
        let buffer = try driver.create("clCreateBuffer", "\(byteCount) bytes of pinned memory") {
            functions.createBuffer(
                session.context, cl_mem_flags(CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR),
                byteCount, nil, &$0)
        }
        var address: UnsafeMutableRawPointer?
        do {
            try driver.call("clEnqueueMapBuffer", "\(byteCount) bytes") {
                var status = CL_SUCCESS
                address = functions.enqueueMapBuffer(
                    session.queue, buffer, cl_bool(CL_TRUE),
                    cl_map_flags(CL_MAP_READ | CL_MAP_WRITE), 0, byteCount, 0, nil, nil, &status)
                return status == CL_SUCCESS && address == nil ? CL_OUT_OF_HOST_MEMORY : status
            }
        } catch {
            driver.release(functions.releaseMemObject, buffer)
            throw error
        }
        self.buffer = buffer
        bytes = UnsafeMutableRawBufferPointer(start: address, count: byteCount)
    }

    deinit {
        guard let buffer else { return bytes.deallocate() }
        let functions = session.driver.functions
        // A failing unmapping has no remedy; the buffer goes all the same.
        _ = functions.enqueueUnmapMemObject(session.queue, buffer, bytes.baseAddress, 0, nil, nil)
        session.driver.release(functions.releaseMemObject, buffer)
    }
}

import COpenCL
import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The entry points of an OpenCL 1.2 library that the backend uses, found at run time.
///
/// The library is opened with `dlopen`, never linked: a program that contains this backend starts on
/// a machine without OpenCL and only fails when OpenCL is asked for.
struct OpenCLFunctions: @unchecked Sendable {
    // The function pointers are immutable and the library stays open for the life of the process.
    typealias Notify = @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void
    typealias ContextNotify =
        @convention(c) (
            UnsafePointer<CChar>?, UnsafeRawPointer?, Int, UnsafeMutableRawPointer?
        ) -> Void
    typealias Status = UnsafeMutablePointer<cl_int>?
    typealias Info =
        @convention(c) (
            OpaquePointer?, cl_uint, Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?
        ) -> cl_int
    typealias DeviceInfoCall =
        @convention(c) (
            OpaquePointer?, OpaquePointer?, cl_uint, Int, UnsafeMutableRawPointer?,
            UnsafeMutablePointer<Int>?
        ) -> cl_int
    typealias Release = @convention(c) (OpaquePointer?) -> cl_int
    typealias Events = UnsafePointer<cl_event?>?

    let getPlatformIDs:
        @convention(c) (
            cl_uint, UnsafeMutablePointer<cl_platform_id?>?, UnsafeMutablePointer<cl_uint>?
        ) -> cl_int
    let getPlatformInfo: Info
    let getDeviceIDs:
        @convention(c) (
            cl_platform_id?, cl_device_type, cl_uint, UnsafeMutablePointer<cl_device_id?>?,
            UnsafeMutablePointer<cl_uint>?
        ) -> cl_int
    let getDeviceInfo: Info
    let createContext:
        @convention(c) (
            UnsafePointer<cl_context_properties>?, cl_uint, UnsafePointer<cl_device_id?>?,
            ContextNotify?, UnsafeMutableRawPointer?, Status
        ) -> cl_context?
    let createCommandQueue:
        @convention(c) (cl_context?, cl_device_id?, cl_command_queue_properties, Status)
            -> cl_command_queue?
    let createBuffer:
        @convention(c) (cl_context?, cl_mem_flags, Int, UnsafeMutableRawPointer?, Status) -> cl_mem?
    let createProgramWithSource:
        @convention(c) (
            cl_context?, cl_uint, UnsafeMutablePointer<UnsafePointer<CChar>?>?,
            UnsafePointer<Int>?, Status
        ) -> cl_program?
    let createProgramWithBinary:
        @convention(c) (
            cl_context?, cl_uint, UnsafePointer<cl_device_id?>?, UnsafePointer<Int>?,
            UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<cl_int>?, Status
        ) -> cl_program?
    let buildProgram:
        @convention(c) (
            cl_program?, cl_uint, UnsafePointer<cl_device_id?>?, UnsafePointer<CChar>?, Notify?,
            UnsafeMutableRawPointer?
        ) -> cl_int
    let getProgramInfo: Info
    let getProgramBuildInfo: DeviceInfoCall
    let createKernel: @convention(c) (cl_program?, UnsafePointer<CChar>?, Status) -> cl_kernel?
    let setKernelArg: @convention(c) (cl_kernel?, cl_uint, Int, UnsafeRawPointer?) -> cl_int
    let enqueueNDRangeKernel:
        @convention(c) (
            cl_command_queue?, cl_kernel?, cl_uint, UnsafePointer<Int>?, UnsafePointer<Int>?,
            UnsafePointer<Int>?, cl_uint, Events, UnsafeMutablePointer<cl_event?>?
        ) -> cl_int
    let enqueueReadBuffer:
        @convention(c) (
            cl_command_queue?, cl_mem?, cl_bool, Int, Int, UnsafeMutableRawPointer?, cl_uint,
            Events, UnsafeMutablePointer<cl_event?>?
        ) -> cl_int
    let enqueueWriteBuffer:
        @convention(c) (
            cl_command_queue?, cl_mem?, cl_bool, Int, Int, UnsafeRawPointer?, cl_uint, Events,
            UnsafeMutablePointer<cl_event?>?
        ) -> cl_int
    let enqueueCopyBuffer:
        @convention(c) (
            cl_command_queue?, cl_mem?, cl_mem?, Int, Int, Int, cl_uint, Events,
            UnsafeMutablePointer<cl_event?>?
        ) -> cl_int
    let enqueueMapBuffer:
        @convention(c) (
            cl_command_queue?, cl_mem?, cl_bool, cl_map_flags, Int, Int, cl_uint, Events,
            UnsafeMutablePointer<cl_event?>?, Status
        ) -> UnsafeMutableRawPointer?
    let enqueueUnmapMemObject:
        @convention(c) (
            cl_command_queue?, cl_mem?, UnsafeMutableRawPointer?, cl_uint, Events,
            UnsafeMutablePointer<cl_event?>?
        ) -> cl_int
    let waitForEvents: @convention(c) (cl_uint, Events) -> cl_int
    let getEventInfo: Info
    let getEventProfilingInfo: Info
    let flush: Release
    let finish: Release
    let releaseContext: Release
    let releaseCommandQueue: Release
    let releaseMemObject: Release
    let releaseProgram: Release
    let releaseKernel: Release
    let releaseEvent: Release

    static let installHint =
        "install an OpenCL driver: the GPU vendor's, or `apt-get install pocl-opencl-icd` for the CPU"

    /// Opens the OpenCL library (`KERATIN_OPENCL_LIBRARY`, else the system's ICD loader).
    /// - Throws: `BackendError.runtimeMissing` if there is none, or if it lacks an entry point.
    static func open() throws(BackendError) -> OpenCLFunctions {
        let names =
            environment("KERATIN_OPENCL_LIBRARY").map { [$0] }
            ?? [
                "libOpenCL.so.1", "libOpenCL.so",
                "/System/Library/Frameworks/OpenCL.framework/OpenCL",
            ]
        PoCLThreads.limit(allowed: AllowedProcessors.count, online: AllowedProcessors.onlineCount)
        for name in names {
            if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) {
                // Drivers look at their folders when they are first asked for devices.
                _ = PoCLCache.prepare
                return try OpenCLFunctions(handle: handle, library: name)
            }
        }
        throw .runtimeMissing(
            "no OpenCL runtime: \(names[0]) cannot be opened; \(installHint) (and `ocl-icd-libopencl1`)"
        )
    }

    private init(handle: UnsafeMutableRawPointer, library: String) throws(BackendError) {
        func find<T>(_ name: String, _ type: T.Type = T.self) throws(BackendError) -> T {
            guard let symbol = dlsym(handle, name) else {
                throw .runtimeMissing(
                    "\(library) has no \(name): it is no OpenCL 1.2 library; \(Self.installHint)")
            }
            return unsafeBitCast(symbol, to: type)
        }
        getPlatformIDs = try find("clGetPlatformIDs")
        getPlatformInfo = try find("clGetPlatformInfo")
        getDeviceIDs = try find("clGetDeviceIDs")
        getDeviceInfo = try find("clGetDeviceInfo")
        createContext = try find("clCreateContext")
        createCommandQueue = try find("clCreateCommandQueue")
        createBuffer = try find("clCreateBuffer")
        createProgramWithSource = try find("clCreateProgramWithSource")
        createProgramWithBinary = try find("clCreateProgramWithBinary")
        buildProgram = try find("clBuildProgram")
        getProgramInfo = try find("clGetProgramInfo")
        getProgramBuildInfo = try find("clGetProgramBuildInfo")
        createKernel = try find("clCreateKernel")
        setKernelArg = try find("clSetKernelArg")
        enqueueNDRangeKernel = try find("clEnqueueNDRangeKernel")
        enqueueReadBuffer = try find("clEnqueueReadBuffer")
        enqueueWriteBuffer = try find("clEnqueueWriteBuffer")
        enqueueCopyBuffer = try find("clEnqueueCopyBuffer")
        enqueueMapBuffer = try find("clEnqueueMapBuffer")
        enqueueUnmapMemObject = try find("clEnqueueUnmapMemObject")
        waitForEvents = try find("clWaitForEvents")
        getEventInfo = try find("clGetEventInfo")
        getEventProfilingInfo = try find("clGetEventProfilingInfo")
        flush = try find("clFlush")
        finish = try find("clFinish")
        releaseContext = try find("clReleaseContext")
        releaseCommandQueue = try find("clReleaseCommandQueue")
        releaseMemObject = try find("clReleaseMemObject")
        releaseProgram = try find("clReleaseProgram")
        releaseKernel = try find("clReleaseKernel")
        releaseEvent = try find("clReleaseEvent")
    }
}

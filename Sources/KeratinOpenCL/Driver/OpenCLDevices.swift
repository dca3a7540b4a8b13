import COpenCL
import KeratinCore

/// A device of a platform with what kernels need to know of it.
package struct OpenCLDevice: @unchecked Sendable {
    // The handles belong to the OpenCL library and are never released.
    let platform: cl_platform_id
    let device: cl_device_id
    /// Its place in the list of all devices.
    package let index: Int
    package let info: DeviceInfo
    package let localMemoryBytes: Int
    package let workGroupLimit: Int
    /// The highest clock; 0 if the driver does not say.
    package let clockMegahertz: Int
    /// Floats in a native vector.
    package let vectorWidth: Int
    package let extensions: String
    /// Who made it, a PCI or Khronos number.
    package let vendorNumber: Int
    /// Work-items that run in step, and registers of a group; nil if the driver does not say.
    package let subgroupWidth: Int?
    package let groupRegisters: Int?
    /// "OpenCL C 1.2 …".
    package let languageVersion: String
}

extension OpenCLDriver {
    /// All devices of all platforms, in the loader's order.
    /// - Throws: `BackendError.runtimeMissing` if no driver is installed; `.noDevice` if none of the drivers has a device,
    ///   with what they say.
    package func devices() throws(BackendError) -> [OpenCLDevice] {
        var count: cl_uint = 0
        do {
            try call("clGetPlatformIDs") { functions.getPlatformIDs(0, nil, &count) }
        } catch {
            if case .callFailed(_, OpenCLStatus.name(OpenCLStatus.platformNotFound), _) = error {
                throw .runtimeMissing(
                    "no OpenCL platform: \(OpenCLFunctions.installHint)")
            }
            throw error
        }
        guard count > 0 else {
            throw .runtimeMissing("no OpenCL platform: \(OpenCLFunctions.installHint)")
        }
        var platforms = [cl_platform_id?](repeating: nil, count: Int(count))
        try call("clGetPlatformIDs") { functions.getPlatformIDs(count, &platforms, nil) }
        var result = [OpenCLDevice]()
        for case let platform? in platforms {
            for device in try devices(of: platform) {
                result.append(try describe(platform, device, index: result.count))
            }
        }
        if result.isEmpty { throw noDevice(platforms.compactMap { $0 }) }
        return result
    }

    /// The error for drivers that are there, but have no device.
    private func noDevice(_ platforms: [cl_platform_id]) -> BackendError {
        let reasons = platforms.map { platform in
            let name =
                (try? bytes("clGetPlatformInfo") {
                    functions.getPlatformInfo(platform, cl_uint(CL_PLATFORM_NAME), $0, $1, $2)
                }).map(text) ?? "a platform"
            var status = CL_DEVICE_NOT_FOUND
            let message = DriverMessages.of {
                var count: cl_uint = 0
                status = functions.getDeviceIDs(
                    platform, cl_device_type(CL_DEVICE_TYPE_ALL), 0, nil, &count)
            }
            return "\(name) answers \(OpenCLStatus.name(status))"
                + (message.map { " and says: \($0)" } ?? "")
        }
        return .noDevice(
            "OpenCL has drivers, but no device: \(reasons.joined(separator: "; ")). Without a GPU, "
                + "\(OpenCLFunctions.installHint)")
    }

    private func devices(of platform: cl_platform_id) throws(BackendError) -> [cl_device_id] {
        var count: cl_uint = 0
        let all = cl_device_type(CL_DEVICE_TYPE_ALL)
        do {
            try call("clGetDeviceIDs") { functions.getDeviceIDs(platform, all, 0, nil, &count) }
        } catch {
            // A platform without a device of its own (Mesa without a GPU) is no error.
            if case .callFailed(_, OpenCLStatus.name(CL_DEVICE_NOT_FOUND), _) = error { return [] }
            throw error
        }
        var devices = [cl_device_id?](repeating: nil, count: Int(count))
        if count > 0 {
            try call("clGetDeviceIDs") {
                functions.getDeviceIDs(platform, all, count, &devices, nil)
            }
        }
        return devices.compactMap { $0 }
    }

    private func describe(
        _ platform: cl_platform_id, _ device: cl_device_id, index: Int
    ) throws(BackendError) -> OpenCLDevice {
        func ask(_ parameter: Int32) throws(BackendError) -> [UInt8] {
            try bytes("clGetDeviceInfo") {
                functions.getDeviceInfo(device, cl_uint(parameter), $0, $1, $2)
            }
        }
        func askPlatform(_ parameter: Int32) throws(BackendError) -> String {
            text(
                try bytes("clGetPlatformInfo") {
                    functions.getPlatformInfo(platform, cl_uint(parameter), $0, $1, $2)
                })
        }
        // What a vendor's extension tells besides (cl_nv_device_attribute_query, cl_amd_device_attribute_query).
        let extensions = text(try ask(CL_DEVICE_EXTENSIONS))
        func vendors(_ parameters: [String: Int32]) -> Int? {
            let asked = parameters.first {
                extensions.contains("cl_\($0.key)_device_attribute_query")
            }
            return asked.flatMap { try? integer(ask($0.value)) }
        }
        let type = integer(try ask(CL_DEVICE_TYPE))
        let kind: DeviceInfo.Kind =
            type & 4 != 0 ? .gpu : type & 2 != 0 ? .cpu : .accelerator
        let name = text(try ask(CL_DEVICE_NAME))
        let info = DeviceInfo(
            name: name, kind: kind,
            platform:
                "\(try askPlatform(CL_PLATFORM_NAME)), \(try askPlatform(CL_PLATFORM_VERSION))",
            driver: text(try ask(CL_DRIVER_VERSION)),
            computeUnits: integer(try ask(CL_DEVICE_MAX_COMPUTE_UNITS)),
            memoryBytes: integer(try ask(CL_DEVICE_GLOBAL_MEM_SIZE)),
            largestAllocationBytes: integer(try ask(CL_DEVICE_MAX_MEM_ALLOC_SIZE)))
        return OpenCLDevice(
            platform: platform, device: device, index: index, info: info,
            localMemoryBytes: integer(try ask(CL_DEVICE_LOCAL_MEM_SIZE)),
            workGroupLimit: integer(try ask(CL_DEVICE_MAX_WORK_GROUP_SIZE)),
            clockMegahertz: integer(try ask(CL_DEVICE_MAX_CLOCK_FREQUENCY)),
            vectorWidth: integer(try ask(CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT)),
            extensions: extensions,
            vendorNumber: integer(try ask(CL_DEVICE_VENDOR_ID)),
            subgroupWidth: vendors(["nv": 0x4003, "amd": 0x4043]),
            groupRegisters: vendors(["nv": 0x4002]),
            languageVersion: text(try ask(CL_DEVICE_OPENCL_C_VERSION)))
    }
}

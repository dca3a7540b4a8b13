import COpenCL
import KeratinCore

/// Every call into OpenCL goes through here: it is counted, may be made to fail by a test, and its
/// status becomes a typed error. Objects that are created and released are counted too.
package final class OpenCLDriver: Sendable {
    let functions: OpenCLFunctions
    private let faults: FaultInjector?
    /// Contexts, queues, buffers, programs, kernels and events that are alive.
    package let liveObjects = LiveObjects()

    /// Opens the system's OpenCL library.
    /// - Throws: `BackendError.runtimeMissing`.
    package init(faults: FaultInjector? = nil) throws(BackendError) {
        functions = try OpenCLFunctions.open()
        self.faults = faults
    }

    /// Makes a call that returns a status.
    @inline(__always)
    func call(
        _ name: StaticString, _ context: @autoclosure () -> String = "", _ body: () -> cl_int
    ) throws(BackendError) {
        let status = faults?.next() ?? body()
        if status != CL_SUCCESS {
            throw Self.error(name, status, context())
        }
    }

    /// Makes a call that creates an object and stores its status.
    func create(
        _ name: StaticString, _ context: @autoclosure () -> String = "",
        _ body: (inout cl_int) -> OpaquePointer?
    ) throws(BackendError) -> OpaquePointer {
        var status = CL_SUCCESS
        if let injected = faults?.next() { throw Self.error(name, injected, context()) }
        guard let object = body(&status), status == CL_SUCCESS else {
            throw Self.error(name, status == CL_SUCCESS ? CL_OUT_OF_HOST_MEMORY : status, context())
        }
        liveObjects.add()
        return object
    }

    /// Counts an object that a call created besides its main effect (an event).
    func adopt() { liveObjects.add() }

    /// Releases an object. A failing release has no remedy, so its status is not looked at.
    func release(_ function: OpenCLFunctions.Release, _ object: OpaquePointer) {
        _ = function(object)
        liveObjects.remove()
    }

    static func error(_ name: StaticString, _ status: cl_int, _ context: String) -> BackendError {
        .callFailed(call: "\(name)", status: OpenCLStatus.name(status), context: context)
    }

    // MARK: Queries

    /// The bytes of an information query.
    func bytes(
        _ name: StaticString,
        _ query: (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> cl_int
    ) throws(BackendError) -> [UInt8] {
        var size = 0
        try call(name) { query(0, nil, &size) }
        var bytes = [UInt8](repeating: 0, count: size)
        if size > 0 {
            try call(name) { bytes.withUnsafeMutableBytes { query(size, $0.baseAddress, nil) } }
        }
        return bytes
    }

    /// A text answer, without its final zero.
    func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// An integer answer of 1 to 8 little-endian bytes.
    func integer(_ bytes: [UInt8]) -> Int {
        var value: UInt64 = 0
        for (index, byte) in bytes.prefix(8).enumerated() { value |= UInt64(byte) << (8 * index) }
        return Int(clamping: value)
    }
}

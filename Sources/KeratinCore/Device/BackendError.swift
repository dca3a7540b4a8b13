/// What can go wrong between the engine and a device.
public enum BackendError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The runtime library is missing; the text says how to install one.
    case runtimeMissing(String)
    /// No device fits the request; the text lists what there is.
    case noDevice(String)
    /// A kernel program does not build; `log` is the compiler's own text.
    case buildFailed(program: String, log: String)
    /// A call into the device's runtime failed.
    case callFailed(call: String, status: String, context: String)
    /// Bytes: what is needed, what the device has (free, if it can tell), its largest allocation.
    case outOfMemory(needed: Int, available: Int, largestAllocation: Int, context: String)
    /// The backend cannot run this.
    case unsupported(String)
    case invalidArgument(String)

    public var description: String {
        switch self {
        case .runtimeMissing(let text), .noDevice(let text), .unsupported(let text),
            .invalidArgument(let text):
            return text
        case .buildFailed(let program, let log):
            return "kernel program '\(program)' does not build:\n\(log)"
        case .callFailed(let call, let status, let context):
            return "\(call) failed with \(status)" + (context.isEmpty ? "" : " (\(context))")
        case .outOfMemory(let needed, let available, let largest, let context):
            return
                "out of memory: needs \(Self.megabytes(needed)), has \(Self.megabytes(available))"
                + " (largest single allocation \(Self.megabytes(largest)))"
                + (context.isEmpty ? "" : ": \(context)")
        }
    }

    private static func megabytes(_ bytes: Int) -> String {
        bytes < 1 << 20 ? "\(bytes) bytes" : "\(bytes >> 20) MiB"
    }
}

import CKeratinKernels
import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The text of the kernel files: from the binary, or from the folder that `KERATIN_KERNEL_PATH` names.
package enum KernelSources {
    /// The files' text, one after the other.
    /// - Throws: `BackendError.invalidArgument` if a file cannot be read.
    static func text(_ paths: [String]) throws(BackendError) -> String {
        var result = ""
        for path in paths { result += try text(path) + "\n" }
        return result
    }

    private static var embedded: UnsafeBufferPointer<KeratinKernelSource> {
        var count = 0
        let sources = keratinKernelSources(&count)
        return UnsafeBufferPointer(start: sources, count: count)
    }

    private static func text(_ path: String) throws(BackendError) -> String {
        if let folder = environment("KERATIN_KERNEL_PATH") {
            guard let bytes = readFile("\(folder)/\(path)") else {
                throw .invalidArgument(
                    "KERATIN_KERNEL_PATH is \(folder), but \(folder)/\(path) cannot be read")
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        for source in embedded where String(cString: source.path) == path {
            return String(
                decoding: UnsafeBufferPointer(start: source.text, count: source.length),
                as: UTF8.self)
        }
        throw .invalidArgument("the binary holds no kernel file \(path)")
    }
}

/// The bytes of a file; nil if it cannot be read.
func readFile(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8]()
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&block, 1, block.count, file)
        bytes += block[0..<count]
        if count < block.count { return ferror(file) == 0 ? bytes : nil }
    }
}

import CZip
import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The entry points of libzip that are used, found at run time: the library brings OpenSSL's with it, which programs that read
/// no archive need not wait for.
struct ZipFunctions: @unchecked Sendable {
    // The function pointers are immutable and the library stays open for the life of the process.
    let createBuffer:
        @convention(c) (
            UnsafeRawPointer?, zip_uint64_t, Int32, UnsafeMutablePointer<zip_error_t>?
        ) -> OpaquePointer?
    let createFile:
        @convention(c) (
            UnsafePointer<CChar>?, zip_uint64_t, zip_int64_t, UnsafeMutablePointer<zip_error_t>?
        ) -> OpaquePointer?
    let addBuffer:
        @convention(c) (OpaquePointer?, UnsafeRawPointer?, zip_uint64_t, Int32) -> OpaquePointer?
    let keepSource: @convention(c) (OpaquePointer?) -> Void
    let freeSource: @convention(c) (OpaquePointer?) -> Void
    let open:
        @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<zip_error_t>?) -> OpaquePointer?
    let discard: @convention(c) (OpaquePointer?) -> Void
    let close: @convention(c) (OpaquePointer?) -> Int32
    let entryCount: @convention(c) (OpaquePointer?, zip_flags_t) -> zip_int64_t
    let status:
        @convention(c) (
            OpaquePointer?, zip_uint64_t, zip_flags_t, UnsafeMutablePointer<zip_stat_t>?
        ) -> Int32
    let openEntry: @convention(c) (OpaquePointer?, zip_uint64_t, zip_flags_t) -> OpaquePointer?
    let readEntry:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, zip_uint64_t) -> zip_int64_t
    let closeEntry: @convention(c) (OpaquePointer?) -> Int32
    let addEntry:
        @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, OpaquePointer?, zip_flags_t)
            -> zip_int64_t
    let setCompression: @convention(c) (OpaquePointer?, zip_uint64_t, Int32, UInt32) -> Int32
    let setTime: @convention(c) (OpaquePointer?, zip_uint64_t, UInt16, UInt16, zip_flags_t) -> Int32
    let archiveMessage: @convention(c) (OpaquePointer?) -> UnsafePointer<CChar>?
    let initializeError: @convention(c) (UnsafeMutablePointer<zip_error_t>?) -> Void
    let errorMessage: @convention(c) (UnsafeMutablePointer<zip_error_t>?) -> UnsafePointer<CChar>?
    let finishError: @convention(c) (UnsafeMutablePointer<zip_error_t>?) -> Void
    let openSource: @convention(c) (OpaquePointer?) -> Int32
    let readSource:
        @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, zip_uint64_t) -> zip_int64_t
    let closeSource: @convention(c) (OpaquePointer?) -> Int32

    /// Opened once; the error of a missing library comes each time.
    static let shared = Result { try load() }

    private static func load() throws -> ZipFunctions {
        let names = ["libzip.so.4", "libzip.so.5", "libzip.so"]
        guard let library = names.lazy.compactMap({ dlopen($0, RTLD_LAZY | RTLD_LOCAL) }).first
        else {
            throw KeratinError(
                .file, "the zip library is not installed (Debian: apt-get install libzip-dev)")
        }
        func find<Function>(_ name: String) throws -> Function {
            guard let symbol = dlsym(library, name) else {
                throw KeratinError(.file, "the installed zip library has no \(name)")
            }
            return unsafeBitCast(symbol, to: Function.self)
        }
        return try ZipFunctions(
            createBuffer: find("zip_source_buffer_create"),
            createFile: find("zip_source_file_create"), addBuffer: find("zip_source_buffer"),
            keepSource: find("zip_source_keep"), freeSource: find("zip_source_free"),
            open: find("zip_open_from_source"), discard: find("zip_discard"),
            close: find("zip_close"), entryCount: find("zip_get_num_entries"),
            status: find("zip_stat_index"), openEntry: find("zip_fopen_index"),
            readEntry: find("zip_fread"), closeEntry: find("zip_fclose"),
            addEntry: find("zip_file_add"), setCompression: find("zip_set_file_compression"),
            setTime: find("zip_file_set_dostime"), archiveMessage: find("zip_strerror"),
            initializeError: find("zip_error_init"), errorMessage: find("zip_error_strerror"),
            finishError: find("zip_error_fini"), openSource: find("zip_source_open"),
            readSource: find("zip_source_read"), closeSource: find("zip_source_close"))
    }
}

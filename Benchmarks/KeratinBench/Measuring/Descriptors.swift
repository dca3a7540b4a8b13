#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A descriptor that writes to a file; negative if there is none.
func openForWriting(_ path: String) -> Int32 { open(path, O_WRONLY | O_TRUNC) }

func closeFile(_ descriptor: Int32) { close(descriptor) }

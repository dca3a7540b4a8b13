/// Where an HDF5 file is read from.
package enum HDF5Source: Sendable {
    /// Bytes in memory.
    case bytes([UInt8])
    /// A file on disk, of which no more is in memory than is being read.
    case file(String)
    /// A part of a file on disk, such as a member of an archive; read like a file.
    case part(FilePart)
}

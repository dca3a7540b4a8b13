import KeratinCore
import KeratinTensor

/// Arrays in files of the formats that their names' ends tell: `.npy`, `.npz` with one array, `.csv`.
extension NDArray {
    /// Writes the array; the end of the name decides the format. What stood there before stays whole if anything fails.
    ///
    /// `.npy` keeps shape and type, `.npz` too, as NumPy's "arr_0"; `.csv` is for arrays [rows] and [rows, columns], and holds no
    /// names of columns (`Table` writes them).
    /// - Throws: `KeratinError` for a name with another end, a shape that does not fit, or a file that cannot be written.
    public func save(_ path: String) throws {
        try FileAccess.write(ArrayFormat(path: path).encode(self), to: path)
    }

    /// The array in a file of `save`, of NumPy, or of comma-separated numbers; see `init(csv:)`.
    /// - Throws: `KeratinError` for a name with another end, an archive that holds not one array, or a file that cannot be read.
    public static func load(_ path: String) throws -> NDArray { try NDArray(contentsOf: path) }

    /// The array in a file; the same as `load`.
    /// - Throws: `KeratinError` for a name with another end, an archive that holds not one array, or a file that cannot be read.
    public init(contentsOf path: String) throws {
        let format = try ArrayFormat(path: path)
        try self.init(bytes: FileAccess.read(path), format, at: path)
    }

    /// The array in an NPY file, whatever its name; see `init(npy:)` of bytes for its types.
    /// - Throws: `KeratinError` (`file`) that names the file and what is wrong with it.
    public init(npy path: String) throws {
        try self.init(bytes: FileAccess.read(path), .npy, at: path)
    }

    /// The numbers in a file of comma-separated values as an array [rows, columns]: int32 if all are whole, else float32. A first
    /// row with texts and no number holds the columns' names and is passed over; fields in which something is missing are NaN.
    /// - Throws: `KeratinError` that names the file and the line, also for texts, which `Table` takes as labels.
    public init(csv path: String, separator: Character = ",") throws {
        self = try Table(
            csvBytes: FileAccess.read(path), at: path, separator: separator, onlyNumbers: true
        ).tensor()
    }

    package init(bytes: [UInt8], _ format: ArrayFormat, at place: String) throws {
        do {
            self = try format.decode(bytes, at: place)
        } catch let error as KeratinError {
            throw error.located(at: place)
        }
    }
}

/// The formats of files with one array.
package enum ArrayFormat: String, CaseIterable, Sendable {
    case npy, npz, csv

    /// By the end of a file's name.
    /// - Throws: `KeratinError` for any other.
    package init(path: String) throws {
        guard let format = Self.allCases.first(where: { path.lowercased().hasSuffix(".\($0)") })
        else {
            let known = Self.allCases.map { ".\($0)" }.joined(separator: ", ")
            throw KeratinError(
                .invalidArgument, "files of arrays end in \(known), got the name '\(path)'")
        }
        self = format
    }

    /// By the first bytes: what is neither NPY nor NPZ is text.
    package init(recognizing bytes: [UInt8]) {
        self = bytes.first == 0x93 ? .npy : Zip.recognizes(bytes) ? .npz : .csv
    }

    /// The name that NumPy gives to an array that has none.
    private static let onlyName = "arr_0"

    package func encode(_ array: NDArray) throws -> [UInt8] {
        switch self {
        case .npy: return try array.npy()
        case .npz: return try NPZ([(Self.onlyName, array)]).bytes()
        case .csv:
            return Array(try CSV.text(Table(array).numberRows, separator: ",").utf8)
        }
    }

    fileprivate func decode(_ bytes: [UInt8], at place: String) throws -> NDArray {
        switch self {
        case .npy: return try NDArray(npy: bytes)
        case .npz:
            let archive = try NPZ(bytes: bytes)
            guard archive.names.count == 1 else {
                throw KeratinError(
                    .invalidData,
                    "holds \(archive.names.count) arrays (\(archive.names.joined(separator: ", "))), not one: NPZ(file:) gives each by its name"
                )
            }
            return try archive.array(archive.names[0])
        case .csv:
            return try Table(csvBytes: bytes, at: place, onlyNumbers: true).tensor()
        }
    }
}

extension Table {
    /// Rows of fields in which what is not there says so.
    fileprivate var numberRows: [[String]] {
        let texts = columns.map(\.texts)
        return (0..<rowCount).map { row in texts.map { $0[row] ?? "nan" } }
    }
}

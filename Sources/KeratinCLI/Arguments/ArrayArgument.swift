import ArgumentParser
import Keratin
import KeratinIO
import KeratinLayers
import Synchronization

import func KeratinCore.warn

/// An array in a file for one input or output of a model: `x.npy`, or `NAME=x.npy`; `-` is standard input or output.
struct ArrayArgument: ExpressibleByArgument {
    let name: String?
    let path: String

    init?(argument: String) {
        // A path with an equals sign needs a slash or a dot before it.
        if let sign = argument.firstIndex(of: "="),
            argument[..<sign].allSatisfy({ $0 != "/" && $0 != "." }), sign > argument.startIndex
        {
            name = String(argument[..<sign])
            path = String(argument[argument.index(after: sign)...])
        } else {
            name = nil
            path = argument
        }
    }

    static var defaultCompletionKind: CompletionKind {
        .file(extensions: ArrayFormat.allCases.map(\.rawValue))
    }

    /// Whether it stands for standard input or output.
    var isStandard: Bool { path == "-" }

    /// The arrays for a model's inputs or outputs: in the model's order, or by name.
    /// - Throws: `KeratinError` if some have names and some have not, or a name comes twice.
    static func arrays(_ arguments: [ArrayArgument], _ option: String) throws -> PerOutput<NDArray>
    {
        let names = arguments.compactMap(\.name)
        guard names.isEmpty || names.count == arguments.count && Set(names).count == names.count
        else {
            throw KeratinError(
                .invalidArgument,
                "\(option): either each array has a name of its own (NAME=x.npy), or none has")
        }
        let files = try arguments.map { try $0.read() }
        if names.isEmpty { return files.count == 1 ? .one(files[0]) : .list(files) }
        return .named(Dictionary(uniqueKeysWithValues: zip(names, files)))
    }

    /// The array in the file; on standard input its first bytes tell the format.
    func read() throws -> NDArray {
        let array: NDArray
        let format: ArrayFormat
        if isStandard {
            let bytes = try Self.standardInput()
            format = ArrayFormat(recognizing: bytes)
            array = try NDArray(bytes: bytes, format, at: "standard input")
        } else {
            format = try ArrayFormat(path: path)
            array = try NDArray(contentsOf: path)
        }
        if format == .csv {
            let missing = try array.floats().count { $0.isNaN }
            if missing > 0 { warn("\(path): \(missing) fields are missing and count as NaN") }
        }
        return array
    }

    private static let hasReadStandardInput = Atomic<Bool>(false)

    private static func standardInput() throws -> [UInt8] {
        if hasReadStandardInput.exchange(true, ordering: .relaxed) {
            throw KeratinError(
                .invalidArgument, "- stands for standard input, which only one array can come from")
        }
        return try FileAccess.readStandardInput()
    }

    /// Writes an array to the file, or as comma-separated values to standard output.
    func write(_ array: NDArray) throws {
        guard isStandard else { return try array.save(path) }
        print(String(decoding: try ArrayFormat.csv.encode(array), as: UTF8.self), terminator: "")
    }
}

import ArgumentParser
import Keratin
import KeratinTensor

/// Where a command runs.
struct BackendOptions: ParsableArguments {
    @Option(help: "cpu or opencl. Default: as for a program (see keratin devices).")
    var backend: String?

    func run(_ body: () throws -> Void) throws {
        guard let backend else { return try body() }
        try withBackend(BackendChoice(backend), body)
    }
}

/// An array in a file for one input or output of a model: `x.npy`, or `NAME=x.npy`.
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
        let files = try arguments.map { try NDArray(npyFile: $0.path) }
        if names.isEmpty { return files.count == 1 ? .one(files[0]) : .list(files) }
        return .named(Dictionary(uniqueKeysWithValues: zip(names, files)))
    }
}

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

    /// The arrays for a model's only input.
    /// - Throws: `KeratinError` if there is not one, or its name is not that of the input.
    static func single(_ arguments: [ArrayArgument], of model: Model) throws -> NDArray {
        guard arguments.count == 1, let argument = arguments.first else {
            throw KeratinError(
                .invalidArgument, "the model has 1 input, got \(arguments.count)", at: model.name)
        }
        if let name = argument.name, let input = (model as? Sequential)?.input, input.name != name {
            throw KeratinError(
                .invalidArgument, "the model's input is '\(input.name)', got '\(name)'",
                at: model.name)
        }
        return try NDArray(npyFile: argument.path)
    }
}

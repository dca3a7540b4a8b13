import ArgumentParser
import Keratin
import KeratinIO

/// What may happen to files.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Let an output take the place of a file that is read.")
    var overwrite = false

    /// Finds out before the work whether its results could be written, and what they would replace.
    /// - Throws: `KeratinError` if an output is an input and `--overwrite` is not said, if two outputs are one file, or if one
    ///   cannot be written.
    func check(outputs: [String], inputs: [String]) throws {
        let outputs = outputs.filter { $0 != "-" }
        for (index, output) in outputs.enumerated() {
            try FileAccess.requireWritable(output)
            if let other = try outputs[..<index].first(where: { try FileAccess.isSame($0, output) })
            {
                throw KeratinError(
                    .invalidArgument, "is one file with '\(other)', to which another output goes",
                    at: output)
            }
            guard !overwrite else { continue }
            if let input = try inputs.first(where: {
                try $0 != "-" && FileAccess.isSame($0, output)
            }) {
                let same =
                    input == output ? "is read too" : "is one file with '\(input)', which is read"
                throw KeratinError(
                    .invalidArgument, "\(same): choose another name, or say --overwrite", at: output
                )
            }
        }
    }
}

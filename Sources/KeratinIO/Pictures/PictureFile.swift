import KeratinCore

/// A file of a picture: SVG, which is written here, or what a program of the system makes of it.
package struct PictureFile {
    /// By the end of the file's name.
    enum Format: String, CaseIterable {
        case svg, png, pdf
    }

    private let path: String
    private let format: Format
    private let converter: Converter?

    /// Finds out before the work whether the picture could be written.
    /// - Throws: `KeratinError`: `invalidArgument` for a name with another end, `file` if the file cannot be written,
    ///   `unavailable` if there is no program that makes its format of SVG.
    package init(_ path: String) throws {
        self.path = path
        format = try Self.format(of: path, among: Format.allCases)
        try FileAccess.requireWritable(path)
        guard format != .svg else {
            converter = nil
            return
        }
        guard let converter = Converter.all.first(where: { ChildProgram(named: $0.name) != nil })
        else {
            throw KeratinError(
                .unavailable,
                "a .\(format.rawValue) file needs a program that makes it of SVG, and there is none of "
                    + Converter.all.map(\.name).joined(separator: ", ")
                    + ": install one (Debian: librsvg2-bin), or write a .svg file", at: path)
        }
        self.converter = converter
    }

    /// Writes the picture whole or not at all.
    /// - Throws: `KeratinError` (`file`).
    package func write(svg: String) throws {
        let text = Array(svg.utf8)
        guard let converter, let program = ChildProgram(named: converter.name) else {
            return try FileAccess.write(text, to: path)
        }
        let bytes = try program.run(converter.arguments(format), input: text)
        try Self.require(bytes, format, from: program)
        try FileAccess.write(bytes, to: path)
    }

    /// The format that the end of a name says, in small letters or large ones.
    /// - Throws: `KeratinError` (`invalidArgument`) for any other.
    static func format<Value: RawRepresentable<String>>(
        of path: String, among formats: [Value]
    ) throws -> Value {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let end = name.contains(".") ? name.split(separator: ".").last.map(String.init) ?? "" : ""
        guard let format = formats.first(where: { $0.rawValue == end.lowercased() }) else {
            let ends = formats.map { "." + $0.rawValue }.joined(separator: ", ")
            throw KeratinError(
                .invalidArgument, "pictures are written as \(ends), got the name '\(path)'")
        }
        return format
    }

    /// A program that says that all is well and gives no picture has failed.
    static func require(_ bytes: [UInt8], _ format: Format, from program: ChildProgram) throws {
        let beginnings: [Format: [String]] = [
            .png: ["\u{89}PNG"], .pdf: ["%PDF"], .svg: ["<?xml", "<svg"],
        ]
        let isRight = (beginnings[format] ?? []).contains { beginning in
            bytes.starts(with: beginning.unicodeScalars.map { UInt8($0.value) })
        }
        guard isRight else {
            throw KeratinError(
                .file,
                "gave no \(format.rawValue.uppercased()) picture (\(bytes.count) bytes)",
                at: program.path)
        }
    }
}

/// A program that makes other formats of SVG, from standard input to standard output.
private struct Converter: Sendable {
    let name: String
    let arguments: @Sendable (PictureFile.Format) -> [String]

    /// The first that is there is taken. Pictures of dots have two for each pixel, so that letters are sharp.
    static let all = [
        Converter(name: "rsvg-convert") {
            ["--format", $0.rawValue] + ($0 == .png ? ["--zoom", "2"] : [])
        },
        Converter(name: "inkscape") {
            ["--pipe", "--export-type=\($0.rawValue)", "--export-filename=-"]
                + ($0 == .png ? ["--export-dpi=192"] : [])
        },
    ]
}

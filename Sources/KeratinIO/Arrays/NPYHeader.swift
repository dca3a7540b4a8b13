import KeratinCore

/// What the header of an NPY file says about the array behind it.
///
/// The format is NumPy's (`numpy.lib.format`): a Python dictionary with the keys `descr`, `fortran_order` and `shape`,
/// padded with spaces and ended by a line feed.
struct NPYHeader: Hashable {
    var type: ElementType
    var isBigEndian = false
    var isFortranOrder = false
    var shape: [Int]

    /// NumPy's own limit.
    static let largestRank = 64

    private static let types: [String: ElementType] = [
        "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32,
        "i8": .int64, "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
    ]

    init(type: ElementType, shape: [Int]) {
        self.type = type
        self.shape = shape
    }

    /// - Throws: `KeratinError` for anything but the three keys with values of the right kind.
    init(text: some Collection<UInt8>) throws {
        var literal = PythonLiteral(text)
        var descr: String?
        var fortranOrder: Bool?
        var shape: [Int]?
        try literal.expect("{")
        while !literal.take("}") {
            let key = try literal.string()
            try literal.expect(":")
            switch key {
            case "descr" where descr == nil:
                guard literal.next != "[" else {
                    throw KeratinError(
                        .file, "holds records with named fields; only plain numbers can be read")
                }
                descr = try literal.string()
            case "fortran_order" where fortranOrder == nil: fortranOrder = try literal.boolean()
            case "shape" where shape == nil: shape = try literal.tuple()
            default: throw KeratinError(.file, "has the unexpected or repeated key '\(key)'")
            }
            if !literal.take(",") {
                try literal.expect("}")
                break
            }
        }
        try literal.end()
        guard let descr, let fortranOrder, let shape else {
            throw KeratinError(.file, "lacks one of the keys descr, fortran_order and shape")
        }
        guard let type = Self.types[String(descr.dropFirst())],
            let order = descr.first, "<>=|".contains(order)
        else { throw Self.unknownType(descr) }
        self.type = type
        self.shape = shape
        isBigEndian = order == ">"
        isFortranOrder = fortranOrder
    }

    private static func unknownType(_ descr: String) -> KeratinError {
        let kind =
            switch descr.dropFirst().first {
            case "O": "Python objects, which Keratin does not unpickle"
            case "U", "S", "a": "text"
            case "c": "complex numbers"
            case "M", "m": "dates"
            default: "elements of an unknown type"
            }
        return KeratinError(
            .file,
            "has the type '\(descr)', \(kind); expected bool, float16, float32, float64 or integers of 8 to 64 bits"
        )
    }

    /// The dictionary as NumPy writes it.
    var text: String {
        let name = Self.types.first { $0.value == type }?.key ?? ""
        let order = type.byteCount == 1 ? "|" : isBigEndian ? ">" : "<"
        let extents = shape.map(String.init).joined(separator: ", ")
        return
            "{'descr': '\(order)\(name)', 'fortran_order': \(isFortranOrder ? "True" : "False"), "
            + "'shape': (\(extents)\(shape.count == 1 ? "," : "")), }"
    }
}

/// Reads the few kinds of Python literals that NPY headers consist of, from left to right.
private struct PythonLiteral {
    private var rest: [Unicode.Scalar].SubSequence
    init(_ text: some Collection<UInt8>) {
        rest = Array(String(decoding: text, as: UTF8.self).unicodeScalars)[...]
    }

    /// The next character that is no space.
    var next: Unicode.Scalar? {
        mutating get {
            rest = rest.drop { " \t\n\r".unicodeScalars.contains($0) }
            return rest.first
        }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == character else { return false }
        rest.removeFirst()
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws {
        guard take(character) else { throw unexpected("'\(character)'") }
    }

    /// Nothing but spaces may be left.
    mutating func end() throws {
        guard next == nil else { throw unexpected("the end") }
    }

    mutating func string() throws -> String {
        guard let quote = next, quote == "'" || quote == "\"" else {
            throw unexpected("a quoted string")
        }
        rest.removeFirst()
        let text = rest.prefix { $0 != quote && $0 != "\\" && $0 != "\n" }
        rest = rest.dropFirst(text.count)
        try expect(quote)
        return String(String.UnicodeScalarView(text))
    }

    mutating func boolean() throws -> Bool {
        for (word, value) in [("True", true), ("False", false)]
        where next != nil && rest.starts(with: word.unicodeScalars) {
            rest = rest.dropFirst(word.count)
            return value
        }
        throw unexpected("True or False")
    }

    /// A tuple of whole numbers that are not negative. Python 2 wrote an L behind long ones.
    mutating func tuple() throws -> [Int] {
        try expect("(")
        var extents: [Int] = []
        while !take(")") {
            guard next != "-" else {
                throw KeratinError(.file, "has a negative extent in its shape")
            }
            let digits = rest.prefix { ("0"..."9").contains($0) }
            guard !digits.isEmpty else { throw unexpected("an extent") }
            guard let extent = Int(String(String.UnicodeScalarView(digits))) else {
                throw KeratinError(.file, "has an extent in its shape that is far too large")
            }
            rest = rest.dropFirst(digits.count)
            _ = take("L")
            extents.append(extent)
            guard extents.count <= NPYHeader.largestRank else {
                throw KeratinError(.file, "has more than \(NPYHeader.largestRank) axes")
            }
            if !take(",") {
                // Python takes `(3)` for a number, so that a tuple of one needs its comma.
                guard extents.count > 1, next == ")" else { throw unexpected("','") }
            }
        }
        return extents
    }

    private mutating func unexpected(_ expected: String) -> KeratinError {
        let got = next.map { $0.isASCII ? "'\($0)'" : "a character beyond ASCII" } ?? "the end"
        return KeratinError(.file, "has \(got) where \(expected) should be")
    }
}

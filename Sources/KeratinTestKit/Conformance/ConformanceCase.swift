import KeratinCore

/// One launch to try, with what its results must be.
struct ConformanceCase {
    var operation: Operation
    var inputs: [ReferenceTensor]
    var tolerance: Tolerance
    /// The input whose memory the result shares.
    var inPlace: Int?

    init(
        _ operation: Operation, _ inputs: [ReferenceTensor], _ tolerance: Tolerance = .kernel,
        inPlace: Int? = nil
    ) {
        self.operation = operation
        // The device sees rounded inputs, so the reference must, too.
        self.inputs = inputs.map { tensor in
            tensor.bytes.withUnsafeBytes { ReferenceTensor(tensor.type, bytes: $0) }
        }
        self.tolerance = tolerance
        self.inPlace = inPlace
    }

    init(
        _ primitive: Primitive, _ inputs: [ReferenceTensor], _ tolerance: Tolerance = .kernel,
        inPlace: Int? = nil
    ) {
        self.init(.primitive(primitive), inputs, tolerance, inPlace: inPlace)
    }

    init(
        _ fused: any FusedOperation, _ inputs: [ReferenceTensor], _ tolerance: Tolerance = .kernel,
        inPlace: Int? = nil
    ) {
        self.init(.fused(fused), inputs, tolerance, inPlace: inPlace)
    }

    var name: String {
        let types = inputs.map(\.type.description).joined(separator: ", ")
        return "\(Self.brief(operation))(\(types))"
            + (inPlace.map { " in place of input \($0)" } ?? "")
    }

    /// The operation with its attributes, without the names of Swift's types.
    private static func brief(_ operation: Operation) -> String {
        var text = ""
        var word = ""
        for character in "\(operation)" {
            if character.isLetter || character.isNumber || character == "_" {
                word.append(character)
            } else {
                // What stands before a dot is a module or a type, unless it is a number.
                if character != "." || word.first?.isNumber == true { text += word }
                if character != "." || word.first?.isNumber == true { text.append(character) }
                word = ""
            }
        }
        text += word
        return text.count > 700 ? text.prefix(700) + "…" : text
    }
}

/// A named list of cases, made when it is run.
struct ConformanceFamily {
    var name: String
    var cases: (_ tiny: Bool) -> [ConformanceCase]
    /// Of how many cases one also runs expanded. Expansions with loops need a plan each, whose kernels take time to
    /// build.
    var expansionStride = 1
}

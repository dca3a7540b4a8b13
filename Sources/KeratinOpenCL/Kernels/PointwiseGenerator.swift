import KeratinCore

/// Writes the OpenCL C of a pointwise expression. One text serves every size: extents, counts and
/// strides are arguments; only the expression and how each input broadcasts are in the text.
struct PointwiseGenerator {
    /// How an input is read along the iteration space.
    enum Access: Int {
        /// One element for all.
        case scalar
        /// Element i for element i.
        case full
        /// Strides along the outer axes; along the innermost one element after the other …
        case row
        /// … or the same one.
        case column
    }

    /// What a work-item does.
    enum Form {
        /// A run of elements, in vectors from any place.
        case run(lanes: Int)
        /// One vector of neighbours that lies, as all full inputs and results do, at a multiple of its size; rows are whole
        /// numbers of vectors.
        case vector(lanes: Int)
        /// One element.
        case element
    }

    let expression: PointwiseExpression
    let accesses: [Access]
    /// Merged axes of the iteration space.
    let rank: Int
    let form: Form

    private var isFlat: Bool { accesses.allSatisfy { $0 == .scalar || $0 == .full } }

    /// The kernel's name, made from its text, and the text.
    func kernel() -> (name: String, text: String) {
        let body = text(name: "NAME")
        let name = "pointwise_" + String(ProgramCache.hash(Array(body.utf8)), radix: 16)
        return (name, text(name: name))
    }

    private func text(name: String) -> String {
        var parameters = [String]()
        var setup = ""
        for (index, access) in accesses.enumerated() {
            let type = memoryType(inputType(index))
            parameters.append("ARGUMENT(const \(type), in\(index))")
            setup += "    POINTER(const \(type), in\(index));\n"
            if access == .row || access == .column {
                parameters.append("const int8 stride\(index)")
            }
        }
        for (index, node) in expression.results.enumerated() {
            let type = memoryType(expression.dtypes[node])
            parameters.append("ARGUMENT(\(type), out\(index))")
            setup += "    POINTER(\(type), out\(index));\n"
        }
        parameters.append("const int count")
        if case .run = form { parameters.append("const int chunk") }
        if !isFlat { parameters.append("const int8 extent") }
        return """
            __kernel void \(name)(
                PLACE \(parameters.joined(separator: ",\n    "))) {
            \(setup)\(work())}

            """
    }

    /// The kernel's body after its pointers.
    private func work() -> String {
        switch form {
        case .run(let lanes):
            """
                RANGE(count, chunk)
                for (int i = start; i < end;) {
            \(rows(end: "end"))        int j = 0;
                    for (; j + \(lanes) <= run; j += \(lanes)) {
            \(body(NodeWriter(lanes: lanes), " + i + j", " + j"))        }
                    for (; j < run; j++) {
            \(body(NodeWriter(lanes: 1), " + i + j", " + j"))        }
                    i += run;
                }

            """
        case .vector(let lanes) where isFlat:
            // The last work-item may have less than a vector.
            """
                const int i = (int)get_global_id(0) * \(lanes);
                if (count - i >= \(lanes)) {
            \(body(NodeWriter(lanes: lanes, isAligned: true), " + i", ""))    } else {
                    for (int j = i; j < count; j++) {
            \(body(NodeWriter(lanes: 1), " + j", ""))        }
                }

            """
        case .vector(let lanes):
            single(NodeWriter(lanes: lanes, isAligned: true))
        case .element:
            single(NodeWriter(lanes: 1))
        }
    }

    private func single(_ writer: NodeWriter) -> String {
        let factor = writer.lanes == 1 ? "" : " * \(writer.lanes)"
        return """
                const int i = (int)get_global_id(0)\(factor);
                if (i < count) {
            \(isFlat ? "" : rows(end: nil))\(body(writer, " + i", ""))    }

            """
    }

    private func inputType(_ input: Int) -> DType {
        for (index, node) in expression.nodes.enumerated() {
            if case .input(input) = node { return expression.dtypes[index] }
        }
        // An input that no node reads is passed all the same.
        return .float32
    }

    private func memoryType(_ dtype: DType) -> String {
        switch dtype {
        case .float32: "float"
        case .int32: "int"
        case .uint8, .bool: "uchar"
        }
    }

    /// Finds the run of elements that one turn handles, up to an end, and where each input starts.
    private func rows(end: String?) -> String {
        if isFlat { return end.map { "        const int run = \($0) - i;\n" } ?? "" }
        var text = """
                    int rest = i / extent.s7;
                    const int column = i - rest * extent.s7;

            """
        if let end { text += "        const int run = min(extent.s7 - column, \(end) - i);\n" }
        let moving = accesses.indices.filter { accesses[$0] == .row || accesses[$0] == .column }
        for index in moving {
            text += "        int at\(index) = \(accesses[index] == .row ? "column" : "0");\n"
        }
        for axis in stride(from: 6, to: 8 - rank, by: -1) {
            text += "        {\n            const int next = rest / extent.s\(axis);\n"
            text += "            const int place = rest - next * extent.s\(axis);\n"
            for index in moving {
                text += "            at\(index) += place * stride\(index).s\(axis);\n"
            }
            text += "            rest = next;\n        }\n"
        }
        for index in moving {
            // The outermost axis needs no division.
            if rank > 1 { text += "        at\(index) += rest * stride\(index).s\(8 - rank);\n" }
        }
        return text
    }

    /// - Parameters:
    ///   - place: what is added to a full input's or a result's pointer, in C.
    ///   - step: what is added to a row's.
    private func body(_ writer: NodeWriter, _ place: String, _ step: String) -> String {
        var text = ""
        for (index, node) in expression.nodes.enumerated() {
            let dtype = expression.dtypes[index]
            let value: String
            switch node {
            case .input(let input):
                value = load(input, dtype, writer, place, step)
            case .constant(let constant):
                value = writer.constant(constant, dtype)
            case .unary(let function, let a):
                value = writer.unary(function, "v\(a)", expression.dtypes[a])
            case .binary(let function, let a, let b):
                value = writer.binary(function, "v\(a)", "v\(b)", expression.dtypes[a])
            case .select(let c, let a, let b):
                value = "select(v\(b), v\(a), v\(c))"
            case .cast(let a):
                value = writer.cast("v\(a)", from: expression.dtypes[a], to: dtype)
            }
            text += "            const \(writer.type(dtype)) v\(index) = \(value);\n"
        }
        for (index, node) in expression.results.enumerated() {
            text += "            "
            text +=
                writer.store("v\(node)", expression.dtypes[node], to: "out\(index)\(place)") + "\n"
        }
        return text
    }

    private func load(
        _ input: Int, _ dtype: DType, _ writer: NodeWriter, _ place: String, _ step: String
    ) -> String {
        switch accesses[input] {
        case .scalar: writer.load("in\(input)", dtype, isUniform: true)
        case .full: writer.load("in\(input)\(place)", dtype, isUniform: false)
        case .row: writer.load("in\(input) + at\(input)\(step)", dtype, isUniform: false)
        case .column: writer.load("in\(input) + at\(input)", dtype, isUniform: true)
        }
    }
}

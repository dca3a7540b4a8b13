// A readable form of programs (`KERATIN_DUMP=program`).

extension Program: CustomStringConvertible {
    public var description: String { lines(indent: "").joined(separator: "\n") }

    private func lines(indent: String) -> [String] {
        let arguments = inputs.map { "\($0): \(type(of: $0))" }.joined(separator: ", ")
        var lines = ["\(indent)program(\(arguments)) {"]
        for instruction in instructions {
            let results = instruction.results.map { "\($0): \(type(of: $0))" }
                .joined(separator: ", ")
            let inputs = instruction.inputs.map(\.description).joined(separator: ", ")
            switch instruction.kind {
            case .operation(let operation):
                lines.append("\(indent)  \(results) = \(operation)(\(inputs))")
            case .scan(let scan):
                let direction = scan.reverse ? " reversed" : ""
                lines.append(
                    "\(indent)  \(results) = scan \(scan.length)\(direction)"
                        + " carries \(scan.carryCount) sequences \(scan.sequenceCount)(\(inputs))")
                lines += scan.body.lines(indent: indent + "    ")
            }
        }
        lines.append("\(indent)  return \(outputs.map(\.description).joined(separator: ", "))")
        lines.append("\(indent)}")
        return lines
    }
}

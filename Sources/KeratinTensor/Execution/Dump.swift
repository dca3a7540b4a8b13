import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

private let systemWrite = write

/// What `KERATIN_DUMP=program,plan` writes to standard error.
enum Dump {
    private static let parts = (environment("KERATIN_DUMP") ?? "").split(separator: ",")
    static let programs = parts.contains("program")
    static let plans = parts.contains("plan")

    static func write(_ title: String, _ text: String) {
        let bytes = Array("--- \(title)\n\(text)\n".utf8)
        // A dump that cannot be written is not worth failing for.
        _ = bytes.withUnsafeBytes { systemWrite(2, $0.baseAddress, $0.count) }
    }
}

extension MemoryPlan: CustomStringConvertible {
    var description: String {
        var lines = ["scratch \(scratchBytes) bytes"]
        for index in order {
            let node = graph.nodes[index]
            let name: String
            switch node.kind {
            case .launch(let operation): name = operation.description
            case .scan(let scan): name = "scan \(scan.length)"
            case .copy: name = "copy"
            case .view: continue
            }
            let results = node.results.map(place).joined(separator: ", ")
            let inputs = node.inputs.map(place).joined(separator: ", ")
            lines.append("\(node.isCommit ? "commit " : "")\(results) = \(name)(\(inputs))")
            if let loop = loops[index] {
                lines += loop.body.description.split(separator: "\n").map { "    \($0)" }
            }
        }
        return lines.joined(separator: "\n")
    }

    private func place(_ value: Value) -> String {
        let place = graph.place(of: value)
        let base =
            offsets[place.root].map { "@\($0 + place.byteOffset)" }
            ?? "input \(place.root)+\(place.byteOffset)"
        return "\(value): \(graph.type(of: value)) \(base)"
    }
}

import Foundation

/// A declaration that other packages can see.
struct PublicDeclaration {
    var file: String
    /// Counted from 1.
    var line: Int
    var text: String
    /// Whether a comment of three slashes stands before it.
    var isDocumented: Bool
    /// Whether a protocol asks for it, and says there what it is.
    var isWitness: Bool

    var place: String { "\(file):\(line): \(text)" }
}

extension PublicDeclaration {
    /// What the protocols of the package and of Swift ask for. A member of a type or extension that names the protocol says
    /// nothing that the protocol does not.
    private static let requirements: [String: [String]] = [
        "Backend": [
            "let name", "let device", "var device", "let counters", "var counters", "func supports",
            "func workspaceBytes", "func allocate", "func write", "func read", "func fill",
            "func copy", "func makePlan", "func synchronize",
        ],
        "ConfigConvertible": ["var configValue"], "ConfigReadable": ["static func read"],
        "FusedOperation": ["var name", "func resultTypes", "func expand", "func pullback"],
        "TensorOperand": ["var operand"],
        "TensorIndex": ["var axisItem"],
        "TensorConvertible": ["var tensor"],
        "AxisConvertible": ["var axes"],
        "NumbersConvertible": ["var numbers"],
        "OutputModeConvertible": ["func outputMode"],
        "SpectrogramModeConvertible": ["func spectrogramMode"],
        "SaltConvertible": ["var salt"], "CategoryConvertible": ["var category"],
        "CategoryColumnConvertible": ["func categoryColumn"],
        "TableElement": ["static func tableColumn"],
        "TableColumnConvertible": ["func tableColumn"],
        "FeatureOutputConvertible": ["func featureOutput"],
        "ModelArrays": ["var arrays"],
        "OptimizerConvertible": ["var optimizer"], "LossConvertible": ["var loss"],
        "MetricConvertible": ["var metric"], "ActivationConvertible": ["var activationFunction"],
        "InitializerConvertible": ["var initializer"],
        "RegularizerConvertible": ["var regularizer"], "ConstraintConvertible": ["var constraint"],
        "LearningRateConvertible": ["var learningRate"], "PaddingConvertible": ["func padding"],
        "DataFormatConvertible": ["func dataFormat"], "MergeModeConvertible": ["func mergeMode"],
        "InterpolationConvertible": ["func interpolation"], "Verbosity": ["var verbosity"],
        "ConfigurableLayer": ["init(from configuration"],
        "Serializable": ["func serialized", "static func deserialize"],
        "SerializableFunction": ["func serialized", "static func deserialize"],
        "Hashable": ["static func ==", "func hash"],
        "CustomStringConvertible": ["var description"],
        "CustomDebugStringConvertible": ["var debugDescription"],
        "Decodable": ["init(from decoder"],
        "Codable": ["init(from decoder", "func encode"],
        "Encodable": ["func encode"],
        "ExpressibleByStringLiteral": ["init(stringLiteral"],
        "ExpressibleByIntegerLiteral": ["init(integerLiteral"],
        "ExpressibleByFloatLiteral": ["init(floatLiteral"],
        "ExpressibleByBooleanLiteral": ["init(booleanLiteral"],
        "ExpressibleByArrayLiteral": ["init(arrayLiteral"],
        "ExpressibleByDictionaryLiteral": ["init(dictionaryLiteral"],
        "Sequence": ["func makeIterator"],
        "IteratorProtocol": ["func next"],
    ]

    private static let modifiers: Set<String> = [
        "final", "convenience", "required", "indirect", "mutating", "class", "package(set)",
        "internal(set)", "private(set)", "fileprivate(set)",
    ]

    /// Those of a source file, but for overrides, which their class documents.
    static func all(in source: String, file: String) -> [PublicDeclaration] {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        var found: [PublicDeclaration] = []
        for (index, line) in lines.enumerated() {
            guard var words = publicWords(of: line), !words.contains("override"),
                !isHint(lines, index)
            else { continue }
            let isInherited = words.contains("required") && line.contains("init(from configuration")
            while let first = words.first, modifiers.contains(first) {
                // `class func` and the like, but not a class.
                if first == "class", words.count > 1, !["func", "var", "let"].contains(words[1]) {
                    break
                }
                words.removeFirst()
            }
            let declaration = words.joined(separator: " ")
            let protocols = conformances(of: lines, around: index)
            found.append(
                PublicDeclaration(
                    file: file, line: index + 1,
                    text: String(line.drop { $0 == " " }),
                    isDocumented: isDocumented(lines, index),
                    isWitness: isInherited
                        || protocols.contains {
                            requirements[$0]?.contains(where: declaration.hasPrefix) == true
                        }))
        }
        return found
    }

    /// The words after `public` or `open`; nil for other lines.
    private static func publicWords(of line: Substring) -> [String]? {
        guard line.contains("public ") || line.contains("open ") else { return nil }
        var rest = line.drop { $0 == " " }
        while rest.first == "@" {
            // An attribute may have arguments with spaces.
            var depth = 0
            rest = rest.drop { character in
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
                return character != " " || depth > 0
            }.drop { $0 == " " }
        }
        var words = rest.split(separator: " ").map(String.init)
        guard let access = words.first, access == "public" || access == "open" else { return nil }
        words.removeFirst()
        return words
    }

    /// Whether a declaration only tells of another spelling: it is unavailable.
    private static func isHint(_ lines: [Substring], _ index: Int) -> Bool {
        let attributes = lines[..<index].reversed().prefix { line in
            let text = line.drop { $0 == " " }
            return text.hasPrefix("@") || text.hasPrefix("*,") || text == ")"
        }
        return attributes.contains { $0.contains("unavailable") }
    }

    private static func isDocumented(_ lines: [Substring], _ index: Int) -> Bool {
        for line in lines[..<index].reversed() {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("@") || text.hasPrefix("// swift-format-ignore") { continue }
            return text.hasPrefix("///")
        }
        return false
    }

    /// What the type or extension around a line says that it conforms to.
    private static func conformances(of lines: [Substring], around index: Int) -> [String] {
        func indentation(_ line: Substring) -> Int { line.prefix { $0 == " " }.count }
        let own = indentation(lines[index])
        guard own > 0 else { return [] }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "extension", "actor"]
        let start = lines[..<index].lastIndex { line in
            let words = line.split(separator: " ")
            return !words.isEmpty && indentation(line) < own && words[0].hasPrefix("//") == false
                && words.prefix(6).contains(where: kinds.contains)
        }
        guard let start else { return [] }
        var header = ""
        for line in lines[start...] {
            header += line + " "
            if line.contains("{") { break }
        }
        guard let colon = header.firstIndex(of: ":") else { return [] }
        return header[colon...].split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}

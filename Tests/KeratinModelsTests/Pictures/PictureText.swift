import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// What a picture consists of, read by a parser of XML.
final class PictureText: NSObject, XMLParserDelegate {
    struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""
        var parent: Int?
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []

    /// - Throws: an error of the parser for what is not well formed.
    init(_ svg: String) throws {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        guard parser.parse() else {
            throw parser.parserError ?? CocoaError(.fileReadCorruptFile)
        }
    }

    /// What is written in the picture, line by line.
    var words: [String] { elements.filter { $0.name == "text" }.map(\.text) }

    /// The lines and dots of a colour.
    func paths(_ color: String) -> [Element] {
        elements.filter { $0.name == "path" && $0.attributes["stroke"] == color }
    }

    /// Every pair of numbers in the data of paths.
    var places: [(x: Double, y: Double)] {
        elements.compactMap { $0.attributes["d"] }.flatMap { data in
            data.matches(of: /[ML](-?[0-9.]+) (-?[0-9.]+)/).compactMap { match in
                guard let x = Double(match.1), let y = Double(match.2) else { return nil }
                return (x, y)
            }
        }
    }

    var size: (width: Double, height: Double) {
        let root = elements.first?.attributes ?? [:]
        return (Double(root["width"] ?? "") ?? 0, Double(root["height"] ?? "") ?? 0)
    }

    /// Whether no number is NaN, and all that is drawn lies inside.
    var isInside: Bool {
        places.allSatisfy { $0.x >= 0 && $0.y >= 0 && $0.x <= size.width && $0.y <= size.height }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String] = [:]
    ) {
        elements.append(Element(name: name, attributes: attributes, parent: open.last))
        open.append(elements.count - 1)
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if let last = open.last { elements[last].text += string }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) { open.removeLast() }
}

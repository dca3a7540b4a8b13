import KeratinCore
import KeratinLayers
import KeratinTensor

/// What is written in a layer's box, as a table in the marks that Graphviz knows from HTML.
struct LayerLabel {
    let hasShapes: Bool
    let hasType: Bool
    let hasName: Bool
    let hasActivation: Bool
    let hasTrainable: Bool

    /// Of a layer or an operation of a graph, with its uses there.
    func text(_ function: any GraphFunction, uses: [GraphNode]) -> String {
        let layer = (function as? LayerCall)?.layer ?? (function as? GraphInput)?.layer
        return text(function.name, function.className, layer, uses)
    }

    /// Of a layer that stands in no graph.
    func text(_ layer: Layer, uses: [GraphNode]) -> String {
        text(layer.name, layer.className, layer, uses)
    }

    private func text(
        _ name: String, _ className: String, _ layer: Layer?, _ uses: [GraphNode]
    ) -> String {
        var cells: [String] = []
        let isInput = layer is Input
        if hasShapes {
            if !isInput {
                cells.append(cell("Input shape", Self.shapes(uses) { $0.inputTypes }))
            }
            cells.append(cell("Output shape", Self.shapes(uses) { $0.types }))
        }
        if hasType {
            cells.append(
                cell("Output dtype", Self.list(uses) { $0.types.map { "\($0.dtype)" } }))
        }
        if hasTrainable, let layer, !layer.weights.isEmpty {
            let (word, color) =
                layer.trainable ? ("Trainable", "#23936b") : ("Non-trainable", "#c43c3c")
            cells.append(
                "<td bgcolor=\"\(color)\"><font color=\"white\"><b>\(word)</b></font></td>")
        }
        let width = "colspan=\"\(max(cells.count, 1))\""
        let title =
            "<b>\(Self.escaped(hasName ? name : className))</b>"
            + (hasName ? " (\(Self.escaped(className)))" : "")
        var rows = [
            "<td \(width) bgcolor=\"\(isInput ? Palette.line(0) : Palette.ink)\">"
                + "<font point-size=\"16\" color=\"white\">\(title)</font></td>"
        ]
        if hasActivation, let layer, let activation = Self.activation(of: layer) {
            rows.append("<td \(width)>Activation: <b>\(Self.escaped(activation))</b></td>")
        }
        if !cells.isEmpty { rows.append(cells.joined()) }
        return "<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"8\" "
            + "color=\"\(Palette.ink)\" bgcolor=\"\(Palette.paper)\">"
            + rows.map { "<tr>\($0)</tr>" }.joined() + "</table>>"
    }

    private func cell(_ title: String, _ text: String) -> String {
        "<td>\(title): <b>\(Self.escaped(text))</b></td>"
    }

    /// The shapes of all uses, each different one once.
    private static func shapes(
        _ uses: [GraphNode], _ types: (GraphNode) -> [SymbolicType]
    ) -> String {
        list(uses) { types($0).map { describe($0.extents) } }
    }

    /// Several results of one use stand in brackets.
    private static func list(_ uses: [GraphNode], _ texts: (GraphNode) -> [String]) -> String {
        var known: [String] = []
        for use in uses {
            let texts = texts(use)
            let text = texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
            if !texts.isEmpty, !known.contains(text) { known.append(text) }
        }
        return known.isEmpty ? "?" : known.joined(separator: " or ")
    }

    /// The name of a layer's activation, as files have it.
    private static func activation(of layer: Layer) -> String? {
        guard let value = (try? layer.getConfig())?["activation"] else { return nil }
        switch value.plain {
        case .string(let name): return name
        case .object(let fields):
            for name in [fields["config"], fields["class_name"]] {
                if case .string(let name)? = name { return name }
            }
            return nil
        default: return nil
        }
    }

    /// A text in which Graphviz finds no mark of its own, nor a place for a name (`\N`).
    static func escaped(_ text: String) -> String {
        SVG.escaped(text).split(separator: "\\", omittingEmptySubsequences: false)
            .joined(separator: "\\\\")
    }
}

extension GraphNode {
    /// What is known of the tensors of a graph that the node takes.
    fileprivate var inputTypes: [SymbolicType] { inputs.compactMap { $0.graph?.type } }
}

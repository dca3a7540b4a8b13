import KeratinCore
import KeratinLayers
import KeratinTensor

/// A model's layers and how they are connected, in Graphviz's language DOT.
///
/// A layer that is used several times is one box. A `Sequential` has no box for its input, a model with a `call` of its own is
/// one box, as in Keras. `plotModel` draws it.
/// - Parameters:
///   - model: a model that is built.
///   - showShapes: whether the shapes of inputs and outputs are written; nil extents as `None`.
///   - showDtype: whether the element types of outputs are written.
///   - showLayerNames: whether the layers' names are written beside their classes.
///   - rankdir: where the graph goes: `TB` down, `LR` to the right, `BT` up, `RL` to the left.
///   - expandNested: whether models inside are drawn with their layers, in a frame.
///   - dpi: dots per inch of pictures.
///   - subgraph: whether the result is a frame (`subgraph cluster_…`) for a graph around it.
///   - showLayerActivations: whether the activations of layers that have one are written.
///   - showTrainable: whether layers with weights say if these are trained.
///   - splines: how connections are drawn: `ortho`, `curved`, `polyline`, `spline` or `line`.
/// - Throws: `KeratinError` for a model that is not built, and for words that Graphviz does not know.
public func modelToDot(
    _ model: Model, showShapes: Bool = false, showDtype: Bool = false,
    showLayerNames: Bool = true, rankdir: String = "TB", expandNested: Bool = false,
    dpi: Int = 200, subgraph: Bool = false, showLayerActivations: Bool = false,
    showTrainable: Bool = false, splines: String = "ortho"
) throws -> String {
    guard model.isBuilt, model.graph != nil || !(model is Sequential) else {
        throw KeratinError(
            .invalidState,
            "is not built, so its layers are not connected yet: give it an Input, or call it on data first",
            at: model.name)
    }
    func require(_ word: String, _ name: String, among known: [String]) throws {
        guard !known.contains(word) else { return }
        var error = unknownName(word, among: known, what: name)
        error.location = "modelToDot"
        throw error
    }
    try require(rankdir, "rankdir", among: ["TB", "LR", "BT", "RL"])
    try require(
        splines, "splines",
        among: ["ortho", "curved", "polyline", "spline", "line", "true", "false", "none"])
    guard (1...2400).contains(dpi) else {
        throw KeratinError(.invalidArgument, "dpi must be 1…2400, got \(dpi)", at: "modelToDot")
    }
    var drawing = ModelDrawing(
        label: LayerLabel(
            hasShapes: showShapes, hasType: showDtype, hasName: showLayerNames,
            hasActivation: showLayerActivations, hasTrainable: showTrainable),
        expandsNested: expandNested)
    guard !subgraph else { return drawing.cluster(of: model).joined(separator: "\n") + "\n" }
    let lines = drawing.lines(of: model, indent: "    ")
    return """
        digraph G {
            graph [rankdir=\(rankdir), dpi=\(dpi), splines=\(splines), concentrate=true, nodesep=0.4, ranksep=0.4, \
        fontname="Helvetica", bgcolor="\(Palette.paper)"];
            node [shape=plain, fontname="Helvetica", fontcolor="\(Palette.ink)"];
            edge [color="\(Palette.faintInk)", penwidth=1.5, arrowsize=0.8];
        \(lines.joined(separator: "\n"))
        }

        """
}

/// Boxes for layers, frames for models, and arrows between them.
private struct ModelDrawing {
    let label: LayerLabel
    let expandsNested: Bool
    /// The boxes that are drawn already.
    private var boxes: [ObjectIdentifier: String] = [:]
    private var frames: Set<ObjectIdentifier> = []
    private var arrows: Set<String> = []

    init(label: LayerLabel, expandsNested: Bool) {
        self.label = label
        self.expandsNested = expandsNested
    }

    /// The boxes and frames of a model's layers, then its arrows.
    mutating func lines(of model: Model, indent: String) -> [String] {
        guard let graph = model.graph else {
            return [indent + box(model) + " [label=\(label.text(model, uses: []))];"]
        }
        var lines: [String] = []
        var above: Layer?
        if let texts = (model as? Sequential)?.textLayer {
            above = texts
            lines.append("\(indent)\(box(texts)) [label=\(label.text(texts, uses: []))];")
        }
        for uses in graph.functions {
            let function = uses[0].function
            if function is GraphInput, model is Sequential { continue }
            if let inner = expanded(function) {
                guard frames.insert(function.identity).inserted else { continue }
                lines += cluster(of: inner).map { indent + $0 }
            } else if boxes[function.identity] == nil {
                let name = box(function)
                lines.append("\(indent)\(name) [label=\(label.text(function, uses: uses))];")
            }
        }
        for node in graph.nodes {
            for (index, input) in node.inputs.enumerated() {
                guard let tensor = input.graph else { continue }
                let start: String
                if model is Sequential, tensor.node.isInput {
                    guard let above else { continue }
                    start = box(above)
                } else {
                    start = box(source(tensor))
                }
                let arrow = "\(start) -> \(box(target(node.function, index)));"
                if arrows.insert(arrow).inserted { lines.append(indent + arrow) }
            }
        }
        return lines
    }

    /// A frame around a model's layers.
    mutating func cluster(of model: Model) -> [String] {
        let number = frames.count
        return [
            "subgraph cluster_\(number) {",
            "    label=<\(LayerLabel.escaped(model.name))>; labeljust=l; style=\"dashed,rounded\"; "
                + "fontname=\"Helvetica\"; fontcolor=\"\(Palette.ink)\"; "
                + "color=\"\(Palette.faintInk)\"; margin=14;",
        ] + lines(of: model, indent: "    ") + ["}"]
    }

    /// A model that is drawn with its layers: one that has some, and whose connections are known.
    private func expanded(_ function: any GraphFunction) -> Model? {
        guard expandsNested, let model = (function as? LayerCall)?.layer as? Model,
            let graph = model.graph, graph.functions.count > 1
        else { return nil }
        return model
    }

    /// What gives a tensor: of a model in a frame the layer inside.
    private func source(_ tensor: GraphTensor) -> any GraphFunction {
        var tensor = tensor
        while let inner = expanded(tensor.node.function)?.graph,
            inner.outputs.indices.contains(tensor.index)
        {
            tensor = inner.outputs[tensor.index]
        }
        return tensor.node.function
    }

    /// What takes an input: of a model in a frame its own input, or the first layer of a stack.
    private func target(_ function: any GraphFunction, _ index: Int) -> any GraphFunction {
        var (function, index) = (function, index)
        while let model = expanded(function), let graph = model.graph {
            if model is Sequential {
                guard let first = graph.nodes.first(where: { !$0.isInput }) else { break }
                (function, index) = (first.function, 0)
            } else {
                guard graph.inputs.indices.contains(index) else { break }
                return graph.inputs[index].node.function
            }
        }
        return function
    }

    private mutating func box(_ function: any GraphFunction) -> String { box(function.identity) }
    private mutating func box(_ layer: AnyObject) -> String { box(ObjectIdentifier(layer)) }

    private mutating func box(_ identity: ObjectIdentifier) -> String {
        if let name = boxes[identity] { return name }
        let name = "layer_\(boxes.count)"
        boxes[identity] = name
        return name
    }
}

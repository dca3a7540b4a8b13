import KeratinCore
import KeratinModels

/// Draws a model's layers and how they are connected into a file, as Keras's `plot_model` does, with Graphviz's program `dot`.
///
///     try plotModel(model, "model.svg", showShapes: true)
///
/// - Parameters:
///   - model: a model that is built. One with a `call` of its own is one box, as in Keras.
///   - path: the file's name ends in `.png`, `.svg` or `.pdf`, or in `.dot`, for which Graphviz is not needed. It is written
///     whole or not at all; one that is there is replaced.
///   - showShapes: whether the shapes of inputs and outputs are written.
///   - showDtype: whether the element types of outputs are written.
///   - showLayerNames: whether the layers' names are written beside their classes.
///   - rankdir: where the graph goes: `TB` down, `LR` to the right, `BT` up, `RL` to the left.
///   - expandNested: whether models inside are drawn with their layers, in a frame.
///   - dpi: dots per inch.
///   - showLayerActivations: whether the activations of layers that have one are written.
///   - showTrainable: whether layers with weights say if these are trained.
///   - splines: how connections are drawn: `ortho`, `curved`, `polyline`, `spline` or `line`.
/// - Throws: `KeratinError`: `invalidState` for a model that is not built, `invalidArgument` for another ending, `unknownName` for
///   words that Graphviz does not know, `unavailable` if `dot` is not installed, `file` for a file that cannot be written.
public func plotModel(
    _ model: Model, _ path: String = "model.png", showShapes: Bool = false,
    showDtype: Bool = false, showLayerNames: Bool = false, rankdir: String = "TB",
    expandNested: Bool = false, dpi: Int = 200, showLayerActivations: Bool = false,
    showTrainable: Bool = false, splines: String = "ortho"
) throws {
    let format: GraphFormat = try PictureFile.format(of: path, among: GraphFormat.allCases)
    try FileAccess.requireWritable(path)
    let text = try modelToDot(
        model, showShapes: showShapes, showDtype: showDtype, showLayerNames: showLayerNames,
        rankdir: rankdir, expandNested: expandNested, dpi: dpi,
        showLayerActivations: showLayerActivations, showTrainable: showTrainable,
        splines: splines)
    guard let picture = PictureFile.Format(rawValue: format.rawValue) else {
        return try FileAccess.write(Array(text.utf8), to: path)
    }
    guard let dot = ChildProgram(named: "dot") else {
        throw KeratinError(
            .unavailable,
            "drawing a model needs the program dot of Graphviz, which is not in PATH: install it (Debian: graphviz), "
                + "or write a .dot file, which needs no program", at: path)
    }
    let bytes = try dot.run(["-T\(format.rawValue)"], input: Array(text.utf8))
    try PictureFile.require(bytes, picture, from: dot)
    try FileAccess.write(bytes, to: path)
}

/// Draws a model into a file whose name has Keras's word before it; see `plotModel(_:_:showShapes:)` for the arguments.
/// - Throws: `KeratinError`, as there.
public func plotModel(
    _ model: Model, toFile path: String, showShapes: Bool = false,
    showDtype: Bool = false, showLayerNames: Bool = false, rankdir: String = "TB",
    expandNested: Bool = false, dpi: Int = 200, showLayerActivations: Bool = false,
    showTrainable: Bool = false, splines: String = "ortho"
) throws {
    try plotModel(
        model, path, showShapes: showShapes, showDtype: showDtype,
        showLayerNames: showLayerNames, rankdir: rankdir, expandNested: expandNested, dpi: dpi,
        showLayerActivations: showLayerActivations, showTrainable: showTrainable,
        splines: splines)
}

/// By the end of the file's name.
private enum GraphFormat: String, CaseIterable {
    case svg, png, pdf, dot
}

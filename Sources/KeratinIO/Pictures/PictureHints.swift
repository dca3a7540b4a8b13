// swift-format-ignore-file: AlwaysUseLowerCamelCase

import KeratinModels

// What is guessed and means something that has another spelling here: the compiler says which.

extension History {
    @available(*, unavailable, renamed: "plot(_:)")
    public func plot(to path: String) throws { fatalError() }

    @available(*, unavailable, message: "use plot(path): .svg, .png or .pdf")
    public func plot() throws { fatalError() }
}

@available(*, unavailable, message: "use history.plot(path)")
public func plotHistory(_ history: History, _ path: String = "") throws { fatalError() }

@available(*, unavailable, message: "use history.plot(path)")
public func plotLossAccuracy(_ history: History, _ path: String = "") throws { fatalError() }

@available(*, unavailable, message: "use plotModel(model, path, showShapes: true)")
public func plot_model(
    _ model: Model, to_file: String = "model.png", show_shapes: Bool = false
) throws { fatalError() }

extension Model {
    @available(*, unavailable, message: "use plotModel(model, path)")
    public func plot(_ path: String) throws { fatalError() }
}

import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// Prints the table of layers that Keras prints; see `summaryText`. Where the locale has no UTF-8, its borders are of ASCII.
    public func summary(
        lineLength: Int? = nil, expandNested: Bool = false, showTrainable: Bool = false
    ) {
        print(
            summaryText(
                lineLength: lineLength, expandNested: expandNested, showTrainable: showTrainable,
                style: Terminal.style))
    }

    /// The table of layers, shapes and parameter counts, as Keras prints it. A graph that is no stack has a column that tells
    /// what each layer is connected to.
    ///
    /// - Parameters:
    ///   - lineLength: the table's width in characters; nil: 88 for a stack and 108 for a graph, or less on a narrow terminal.
    ///   - expandNested: whether layers of models inside are listed too.
    ///   - showTrainable: whether a column tells which layers are trained.
    public func summaryText(
        lineLength: Int? = nil, expandNested: Bool = false, showTrainable: Bool = false
    ) -> String {
        summaryText(
            lineLength: lineLength, expandNested: expandNested, showTrainable: showTrainable,
            style: LineStyle(columns: Terminal.columns))
    }

    /// The same for a terminal of some width, whose borders may have to be of ASCII.
    package func summaryText(
        lineLength: Int? = nil, expandNested: Bool = false, showTrainable: Bool = false,
        style: LineStyle
    ) -> String {
        let isStack = self is Sequential || graph?.isPath ?? true
        var columns: [SummaryTable.Column] = [
            .init(title: "Layer (type)", end: isStack ? 0.45 : 0.3),
            .init(title: "Output Shape", end: isStack ? 0.8 : 0.56),
            .init(title: "Param #", end: isStack ? 1 : 0.74, isRight: true),
        ]
        if !isStack { columns.append(.init(title: "Connected to", end: 1)) }
        var defaultWidth = isStack ? 88 : 108
        if showTrainable {
            defaultWidth += 12
            for index in columns.indices { columns[index].end *= 0.9 }
            columns.append(.init(title: "Trainable", end: 1))
        }
        let width = lineLength ?? min(defaultWidth, style.columns - 4)
        let rows = summaryRows(
            expandNested: expandNested, isStack: isStack, showTrainable: showTrainable, level: 0,
            branch: style.hasUnicode ? "└ " : "+ ")
        var lines = ["Model: \"\(name)\""]
        let borders = style.hasUnicode ? SummaryTable.Borders.boxes : .ascii
        lines += SummaryTable(columns, width: width, borders).lines(rows)
        let trainable = trainableWeights.reduce(0) { $0 + $1.count }
        let others = nonTrainableWeights.reduce(0) { $0 + $1.count }
        let optimizer = training?.optimizer.numberCount
        lines.append(" Total params: \(sized(trainable + others + (optimizer ?? 0)))")
        lines.append(" Trainable params: \(sized(trainable))")
        lines.append(" Non-trainable params: \(sized(others))")
        if let optimizer { lines.append(" Optimizer params: \(sized(optimizer))") }
        return lines.joined(separator: "\n")
    }

    private func sized(_ count: Int) -> String {
        "\(grouped(count)) (\(readable(Double(count * 4))))"
    }

    private func readable(_ bytes: Double) -> String {
        var size = bytes
        for unit in ["B", "KB", "MB", "GB", "TB"] {
            if size < 1024 { return "\(fixed(size, 2)) \(unit)" }
            size /= 1024
        }
        return "\(fixed(size, 2)) PB"
    }

    private func grouped(_ count: Int) -> String {
        var digits = String(count)
        var result = ""
        while digits.count > 3 {
            result = "," + digits.suffix(3) + result
            digits.removeLast(3)
        }
        return digits + result
    }
}

extension Model {
    fileprivate func summaryRows(
        expandNested: Bool, isStack: Bool, showTrainable: Bool, level: Int, branch: String
    ) -> [[String]] {
        let prefix = level == 0 ? "" : String(repeating: "   ", count: level) + branch
        func row(
            _ name: String, _ className: String, _ types: [SymbolicType], _ layer: Layer?,
            _ uses: [GraphNode]
        ) -> [String] {
            var shape = types.map { describe($0.extents) }.joined(separator: ", ")
            if types.count > 1 { shape = "[\(shape)]" }
            let isBuilt = layer.map { $0.isBuilt || $0.isBuiltFromTheStart } ?? true
            var row = [
                "\(prefix)\(name) (\(className))", types.isEmpty ? "?" : shape,
                isBuilt ? grouped(layer?.parameterCount ?? 0) : "0 (unbuilt)",
            ]
            if !isStack { row.append(connections(uses)) }
            if showTrainable {
                let hasWeights = !(layer?.weights.isEmpty ?? true)
                row.append(hasWeights ? layer?.trainable ?? false ? "Y" : "N" : "-")
            }
            return row
        }
        func nested(_ layer: Layer?) -> [[String]] {
            guard expandNested, let model = layer as? Model else { return [] }
            return model.summaryRows(
                expandNested: true, isStack: isStack, showTrainable: showTrainable,
                level: level + 1,
                branch: branch)
        }
        if let graph, !(self is Sequential) {
            return graph.functions.flatMap { uses in
                let function = uses[0].function
                let layer = (function as? LayerCall)?.layer ?? (function as? GraphInput)?.layer
                return [row(function.name, function.className, uses.last?.types ?? [], layer, uses)]
                    + nested(layer)
            }
        }
        return layers.flatMap { layer in
            [row(layer.name, layer.className, types(of: layer), layer, layer.nodes)] + nested(layer)
        }
    }

    /// What a layer of a stack gives; a layer of texts is no part of the graph.
    private func types(of layer: Layer) -> [SymbolicType] {
        if let texts = layer as? any TextLayer, let shape = try? texts.encodedShape {
            return [SymbolicType([nil] + shape, texts.encodedType)]
        }
        return layer.nodes.last?.types ?? []
    }

    /// What a layer's uses in this graph are fed with: `dense[0][0]`, the layer with the number of its use and of the result.
    private func connections(_ uses: [GraphNode]) -> String {
        let words = uses.flatMap { node in
            node.inputs.compactMap { input -> String? in
                guard let place = input.graph else { return nil }
                let function = place.node.function
                let nodes = (function as? LayerCall)?.layer.nodes ?? [place.node]
                let number = nodes.firstIndex { $0 === place.node } ?? 0
                return "\(function.name)[\(number)][\(place.index)]"
            }
        }
        return words.isEmpty ? "-" : words.joined(separator: ", ")
    }
}

extension Graph {
    /// Whether there is one way from one input, without a layer that is used twice.
    fileprivate var isPath: Bool {
        let parents = nodes.flatMap(\.parents).map { ObjectIdentifier($0) }
        return functions.count == nodes.count && inputs.count == 1
            && nodes.allSatisfy { $0.parents.count <= 1 } && Set(parents).count == parents.count
    }
}

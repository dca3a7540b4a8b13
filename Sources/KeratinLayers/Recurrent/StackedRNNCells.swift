import KeratinCore
import KeratinTensor

/// Cells on top of each other as one: each is fed with the output of the one before.
///
/// States: those of all cells, one cell after the other. Weights: those of the cells in order.
public final class StackedRNNCells: RecurrentCell {
    /// From the one that sees the inputs to the one that gives the output.
    public let cells: [RecurrentCell]

    /// - Parameter cells: each takes the output of the one before it.
    public init(_ cells: [RecurrentCell], name: String? = nil) {
        self.cells = cells
        super.init(name: name)
    }

    public override func getConfig() throws -> [String: ConfigValue] {
        try super.getConfig().adding([
            "cells": .list(try cells.map { try $0.serialized().value })
        ])
    }

    public override var savedChildren: [(attribute: String, layers: SavedLayers)] {
        [("cells", .list(cells))]
    }

    public override var stateSizes: [Shape] { cells.flatMap(\.stateSizes) }
    public override var outputSize: Shape { cells.last?.outputSize ?? .scalar }

    public override func getInitialState(batchSize: Int) throws -> [Tensor] {
        try cells.flatMap { try $0.getInitialState(batchSize: batchSize) }
    }

    public override func build(inputShape: [Int?]) throws {
        guard !cells.isEmpty else {
            throw KeratinError(.invalidArgument, "needs one cell at least")
        }
        var shape = inputShape
        for cell in cells {
            try cell.buildIfNeeded(inputShape: shape)
            shape = [shape[0]] + cell.outputSize.dimensions.map { $0 }
        }
    }

    public override func call(
        _ input: Tensor, states: [Tensor], training: Bool
    ) throws -> (output: Tensor, states: [Tensor]) {
        var (output, next) = (input, [Tensor]())
        for (cell, own) in zip(cells, split(states)) {
            let result = try cell.call(output, states: own, training: training)
            output = result.output
            next += result.states
        }
        return (output, next)
    }

    /// One cell after the other goes over the whole sequence. A masked step changes no cell's state, so what a cell puts out
    /// there is never read.
    package override func run(
        _ sequence: Tensor, states: [Tensor], mask: Tensor?, _ options: SequenceOptions
    ) throws -> SequenceResult {
        var result = SequenceResult(output: sequence, states: [])
        for (index, (cell, own)) in zip(cells, split(states)).enumerated() {
            var inner = options
            if index < cells.count - 1 { inner.returnsSequences = true }
            let next = try cell.run(result.output, states: own, mask: mask, inner)
            result = SequenceResult(output: next.output, states: result.states + next.states)
        }
        return result
    }

    /// The states cell by cell.
    private func split(_ states: [Tensor]) -> [[Tensor]] {
        var rest = states[...]
        return cells.map { cell in
            let own = Array(rest.prefix(cell.stateSizes.count))
            rest = rest.dropFirst(own.count)
            return own
        }
    }
}

extension StackedRNNCells: BuiltInLayer {
    package convenience init(from configuration: Configuration) throws {
        self.init(try configuration.cells("cells"), name: configuration.name)
    }
}

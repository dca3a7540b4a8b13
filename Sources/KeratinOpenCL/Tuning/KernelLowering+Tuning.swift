import KeratinCore

extension KernelLowering {
    /// A product whose results can be shared out in several ways.
    struct TunableProduct {
        let productClass: ProductClass
        let shipped: ProductChoice
        /// All that make each sum in the same order, the shipped one among them.
        let candidates: [ProductChoice]
    }

    /// The product that an operation is, if it is one.
    func productOf(
        _ operation: Operation, inputs: [TensorType], results: [TensorType]
    ) -> TunableProduct? {
        var lowering = self
        let seen = SeenProducts()
        lowering.tuning = .none
        lowering.seen = seen
        _ = lowering.workspaceBytes(operation, inputs: inputs, results: results)
        guard let product = seen.products.first else { return nil }
        return tunable(product)
    }

    func tunable(_ p: Product) -> TunableProduct {
        let productClass = ProductClass(p)
        switch family {
        case .gpu:
            let shipped = shippedTile(p).tile
            return TunableProduct(
                productClass: productClass, shipped: shipped.choice,
                candidates: tiles(like: shipped).map(\.choice))
        case .cpu:
            let panels = (p.n + tileColumns - 1) / tileColumns
            let shipped = shippedBlocks(p, panels: panels)
            let rows = (1...max(programs.blockRows / tileRows, 1))
                .filter { ($0 - 1) * tileRows < p.m }
            let columns = [1, 2, 3, 4, 6, 8, 16].filter { $0 <= panels }
            let own = ProductChoice(
                rows: shipped.rows / tileRows,
                columns: (panels + shipped.panels - 1) / max(shipped.panels, 1))
            let all = rows.flatMap { row in
                columns.map { ProductChoice(rows: row, columns: $0) }
            }
            return TunableProduct(
                productClass: productClass, shipped: own,
                candidates: all.contains(own) ? all : all + [own])
        }
    }

    /// Tiles that add in the same order as one does, and fit the device.
    func tiles(like tile: ProductTile) -> [ProductTile] {
        let all = tile.unit.map { unit in ProductTile.all.compactMap { $0.by(unit) } }
        return (all ?? ProductTile.all).filter {
            $0.ways == tile.ways && $0.depth == tile.depth
                && ($0 == tile || $0.localBytes <= programs.localMemoryBytes)
        }
    }
}

/// The products that a lowering met.
final class SeenProducts {
    var products: [Product] = []
}

extension ProductTile {
    var choice: ProductChoice { ProductChoice(rows: rows, columns: columns) }
}

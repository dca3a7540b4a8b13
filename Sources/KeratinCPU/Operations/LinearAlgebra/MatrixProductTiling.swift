import KeratinCPUKernelTable

extension MatrixProduct {
    /// How a tiled product is cut into tasks: a function of its shape and of the width of panels.
    struct Tiling {
        let packed: PackedRight
        /// Whether the right side is read where it lies instead of being packed.
        let inPlace: Bool
        let bandRows: Int
        let bands: Int
        /// Whether each band copies its columns of a transposed left side.
        let copiesLeft: Bool
        let groupPanels: Int
        let groups: Int
        /// Pieces of the K axis.
        let splits: Int
        /// Bands times groups, of all matrices.
        let outputs: Int

        init(_ product: MatrixProduct, _ table: CPUKernelTable) {
            let (rows, columns) = (product.rows, product.columns)
            packed = PackedRight(
                depth: product.depth, columns: columns, panelWidth: table.panelWidth)
            // A copy pays when many bands read it, or when the rows lie so far apart that they would
            // compete for the same cache sets.
            inPlace =
                !product.transposeRight && columns % table.vectorWidth == 0
                && (rows <= 256 || columns <= table.panelWidth)
            // Bands of equal numbers of tiles, so that none is left alone at the end.
            let allTiles = (rows + 5) / 6
            let bandCount = (allTiles + bandTiles - 1) / bandTiles
            bandRows = min((allTiles + bandCount - 1) / bandCount * 6, rows)
            bands = (rows + bandRows - 1) / bandRows
            // Columns of a wide matrix are copied first: their lines would compete for the same cache sets.
            copiesLeft = product.transposeLeft && bands > 1
            // Panels are grouped so that the packed group stays in the second-level cache, and more
            // finely when there are few bands.
            var groupPanels = max(1, 65_536 / (product.depthBlock * table.panelWidth))
            // Each group copies its bands' columns again, so these products are rather cut along K.
            while groupPanels > 1 && !copiesLeft
                && product.batch * bands * packed.panels < 8 * groupPanels
            {
                groupPanels /= 2
            }
            self.groupPanels = groupPanels
            groups = (packed.panels + groupPanels - 1) / groupPanels
            // K is cut when the output alone gives too few tasks.
            outputs = product.batch * bands * groups
            splits = outputs < 6 && product.depth >= 2048 ? min(16, product.depth / 1024) : 1
        }

        /// Tiles of a band.
        var tiles: Int { (bandRows + 5) / 6 }
    }
}

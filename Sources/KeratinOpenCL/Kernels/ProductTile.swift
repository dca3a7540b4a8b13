/// How a work-group of the gpu family computes a part of a matrix product (`linalg/gemm_gpu.cl`): what the kernel's `-D` options
/// and the launch's geometry are both made from.
struct ProductTile: Hashable {
    /// Rows and columns of C that a group owns.
    let rows: Int
    let columns: Int
    /// Depths that are moved at a time.
    let depth: Int
    /// Rows and columns of C whose sums a work-item keeps.
    let itemRows: Int
    let itemColumns: Int
    /// Parts of a group that share the depths of the tile.
    let ways: Int
    /// The part of its time that the kernel's multiply-adds take, about.
    let efficiency: Double
    /// What multiplies; nil: the work-items themselves.
    private(set) var unit: MatrixUnit?

    var items: Int { rows / itemRows * (columns / itemColumns) * ways }

    /// Bytes of local memory at most: two turns of both factors, rows moved apart.
    var localBytes: Int {
        2 * depth * (rows + columns + (unit == nil ? 8 : 12)) * 4
            + (unit == .emulated ? items * 24 : 0) + 8
    }

    var options: String {
        "-DTM=\(rows) -DTN=\(columns) -DTK=\(depth) -DRM=\(itemRows) -DRN=\(itemColumns) -DWAYS=\(ways)"
            + (unit == nil ? "" : " -DMATRIX_UNIT=1")
    }

    /// The kernel's files that say how a block is multiplied.
    var files: [String] {
        switch unit {
        case nil: []
        case .tf32: ["linalg/unit_tf32_nvidia.cl", "linalg/unit.cl"]
        case .emulated: ["linalg/unit_emulated.cl", "linalg/unit.cl"]
        }
    }

    /// The same tile computed by a matrix unit, in blocks of 64 × 32 results for 32 work-items; nil if it has no such blocks.
    func by(_ unit: MatrixUnit) -> ProductTile? {
        guard ways == 1, rows % 64 == 0, columns % 32 == 0 else { return nil }
        var tile = ProductTile(
            rows, columns, depth: depth, each: (8, 8), efficiency: efficiency)
        tile.unit = unit
        return tile
    }

    /// For few results: four ways share the depths of a small tile.
    static let shared = ProductTile(32, 32, depth: 32, each: (4, 4), ways: 4, efficiency: 0.4)

    static let all = [
        shared, ProductTile(128, 128, depth: 16, each: (8, 8), efficiency: 1),
        ProductTile(128, 64, depth: 16, each: (8, 8), efficiency: 0.9),
        ProductTile(64, 64, depth: 16, each: (8, 4), efficiency: 0.75),
        ProductTile(128, 32, depth: 16, each: (8, 4), efficiency: 0.7),
        ProductTile(32, 32, depth: 16, each: (4, 4), efficiency: 0.45),
        ProductTile(128, 16, depth: 16, each: (8, 4), efficiency: 0.5),
        ProductTile(16, 128, depth: 16, each: (4, 8), efficiency: 0.5),
    ]

    private init(
        _ rows: Int, _ columns: Int, depth: Int, each: (rows: Int, columns: Int), ways: Int = 1,
        efficiency: Double
    ) {
        self.rows = rows
        self.columns = columns
        self.depth = depth
        itemRows = each.rows
        itemColumns = each.columns
        self.ways = ways
        self.efficiency = efficiency
    }

    /// A tile and into how many parts the depths are cut, for a device of `units` compute units.
    ///
    /// Each sum is made in the order of the depths, whichever tile it lies in: only ways, parts and the matrix unit change that order, and
    /// those are functions of the shape alone. So results are the same on all devices of the family that have the same unit.
    /// - Parameter unit: what multiplies products that are large enough for it.
    static func choice(
        m: Int, n: Int, k: Int, batch: Int, units: Int, localBytes: Int, unit: MatrixUnit? = nil
    ) -> (tile: ProductTile, parts: Int) {
        let hasManyTiles = (m + 63) / 64 * ((n + 63) / 64) * batch >= 64
        let isWide = m >= 64 && n >= 32
        if hasManyTiles {
            var tiles = all
            if isWide, let unit { tiles = all.compactMap { $0.by(unit) } }
            // A group alone needs four sub-groups of work-items to keep a compute unit busy.
            let whole = tiles.filter { $0.ways == 1 && $0.localBytes <= localBytes }
            let tile = cheapest(whole) { tile in
                let turns = (tile.tiles(m, n) * batch + units - 1) / units
                return tile.cost * max(Double(turns), 128 / Double(tile.items))
            }
            return (tile, 1)
        }
        if k >= 2048 {
            // Few results and many depths, as a weight's gradient has: the tile that wastes least, and as many parts as fill a device.
            let plain = cheapest(all.filter { $0.localBytes <= leastLocalBytes }) {
                $0.cost * Double($0.tiles(m, n))
            }
            let tile = isWide ? unit.flatMap(plain.by) ?? plain : plain
            let tiles = tile.tiles(m, n) * batch
            return (tile, max(min((256 + tiles - 1) / tiles, k / 256), 1))
        }
        let tiles = shared.tiles(m, n) * batch
        return (shared, k >= 1024 && tiles < 128 ? min((128 + tiles - 1) / tiles, k / 512) : 1)
    }

    private static func cheapest(
        _ tiles: [ProductTile], by time: (ProductTile) -> Double
    ) -> ProductTile {
        tiles.min { time($0) < time($1) } ?? shared
    }

    /// Local memory that the gpu family asks of a device, as OpenCL 1.2 does.
    static let leastLocalBytes = 32 << 10

    /// Time for one depth of a tile.
    private var cost: Double { Double(rows * columns) / efficiency }

    func tiles(_ m: Int, _ n: Int) -> Int {
        ((m + rows - 1) / rows) * ((n + columns - 1) / columns)
    }
}

import KeratinCore
import KeratinTensor

/// Images cut into a grid of tiles, each with a table of its own for the 256 levels of pixels.
struct ImageTiles {
    private let batch: Int
    private let rows: Int
    private let columns: Int
    private let channels: Int
    private let grid: (rows: Int, columns: Int)
    private let tile: (rows: Int, columns: Int)

    init(_ images: Tensor, _ grid: [Int]) {
        (batch, rows, columns, channels) = (
            images.shape[0], images.shape[1], images.shape[2], images.shape[3]
        )
        self.grid = (grid[0], grid[1])
        tile = ((rows + grid[0] - 1) / grid[0], (columns + grid[1] - 1) / grid[1])
    }

    /// How many pixels a tile has.
    var pixels: Int { tile.rows * tile.columns }

    /// Images made so large that all tiles are whole: their ends mirrored.
    func padded(_ images: Tensor) -> Tensor {
        func mirrored(_ x: Tensor, _ extent: Int, axis: Int) -> Tensor {
            let count = x.shape[axis]
            if extent == count { return x }
            // Where less is there than is missing, it is mirrored again and again.
            let places = (0..<extent).map { place -> Int32 in
                let turn = place % (2 * count)
                return Int32(turn < count ? turn : 2 * count - 1 - turn)
            }
            return x.gatherClamped(Tensor(places, shape: [extent]), axis: axis)
        }
        return mirrored(
            mirrored(images, tile.rows * grid.rows, axis: 1), tile.columns * grid.columns, axis: 2)
    }

    /// How often each level occurs in each tile: [batch, grid rows, grid columns, channels, 256].
    func counts(_ levels: Tensor) -> Tensor {
        let extents = [batch, grid.rows, tile.rows, grid.columns, tile.columns, channels]
        func number(_ axis: Int) -> Tensor {
            var own = [Int](repeating: 1, count: 6)
            own[axis] = extents[axis]
            return Tensor(indicesAlong: axis, shape: Shape(own))
        }
        let table = ((number(0) * grid.rows + number(1)) * grid.columns + number(3)) * channels
        let place = (table + number(5)) * 256 + levels.reshaped(Shape(extents))
        let shape: Shape = [batch, grid.rows, grid.columns, channels, 256]
        return Tensor.apply(
            .scatterAdd(axis: 0, count: shape.count),
            [Tensor(repeating: 1, shape: [levels.count]), place.reshaped([levels.count])]
        ).reshaped(shape)
    }

    /// What the tables of the four tiles around each pixel say of its level, mixed by how near their middles are; cut to the images' size.
    func looked(up levels: Tensor, in tables: Tensor) -> Tensor {
        let flat = tables.reshaped([tables.count])
        let image = Tensor(indicesAlong: 0, shape: [batch, 1, 1, 1])
        let channel = Tensor(indicesAlong: 3, shape: [1, 1, 1, channels])
        let down = ImageTiles.neighbours(tile.rows * grid.rows, tile.rows, grid.rows)
        let right = ImageTiles.neighbours(tile.columns * grid.columns, tile.columns, grid.columns)
        func value(_ row: [Int32], _ column: [Int32]) -> Tensor {
            let y = Tensor(row, shape: [1, row.count, 1, 1])
            let x = Tensor(column, shape: [1, 1, column.count, 1])
            let table = ((image * grid.rows + y) * grid.columns + x) * channels + channel
            return flat.gatherClamped(table * 256 + levels)
        }
        let weightX = Tensor(right.weights, shape: [1, 1, right.weights.count, 1])
        let weightY = Tensor(down.weights, shape: [1, down.weights.count, 1, 1])
        func row(_ places: [Int32]) -> Tensor {
            value(places, right.first) * (1 - weightX) + value(places, right.second) * weightX
        }
        let result = row(down.first) * (1 - weightY) + row(down.second) * weightY
        return result.slice(starts: [0, 0, 0, 0], limits: [batch, rows, columns, channels])
    }

    /// For each pixel along an axis the tiles before and behind it, and what the second one counts for.
    private static func neighbours(
        _ count: Int, _ tile: Int, _ grid: Int
    ) -> (first: [Int32], second: [Int32], weights: [Float]) {
        var (first, second, weights) = ([Int32](), [Int32](), [Float]())
        for pixel in 0..<count {
            let place = (Float(pixel) - Float(tile) / 2) / Float(tile)
            let low = place.rounded(.down)
            first.append(Int32(min(max(Int(low), 0), grid - 1)))
            second.append(Int32(min(max(Int(low) + 1, 0), grid - 1)))
            weights.append(place - low)
        }
        return (first, second, weights)
    }
}

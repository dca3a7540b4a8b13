import KeratinCore

/// Matrix products and convolutions of the gpu family: tiles by work-groups (`linalg/gemm_gpu.cl`).
extension KernelLowering {
    func graphicsProduct(_ p: Product, _ workspace: Workspace) -> [KernelLaunch] {
        let shipped = shippedTile(p)
        var tile = shipped.tile
        if let tuned = tuning.choice(p) {
            // The parts stay those of the shipped tile: they decide the order of additions.
            tile = tiles(like: tile).first { $0.choice == tuned } ?? tile
        }
        return graphicsProduct(p, tile, parts: shipped.parts, workspace)
    }

    /// What the cost model chooses.
    func shippedTile(_ p: Product) -> (tile: ProductTile, parts: Int) {
        ProductTile.choice(
            m: p.m, n: p.n, k: p.k, batch: p.batch, units: features.computeUnits,
            localBytes: programs.localMemoryBytes, unit: features.matrixUnit)
    }

    /// - Parameter wanted: into how many parts the depths are cut, at most.
    func graphicsProduct(
        _ p: Product, _ tile: ProductTile, parts wanted: Int, _ workspace: Workspace
    ) -> [KernelLaunch] {
        let partDepth =
            ((p.k + wanted - 1) / wanted + tile.depth - 1) / tile.depth * tile.depth
        let parts = max((p.k + partDepth - 1) / max(partDepth, 1), 1)
        let finishes = parts == 1
        let target = finishes ? p.c : workspace.floats(parts * p.countC)
        let sizes = [
            p.m, p.n, p.k, p.batchA, p.batchB, p.batchC, p.rowA, p.depthA, p.innerStrideB,
            p.columnB, p.rowC, partDepth, p.countC, finishes && p.bias != nil ? 1 : 0,
            finishes ? p.batchBias : 0, finishes ? p.activation.code : 0,
        ]
        let form = ProductForm(p, target: target)
        let product = KernelLaunch(
            program: programs.product(tile, form), kernel: p.left.kernel,
            arguments: [
                p.a.floats, p.b.floats, (p.bias ?? p.c).floats, target.floats,
                .structure("Gemm", sizes),
            ] + windowArguments(p.left),
            global: [tile.tiles(p.m, p.n) * tile.items, parts, p.batch], local: [tile.items, 1, 1],
            keepsManySums: tile.itemRows * tile.itemColumns > 16 || tile.unit != nil)
        return finishes ? [product] : [product, splitSum(p, partial: target, splits: parts)]
    }

    /// The window, and the numbers that the kernel divides by: multiplier and shift of each.
    private func windowArguments(_ left: Product.Left) -> [KernelArgument] {
        guard let g = left.window else { return [] }
        func raised(_ values: [Int]) -> [Int] {
            [Int](repeating: 1, count: 3 - values.count) + values
        }
        let isPulled = if case .pulled = left { true } else { false }
        let sizes = raised(g.window.sizes)
        let extents = raised(isPulled ? g.input : g.output)
        let strides = raised(g.window.strides)
        // A convolution of no channels divides nothing.
        let divisors =
            [isPulled ? g.groupFilters : g.groupChannels, sizes[2], sizes[1]]
            + extents.reversed() + strides.reversed()
        return [
            g.argument,
            .structure("Divisors", divisors.flatMap { InvariantDivision(max($0, 1)).words }),
        ]
    }
}

/// What a product's program is made for: where A's elements lie, which neighbours in memory are neighbours in the product, and
/// whether four of them can be moved at a time.
struct ProductForm: Hashable {
    let loader: [String]
    let options: String

    /// - Parameter target: where the product goes, C or its parts.
    init(_ p: Product, target: BufferSlice) {
        var left = 0
        var aAlongDepth = p.depthA == 1
        var bAlongDepth = p.columnB != 1
        // Neighbours of A and B that stay neighbours.
        var runA = aAlongDepth ? p.k : p.m
        var runB = bAlongDepth ? p.k : p.n
        switch p.left {
        case .dense: break
        case .patches(let g):
            (left, runA) = (0, g.groupChannels)
        case .patchesAcross(let g):
            (left, runA, aAlongDepth) = (1, g.groupChannels, false)
        case .pulled(let g):
            (left, runA, bAlongDepth, runB) = (2, g.groupFilters, true, g.groupFilters)
        }
        let strideA = aAlongDepth ? p.rowA : p.depthA
        let strideB = bAlongDepth ? p.columnB : p.innerStrideB
        func lanes(_ slice: BufferSlice, _ steps: Int...) -> Int {
            slice.byteOffset % 16 == 0 && steps.allSatisfy { $0 % 4 == 0 } ? 4 : 1
        }
        var options = [
            "-DGEMM=\(p.left.kernel)",
            "-DVECTOR_A=\(lanes(p.a, runA, strideA, p.batchA))",
            "-DVECTOR_B=\(lanes(p.b, runB, strideB, p.batchB))",
            "-DVECTOR_C=\(lanes(target, p.n, p.rowC, p.batchC, p.countC))",
            "-DA_ALONG_DEPTH=\(aAlongDepth ? 1 : 0)", "-DB_ALONG_DEPTH=\(bAlongDepth ? 1 : 0)",
        ]
        if let window = p.left.window {
            loader = ["convolution/geometry.cl", "convolution/load_gpu.cl"]
            options += ["-DLEFT=\(left)", "-DVOLUME=\(window.input.count == 3 ? 1 : 0)"]
        } else {
            loader = ["linalg/load_gpu.cl"]
        }
        self.options = options.joined(separator: " ")
    }
}

/// Division of whole numbers from 0 to 2³¹ − 1 by one that the host knows: (n · multiplier) >> shift, exactly.
///
/// The multiplier is ⌊2^(31 + s) / d⌋ + 1 with 2^(s − 1) < d ≤ 2^s. It is too large by at most one, which changes no quotient of a
/// number below 2³¹ (Granlund and Montgomery, "Division by Invariant Integers using Multiplication", 1994).
struct InvariantDivision {
    let multiplier: UInt32
    let shift: Int

    init(_ divisor: Int) {
        let bits = Int.bitWidth - (divisor - 1).leadingZeroBitCount
        shift = 31 + bits
        multiplier = UInt32((1 << shift) / divisor + 1)
    }

    /// As a kernel takes them.
    var words: [Int] { [Int(multiplier), shift] }
}

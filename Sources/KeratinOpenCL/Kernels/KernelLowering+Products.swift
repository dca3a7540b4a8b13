import KeratinCore

/// A matrix product C(m, n) = Σ_k A(m, k)·B(k, n) in the form that both kernel families take. A is found
/// by the kernel: dense, or patches of an image.
struct Product {
    /// What A is.
    enum Left {
        case dense
        /// Patches of an image: a convolution.
        case patches(KernelWindow)
        /// The same the other way round: the filter's gradient.
        case patchesAcross(KernelWindow)
        /// A convolution's gradient at the places that each position of the image went to: the image's gradient.
        case pulled(KernelWindow)

        var window: KernelWindow? {
            switch self {
            case .dense: nil
            case .patches(let window), .patchesAcross(let window), .pulled(let window): window
            }
        }

        /// What the kernel is called, in profiles too.
        var kernel: String {
            switch self {
            case .dense: "gemm_dense"
            case .patches: "gemm_convolution"
            case .patchesAcross: "gemm_filter_gradient"
            case .pulled: "gemm_input_gradient"
            }
        }
    }

    var left = Left.dense
    var m: Int
    var n: Int
    var k: Int
    var batch: Int = 1
    var a: BufferSlice
    /// Elements between rows, depths and batches of A. Convolutions say 1 for the contiguous one.
    var rowA: Int
    var depthA: Int
    var batchA: Int = 0
    var b: BufferSlice
    /// B(k, n) lies at k / inner · outerStride + k % inner · innerStride + n · columnB.
    var innerB: Int
    var outerStrideB: Int
    var innerStrideB: Int
    var columnB: Int
    var batchB: Int = 0
    var c: BufferSlice
    var rowC: Int
    var batchC: Int = 0
    /// Elements of all of C.
    var countC: Int
    var bias: BufferSlice? = nil
    var batchBias: Int = 0
    var activation: FusedActivation = .none

    /// A product without depths: act(bias) everywhere. The groups of a convolution lie side by side in the rows of C, and are one.
    var sumOfNothing: Product {
        guard batchC < rowC else { return self }
        var whole = self
        whole.n = rowC
        whole.batch = 1
        return whole
    }
}

extension FusedActivation {
    /// The number that kernels know it by.
    var code: Int {
        switch self {
        case .none: 0
        case .relu: 1
        case .sigmoid: 2
        case .tanh: 3
        }
    }
}

extension KernelLowering {
    func productKernels(_ product: Product, _ workspace: Workspace) -> [KernelLaunch] {
        guard product.m > 0, product.n > 0, product.batch > 0 else { return [] }
        if product.k == 0 { return smallProduct(product.sumOfNothing) }
        seen?.products.append(product)
        switch family {
        case .cpu: return processorProduct(product, workspace)
        case .gpu: return graphicsProduct(product, workspace)
        }
    }

    // MARK: cpu

    var tileRows: Int { vectorLanes == 16 ? 12 : 6 }
    var tileColumns: Int { 2 * vectorLanes }

    private func processorProduct(_ p: Product, _ workspace: Workspace) -> [KernelLaunch] {
        let panels = (p.n + tileColumns - 1) / tileColumns
        let (blockRows, blockPanels, splits) = blocks(p, panels: panels)
        let rowBlocks = (p.m + blockRows - 1) / blockRows
        let columnBlocks = (panels + blockPanels - 1) / blockPanels
        var launches = [KernelLaunch]()
        var b = p.b
        var (panelB, depthB, batchB) = (tileColumns, p.innerStrideB, p.batchB)
        // Whole, unbroken rows of B are read where they are if they are few or used few times.
        let unbroken = p.innerB >= p.k || p.outerStrideB == p.innerB * p.innerStrideB
        let asIs =
            p.columnB == 1 && p.n % tileColumns == 0 && unbroken
            && (p.k * p.n <= 1 << 15 || p.innerStrideB <= 128 || rowBlocks <= 4)
        if !asIs {
            let shared = p.batchB == 0
            b = workspace.floats((shared ? 1 : p.batch) * panels * p.k * tileColumns)
            launches.append(packB(p, to: b, panels: panels, batches: shared ? 1 : p.batch))
            (panelB, depthB) = (p.k * tileColumns, tileColumns)
            batchB = shared ? 0 : panels * p.k * tileColumns
        }
        let splitDepth = splits == 1 ? p.k : ((p.k + splits - 1) / splits + 255) / 256 * 256
        let pieces = max((p.k + splitDepth - 1) / max(splitDepth, 1), 1)
        let target = pieces > 1 ? workspace.floats(pieces * p.countC) : p.c
        let finishes = pieces == 1
        let sizes: [Int] = [
            p.m, p.n, p.k, p.batchA, batchB, p.batchC, p.rowA, p.depthA, panelB, depthB, p.rowC,
            blockRows, blockPanels, columnBlocks, splitDepth, p.countC,
            finishes && p.bias != nil ? 1 : 0, finishes ? p.batchBias : 0,
            finishes ? p.activation.code : 0,
        ]
        let geometry = p.left.window.map { [$0.argument] } ?? []
        launches.append(
            KernelLaunch(
                program: programs.processorProduct, kernel: p.left.kernel,
                arguments: [
                    p.a.floats, b.floats, (p.bias ?? p.c).floats, target.floats, .ints(sizes),
                ]
                    + geometry,
                global: [rowBlocks * columnBlocks, pieces, p.batch], local: [1, 1, 1]))
        if !finishes { launches.append(splitSum(p, partial: target, splits: pieces)) }
        return launches
    }

    /// Rows and column panels of a work-item, and splits of the depth, which no table changes: they decide the order of additions.
    private func blocks(
        _ p: Product, panels: Int
    ) -> (rows: Int, panels: Int, splits: Int) {
        let shipped = shippedBlocks(p, panels: panels)
        guard let tuned = tuning.choice(p), tuned.rows <= programs.blockRows / tileRows,
            tuned.columns <= panels
        else { return shipped }
        return (
            tuned.rows * tileRows, (panels + tuned.columns - 1) / tuned.columns, shipped.splits
        )
    }

    /// Rows and column panels of a work-item, and splits of the depth: about sixteen work-items, so
    /// that a handful of threads finish together, in an order that only shapes decide.
    func shippedBlocks(
        _ p: Product, panels: Int
    ) -> (rows: Int, panels: Int, splits: Int) {
        let wanted = 16
        let largest = programs.blockRows
        let tiles = (p.m + tileRows - 1) / tileRows
        var tilesEach = largest / tileRows
        // Deep products of few results are cut in depth only: a weight's gradient.
        if p.k >= 2048, p.k >= 8 * max(p.m, p.n) {
            let blocks = (tiles + tilesEach - 1) / tilesEach
            tilesEach = (tiles + blocks - 1) / blocks
            return (
                tilesEach * tileRows, panels, max(min(wanted / (blocks * p.batch), p.k / 1024), 1)
            )
        }
        // Fewer rows each, but no fewer than two tiles, to feed the threads …
        while tilesEach > 2, (tiles + tilesEach - 1) / tilesEach * p.batch < wanted {
            tilesEach -= 1
        }
        let rowBlocks = (tiles + tilesEach - 1) / tilesEach
        var items = rowBlocks * p.batch
        // … then columns …
        var columnBlocks = 1
        if items < wanted / 2 {
            columnBlocks = min((wanted / 2 + items - 1) / items, (panels + 1) / 2)
        }
        items *= columnBlocks
        // … then depths.
        var splits = 1
        if items < wanted / 2, p.k >= 2048 {
            splits = min((wanted + items - 1) / items, p.k / 1024)
        }
        return (tilesEach * tileRows, (panels + columnBlocks - 1) / columnBlocks, splits)
    }

    private func packB(
        _ p: Product, to packed: BufferSlice, panels: Int, batches: Int
    ) -> KernelLaunch {
        // About thirty-two work-items of many panels each, so that rows of B are read in long runs.
        let group = min(panels, 8)
        let groups = (panels + group - 1) / group
        let chunk = max((p.k * groups * batches + 31) / 32, 4096 / (tileColumns * group), 32)
        let chunkDepths = (chunk + 15) / 16 * 16
        return KernelLaunch(
            program: programs.processorProduct, kernel: "gemm_pack_b",
            arguments: [
                p.b.floats, packed.floats, .ints([p.k]), .ints([p.n]), .ints([chunkDepths]),
                .ints([group]), .ints([max(p.innerB, 1)]), .ints([p.outerStrideB]),
                .ints([p.innerStrideB]), .ints([p.columnB]), .ints([p.batchB]),
                .ints([panels * p.k * tileColumns]),
            ], global: [(p.k + chunkDepths - 1) / chunkDepths, groups, batches], local: [1, 1, 1])
    }

    /// C = act(Σ partial + bias), in the order of the splits.
    func splitSum(_ p: Product, partial: BufferSlice, splits: Int) -> KernelLaunch {
        elements(
            programs.small, "split_sum",
            [partial.floats, (p.bias ?? p.c).floats, p.c.floats], p.countC, cost: splits,
            extra: [
                .ints([splits]), .ints([p.batchBias > 0 ? p.batch * p.n : p.n]),
                .ints([p.bias == nil ? 0 : 1]), .ints([p.activation.code]),
            ])
    }

    // MARK: Dense

    func matmulKernels(
        _ a: Argument, _ b: Argument, _ bias: Argument?, _ c: Argument, transposeLeft: Bool,
        transposeRight: Bool, activation: FusedActivation, _ workspace: Workspace
    ) -> [KernelLaunch] {
        let rankA = a.type.shape.rank
        let rankB = b.type.shape.rank
        let rowsA = a.type.shape[rankA - 2]
        let columnsA = a.type.shape[rankA - 1]
        let rowsB = b.type.shape[rankB - 2]
        let columnsB = b.type.shape[rankB - 1]
        var m = transposeLeft ? columnsA : rowsA
        let k = transposeLeft ? rowsA : columnsA
        let n = transposeRight ? rowsB : columnsB
        var batch = c.type.shape.dimensions.dropLast(2).reduce(1, *)
        if rankB == 2, !transposeLeft {
            // Batches of rows against one matrix are one tall product.
            m *= batch
            batch = 1
        }
        let product = Product(
            m: m, n: n, k: k, batch: batch, a: a.slice, rowA: transposeLeft ? 1 : columnsA,
            depthA: transposeLeft ? columnsA : 1, batchA: rankA == 2 ? 0 : rowsA * columnsA,
            b: b.slice, innerB: k, outerStrideB: 0, innerStrideB: transposeRight ? 1 : columnsB,
            columnB: transposeRight ? columnsB : 1, batchB: rankB == 2 ? 0 : rowsB * columnsB,
            c: c.slice, rowC: n, batchC: m * n, countC: c.type.count, bias: bias?.slice,
            activation: activation)
        let isSmall = k > 0 && family == .cpu && m * n * k * batch <= 1 << 16
        return isSmall ? smallProduct(product) : productKernels(product, workspace)
    }

    private func smallProduct(_ p: Product) -> [KernelLaunch] {
        [
            elements(
                programs.small, "matmul_small",
                [p.a.floats, p.b.floats, (p.bias ?? p.c).floats, p.c.floats], p.batch * p.m,
                cost: max(p.n * p.k / 8, 1),
                extra: [
                    p.m, p.n, p.k, p.batchA, p.batchB, p.rowA, p.depthA, p.innerStrideB, p.columnB,
                    p.bias == nil ? 0 : 1, p.activation.code,
                ].map { .ints([$0]) })
        ]
    }
}

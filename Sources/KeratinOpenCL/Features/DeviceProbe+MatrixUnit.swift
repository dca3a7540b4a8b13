import KeratinCore

extension DeviceProbe {
    /// Whether products of TF32 numbers on NVIDIA's tensor cores are as exact as the gpu family's own, edges and numbers that TF32
    /// cannot hold included: 1, or 0 where such code is not compiled.
    static let matrixTF32 = DeviceProbe(
        name: "matrix-tf32", isIsolated: true,
        run: { bench throws(BackendError) in try check(.tf32, bench) },
        program: { MatrixProbe(.tf32, $0).program })

    static func check(_ unit: MatrixUnit, _ bench: ProbeBench) throws(BackendError) -> Int {
        let worst: Double
        do {
            worst = try MatrixProbe(unit, bench.features).worstError(bench)
        } catch {
            if case .buildFailed = error { return 0 }
            throw error
        }
        guard worst < MatrixProbe.tolerance else {
            throw .unsupported("products are wrong, by \(worst) of the sum of absolute products")
        }
        return 1
    }
}

/// A product whose tiles a matrix unit computes: 130 rows and 140 columns, so that tiles have edges, of 40 depths.
struct MatrixProbe {
    static let (m, n, k) = (130, 140, 40)
    /// Of a result's sum of absolute products; a float's rounding is 6e-8.
    static let tolerance = 5e-7
    private let tile: ProductTile
    private let lowering: KernelLowering

    init(_ unit: MatrixUnit, _ features: DeviceFeatures) {
        tile = ProductTile.all.compactMap { $0.by(unit) }[0]
        lowering = KernelLowering(features, family: .gpu)
    }

    var program: KernelProgram {
        let nowhere = BufferSlice(NoBuffer())
        return launch(nowhere, nowhere, nowhere).program
    }

    private func launch(_ a: BufferSlice, _ b: BufferSlice, _ c: BufferSlice) -> KernelLaunch {
        let (m, n, k) = (Self.m, Self.n, Self.k)
        let product = Product(
            m: m, n: n, k: k, a: a, rowA: k, depthA: 1, b: b, innerB: k, outerStrideB: 0,
            innerStrideB: n, columnB: 1, c: c, rowC: n, countC: m * n, bias: nil,
            activation: .none)
        return lowering.graphicsProduct(product, tile, parts: 1, Workspace(nil))[0]
    }

    /// The largest error of a result, as a part of its sum of absolute products.
    func worstError(_ bench: ProbeBench) throws(BackendError) -> Double {
        let (m, n, k) = (Self.m, Self.n, Self.k)
        func numbers(_ count: Int, _ seed: UInt64) -> [Float] {
            (0..<count).map {
                2 * Philox.uniform(Philox.bits(index: $0, seed: seed, step: 0, stream: 0)) - 1
            }
        }
        var (a, b) = (numbers(m * k, 1), numbers(k * n, 2))
        // A row with an infinity and one with a number that TF32 rounds to one.
        a[3 * k + 5] = .infinity
        a[100 * k + 39] = Float.greatestFiniteMagnitude
        for column in 0..<n { b[39 * n + column] /= 1024 }
        func slice(_ values: [Float]) throws(BackendError) -> BufferSlice {
            BufferSlice(
                try OpenCLBuffer(
                    bench.session, constants: values.map { Int32(bitPattern: $0.bitPattern) }))
        }
        let c = try OpenCLBuffer(bench.session, byteCount: m * n * 4)
        let words = try bench.run(
            launch(try slice(a), try slice(b), BufferSlice(c)), c, m * n)
        let result = words.map { Double(Float(bitPattern: UInt32(bitPattern: $0))) }
        var worst = 0.0
        for row in 0..<m {
            for column in 0..<n {
                var (sum, size) = (0.0, 0.0)
                for depth in 0..<k {
                    let product = Double(a[row * k + depth]) * Double(b[depth * n + column])
                    sum += product
                    size += abs(product)
                }
                let found = result[row * n + column]
                if sum.isFinite {
                    // NaN must not get lost in a comparison.
                    let error = abs(found - sum) / size
                    worst = error <= worst ? worst : error.isNaN ? .infinity : error
                } else if found != sum {
                    worst = .infinity
                }
            }
        }
        return worst
    }
}

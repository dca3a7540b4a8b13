import Glibc
import KeratinCPUKernelTable
import KeratinCore

/// Batch normalisation over [rows, channels]: sums of fixed pieces of rows, added in order; the
/// variance from the deviations in a second pass.
struct BatchNormalizationLaunch {
    let rows: Int
    let channels: Int
    let epsilon: Double
    let table: CPUKernelTable

    /// Rows of one piece and how many pieces there are.
    private var pieceRows: Int { max(64, min(2048, 65_536 / max(channels, 1))) }
    private var pieces: Int { max(1, (rows + pieceRows - 1) / pieceRows) }
    private var cost: Double { Double(rows * channels) * 0.2 }

    init(_ type: TensorType, epsilon: Double, _ table: CPUKernelTable) {
        channels = type.shape[type.shape.rank - 1]
        rows = type.shape.dimensions.dropLast().reduce(1, *)
        self.epsilon = epsilon
        self.table = table
    }

    /// A task for every piece of rows.
    private func eachPiece(
        _ body: @escaping (_ first: Int, _ count: Int, _ piece: Int, _ memory: TaskMemory) -> Void
    ) -> Phase {
        Phase(tasks: pieces, cost: cost) { piece, memory in
            let first = piece * pieceRows
            body(first, min(pieceRows, rows - first), piece, memory)
        }
    }

    /// Adds up the pieces' sums in order.
    private func total(
        _ partial: UnsafeMutablePointer<Float>, _ sums: UnsafeMutablePointer<Float>
    ) {
        memset(sums, 0, channels * 4)
        table.columns.accumulate(.sum, partial, pieces, channels, sums)
    }

    func forward(_ request: LaunchRequest) throws -> PreparedLaunch {
        let x = try request.inputs[0].pointer().floats
        let gamma = try request.inputs[1].pointer().floats
        let beta = try request.inputs[2].pointer().floats
        let y = try request.results[0].pointer().floats
        let mean = try request.results[1].pointer().floats
        let variance = try request.results[2].pointer().floats
        var launch = PreparedLaunch()
        guard channels > 0 else { return launch }
        launch.sharedBytes = (pieces + 1) * channels * 4
        let columns = table.columns
        launch.phases = [
            eachPiece { first, count, piece, memory in
                let sums = memory.shared.floats + piece * channels
                memset(sums, 0, channels * 4)
                columns.accumulate(.sum, x + first * channels, count, channels, sums)
            },
            Phase(cost: Double(pieces * channels)) { _, memory in
                total(memory.shared.floats, mean)
                for c in 0..<channels { mean[c] /= Float(rows) }
            },
            eachPiece { first, count, piece, memory in
                let sums = memory.shared.floats + piece * channels
                memset(sums, 0, channels * 4)
                columns.squaredDeviation(x + first * channels, mean, count, channels, sums)
            },
            Phase(cost: Double(pieces * channels)) { _, memory in
                let scale = memory.shared.floats + pieces * channels
                total(memory.shared.floats, variance)
                for c in 0..<channels {
                    variance[c] /= Float(rows)
                    scale[c] = gamma[c] / (variance[c] + Float(epsilon)).squareRoot()
                }
            },
            eachPiece { first, count, _, memory in
                columns.normalize(
                    x + first * channels, mean, memory.shared.floats + pieces * channels, beta,
                    y + first * channels, count, channels)
            },
        ]
        return launch
    }

    func backward(_ request: LaunchRequest) throws -> PreparedLaunch {
        let x = try request.inputs[0].pointer().floats
        let gamma = try request.inputs[1].pointer().floats
        let mean = try request.inputs[2].pointer().floats
        let variance = try request.inputs[3].pointer().floats
        let dy = try request.inputs[4].pointer().floats
        let dx = try request.results[0].pointer().floats
        let dGamma = try request.results[1].pointer().floats
        let dBeta = try request.results[2].pointer().floats
        var launch = PreparedLaunch()
        guard channels > 0 else { return launch }
        launch.sharedBytes = (2 * pieces + 3) * channels * 4
        let columns = table.columns
        launch.phases = [
            eachPiece { first, count, piece, memory in
                let plain = memory.shared.floats + piece * channels
                let weighted = plain + pieces * channels
                memset(plain, 0, channels * 4)
                memset(weighted, 0, channels * 4)
                columns.gradientSums(
                    x + first * channels, mean, dy + first * channels, count, channels, plain,
                    weighted)
            },
            // dx = γ/σ·(dy - Σdy/n - (x - μ)/σ²·Σ(dy·(x - μ))/n): a·dy + b·(x - μ) + c by channel.
            Phase(cost: Double(pieces * channels)) { _, memory in
                total(memory.shared.floats, dBeta)
                total(memory.shared.floats + pieces * channels, dGamma)
                let factors = memory.shared.floats + 2 * pieces * channels
                for c in 0..<channels {
                    let inverse = 1 / (variance[c] + Float(epsilon)).squareRoot()
                    dGamma[c] *= inverse
                    let scale = gamma[c] * inverse
                    factors[c] = scale
                    factors[channels + c] = -scale * inverse * dGamma[c] / Float(rows)
                    factors[2 * channels + c] = -scale * dBeta[c] / Float(rows)
                }
            },
            eachPiece { first, count, _, memory in
                let factors = memory.shared.floats + 2 * pieces * channels
                columns.gradientApply(
                    x + first * channels, mean, dy + first * channels, factors, factors + channels,
                    factors + 2 * channels, dx + first * channels, count, channels)
            },
        ]
        return launch
    }
}

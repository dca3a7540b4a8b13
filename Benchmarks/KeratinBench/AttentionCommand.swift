import ArgumentParser
import Keratin
import KeratinCore
import KeratinTooling

/// `keratin-bench attention`: dot-product attention, forward and backward.
struct AttentionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attention",
        abstract: "Attention forward and backward; `attention_peer.py` times PyTorch's.")

    @OptionGroup var options: BenchOptions

    @Option(help: "Samples of a batch.", transform: atLeast(1)) var batch = 8
    @Option(help: "Heads of queries, keys and values.") var heads = 8
    @Option(help: "Numbers per query, key and value.") var width = 64
    @Option(help: "Positions of a sample.") var length: [Int] = [512]
    @Flag(help: "Query i sees the keys 0 … i only.") var causal = false

    struct Row: Encodable {
        let backend: String
        let device: String
        let length: Int
        let forwardMilliseconds: Double
        let milliseconds: Double
        let gflops: Double
    }

    func run() throws {
        var rows = [Row]()
        for backend in try options.backends() {
            for length in length { rows.append(try measure(backend, length)) }
        }
        try options.report(
            rows, ["backend", "device", "positions", "forward ms", "both ms", "GFLOP/s"]
        ) {
            [
                $0.backend, $0.device, "\($0.length)", decimal($0.forwardMilliseconds, 2),
                decimal($0.milliseconds, 2), decimal($0.gflops, 1),
            ]
        }
    }

    private func measure(_ backend: any Backend, _ length: Int) throws -> Row {
        let type = TensorType([batch, length, heads, width])
        let pattern = AttentionPattern(
            scale: 1 / Double(width).squareRoot(), isCausal: causal)
        let forward = try backend.request(
            .fused(DotProductAttention(pattern: pattern, hasMask: false)), [type, type, type])
        let rows = forward.results[1].type
        var backward = try backend.request(
            .fused(DotProductAttentionGradient(pattern: pattern, hasMask: false)),
            [type, type, type, type, rows, rows, type])
        for (index, result) in forward.results.enumerated() { backward.inputs[3 + index] = result }
        func time(_ steps: [PlanStep]) throws -> Double {
            let plan = try backend.makePlan(steps)
            return try medianSeconds(repeats: options.repeats) {
                try plan.run()
                try backend.synchronize()
            }
        }
        let first = try time([.launch(forward)])
        let both = try time([.launch(forward), .launch(backward)])
        // Two products forward, five backward.
        let flops = 14 * Double(batch * heads * length * length * width) * (causal ? 0.5 : 1)
        return Row(
            backend: backend.name, device: backend.device.name, length: length,
            forwardMilliseconds: first * 1e3, milliseconds: both * 1e3, gflops: flops / both / 1e9)
    }
}

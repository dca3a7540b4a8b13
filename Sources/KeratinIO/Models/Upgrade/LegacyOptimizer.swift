import KeratinCore
import KeratinLayers
import KeratinModels

/// What an optimizer had kept, from `optimizer_weights` of a whole model: a list of arrays whose order depends on the optimizer and
/// the version (keras/optimizers.py of 1.2.2, 2.2.4 and 2.3.1, keras/optimizers/legacy of tf.keras 2.15).
struct LegacyOptimizer {
    private let arrays: [RawArray]
    /// As `optimizer_config` of the file.
    private let className: String
    private let config: ConfigUpgrade.Fields

    /// - Returns: nil if the file has nothing of an optimizer.
    init?(_ root: HDF5Group, _ training: ConfigValue) {
        guard case .group(let group)? = root["optimizer_weights"],
            let optimizer = training["optimizer_config"]
        else { return nil }
        let names = LegacyWeights.texts("weight_names", group.attributes)
        let arrays = names.compactMap { name -> RawArray? in
            let parts = name.split(separator: "/").map(String.init)
            guard let last = parts.last,
                case .dataset(let array, _)? = group.group(parts.dropLast())?[last]
            else { return nil }
            return array
        }
        guard !arrays.isEmpty, arrays.count == names.count else { return nil }
        self.arrays = arrays
        className = String(optimizer["class_name"]?.text?.split(separator: ">").last ?? "")
        config = optimizer["config"]?.fields ?? [:]
    }

    /// Whether the arrays are in the order of tf.keras 2.11 and later, which is Keras 3's but for the learning rate. Optimizers of
    /// before have a `decay`.
    private var isOfNewKind: Bool { config["decay"] == nil && config["lr"] == nil }

    /// Slots of each weight, and whether they stand weight by weight in Keras 3's order.
    private var slots: (count: Int, byWeight: Bool)? {
        switch className.lowercased() {
        case "sgd", "adagrad": (1, false)
        case "rmsprop":
            (
                1 + ((config["momentum"]?.asNumber ?? 0) > 0 ? 1 : 0)
                    + (config["centered"] == .boolean(true) ? 1 : 0), false
            )
        case "adam", "adamw", "adamax", "nadam", "adadelta", "ftrl": (2, true)
        default: nil
        }
    }

    /// The arrays as files of tf.keras 2.11 and later have them.
    /// - Returns: nil if they cannot be laid out so.
    func variables(_ loading: LegacyLoading, _ weights: [Variable]) -> [RawArray]? {
        if isOfNewKind { return arrays }
        guard let slots else { return nil }
        var rest = arrays[...]
        var iteration = RawArray(Int64(0))
        if let first = rest.first, first.count == 1, first.shape.isEmpty {
            iteration = RawArray((try? first.integers().first) ?? 0)
            rest = rest.dropFirst()
        }
        // The running product of Nadam follows from the step.
        if className.lowercased() == "nadam" { rest = rest.filter { !$0.shape.isEmpty }[...] }
        let count = loading.trainedCount
        if className.lowercased() == "ftrl", rest.count == 2 * count {
            // Both of a weight stand together there.
            let pairs = Array(rest)
            rest = stride(from: 0, to: pairs.count, by: 2).map { pairs[$0] }[...]
            rest += stride(from: 1, to: pairs.count, by: 2).map { pairs[$0] }
        }
        if rest.isEmpty, className.lowercased() == "sgd" {
            let rate = (config["learning_rate"] ?? config["lr"])?.asNumber ?? 0.01
            return [iteration, RawArray([Float(rate)], shape: [])]
        }
        var blocks: [[RawArray]] = []
        while blocks.count < slots.count {
            guard rest.count >= count, let block = loading.slot(rest.prefix(count), for: weights)
            else { return nil }
            blocks.append(block)
            rest = rest.dropFirst(count)
        }
        if config["amsgrad"] == .boolean(true), className.lowercased() == "adam" {
            guard let block = loading.slot(rest.prefix(count), for: weights) else { return nil }
            rest = rest.dropFirst(count)
            let interleaved = weights.indices.flatMap { index in blocks.map { $0[index] } }
            return rest.isEmpty ? [iteration] + interleaved + block : nil
        }
        // Adam of Keras 2.2.4 has a number for each weight in place of what `amsgrad` keeps.
        guard rest.allSatisfy({ $0.count == 1 }) else { return nil }
        if slots.byWeight {
            return [iteration] + weights.indices.flatMap { index in blocks.map { $0[index] } }
        }
        return [iteration] + blocks.flatMap { $0 }
    }
}

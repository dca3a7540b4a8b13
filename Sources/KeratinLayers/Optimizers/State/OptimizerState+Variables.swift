import KeratinCore
import KeratinTensor

/// A variable of an optimizer as Keras files hold it.
package struct OptimizerVariable: Hashable, Sendable {
    package enum Values: Hashable, Sendable {
        case int64([Int64])
        case int32([Int32])
        case float32([Float])

        /// The numbers as floats.
        package var floats: [Float] {
            switch self {
            case .int64(let values): values.map { Float($0) }
            case .int32(let values): values.map { Float($0) }
            case .float32(let values): values
            }
        }

        /// The only number as an integer.
        var integer: Int? {
            switch self {
            case .int64(let values): values.first.map { Int($0) }
            case .int32(let values): values.first.map { Int($0) }
            case .float32(let values): values.first.flatMap { Int(exactly: $0) }
            }
        }
    }

    /// For people; files find variables by their order.
    package var name: String
    package var shape: Shape
    package var values: Values

    package init(name: String, shape: Shape, values: Values) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}

/// Which variables of an optimizer files hold, and in which order.
package enum OptimizerLayout: CaseIterable, Sendable {
    /// The step, the learning rate unless it is a schedule, the averages and the accumulated gradients of each weight, the
    /// slots, and Nadam's running product.
    case keras3
    /// tf.keras 2.11 to 2.15: without the rate, which stands in the configuration only, without Nadam's product, without
    /// the unused slots of Adafactor, and with a momentum of each weight for SGD that has none.
    case tfKeras
}

extension OptimizerState {
    /// What a variable of a file stands for.
    private enum Meaning {
        case step, rate, product
        case numbers(Location)
        /// Read past.
        case nothing
    }

    private typealias Entry = (name: String, shape: Shape, meaning: Meaning)

    private func entries(_ layout: OptimizerLayout) throws -> [Entry] {
        var result: [Entry] = [("iteration", .scalar, .step)]
        if layout == .keras3, optimizer.learningRate.constant != nil {
            result.append(("learning_rate", .scalar, .rate))
        }
        result += try locations()
            .filter { layout == .keras3 || !$0.isUnused }
            .map { ($0.name, $0.shape, .numbers($0)) }
        if layout == .tfKeras, let rule = rule as? any IdleSlotRule {
            result += rule.idleSlots.flatMap { slot in
                descriptions.map { ("\($0.path)_\(slot)", $0.shape, .nothing) }
            }
        }
        if layout == .keras3, rule.runningProduct != nil {
            result.append(("u_product", .scalar, .product))
        }
        return result
    }

    /// Everything that training needs to go on, in the order of Keras 3's files. Waits for the device.
    /// - Throws: `KeratinError` before the weights are known.
    package func getVariables() throws -> [OptimizerVariable] {
        var read: [ObjectIdentifier: [Float]] = [:]
        return try entries(.keras3).map { name, shape, meaning in
            let values: OptimizerVariable.Values
            switch meaning {
            case .step: values = .int64([Int64(iterations)])
            case .rate: values = .float32([Float(optimizer.learningRate.constant ?? 0)])
            case .product: values = .float32([Float(product(after: iterations / runsPerStep))])
            case .nothing: values = .float32([])
            case .numbers(let location):
                let id = ObjectIdentifier(location.storage)
                let all = try read[id] ?? location.storage.values()
                read[id] = all
                let part = Array(all[location.offset..<(location.offset + shape.count)])
                values =
                    location.isUnused
                    ? .int32(part.map { Int32(exactly: $0) ?? 0 }) : .float32(part)
            }
            return OptimizerVariable(name: name, shape: shape, values: values)
        }
    }

    /// The names of the variables in the order of Keras 3's files.
    package func variableNames() throws -> [String] { try entries(.keras3).map(\.name) }

    /// Stores what `getVariables` gave, or Keras wrote.
    /// - Parameter layouts: how the variables may be laid out; the first one that fits their shapes counts.
    /// - Throws: `KeratinError` if the count or a shape differs; nothing is stored then.
    package func setVariables(
        _ variables: [OptimizerVariable], layouts: [OptimizerLayout] = [.keras3]
    ) throws {
        let candidates = try layouts.map { try entries($0) }
        guard let entries = candidates.first(where: { misfit(variables, $0) == nil }) else {
            throw candidates.compactMap { misfit(variables, $0) }.first
                ?? KeratinError(.invalidArgument, "no layout was named", at: optimizer.name)
        }
        guard let step = variables[0].values.integer, (0...(1 << 53)).contains(step) else {
            throw KeratinError(
                .invalidData, "the step must be an integer ≥ 0, got \(variables[0].values)",
                at: optimizer.name)
        }
        iterations = step
        // Where a file does not hold it, it follows from the step.
        product = (0, 1)
        var blocks: [ObjectIdentifier: (storage: StateStorage, values: [Float])] = [:]
        for (entry, variable) in zip(entries, variables) {
            let floats = variable.values.floats
            switch entry.meaning {
            case .step, .nothing: break
            case .rate:
                if let rate = floats.first { optimizer.learningRate = LearningRate(Double(rate)) }
            case .product:
                if let value = floats.first { product = (step / runsPerStep, Double(value)) }
            case .numbers(let location):
                let id = ObjectIdentifier(location.storage)
                var block = try blocks[id] ?? (location.storage, location.storage.values())
                let range = location.offset..<(location.offset + location.shape.count)
                block.values.replaceSubrange(range, with: floats)
                blocks[id] = block
            }
        }
        for block in blocks.values { try block.storage.writeBlock(block.values) }
    }

    /// Why variables are not laid out like these entries; nil: they are.
    private func misfit(_ variables: [OptimizerVariable], _ entries: [Entry]) -> KeratinError? {
        guard variables.count == entries.count else {
            return KeratinError(
                .shapeMismatch,
                "has \(entries.count) variables, got \(variables.count)", at: optimizer.name)
        }
        for (variable, own) in zip(variables, entries)
        where variable.shape != own.shape || variable.values.floats.count != own.shape.count {
            return KeratinError(
                .shapeMismatch,
                "the variable '\(own.name)' is \(own.shape), got \(variable.shape)",
                at: optimizer.name)
        }
        return nil
    }

    /// Where the numbers of a variable are.
    private struct Location {
        var name: String
        var shape: Shape
        var storage: StateStorage
        var offset = 0
        var isUnused = false
    }

    private func locations() throws -> [Location] {
        guard vector != nil else {
            throw KeratinError(
                .invalidState, "has no variables before the model is built and prepared",
                at: optimizer.name)
        }
        func name(_ variable: OptimizedVariable, _ slot: String) -> String {
            variable.path.map { $0 == "/" ? "_" : String($0) }.joined() + "_" + slot
        }
        /// Parts of vectors, weight by weight.
        func parts(_ vectors: [(name: String, storage: StateStorage)]) -> [Location] {
            var offset = 0
            return descriptions.flatMap { variable in
                defer { offset += variable.shape.count }
                return vectors.map {
                    Location(
                        name: name(variable, $0.name), shape: variable.shape, storage: $0.storage,
                        offset: offset)
                }
            }
        }
        var result: [Location] = []
        if let average { result += parts([("average", average)]) }
        if let accumulator { result += parts([("gradient_accumulator", accumulator)]) }
        if let rule = rule as? any UpdateRule {
            let all = Array(zip(rule.slots, slots))
            for group in Set(rule.slots.map(\.group)).sorted() {
                result += parts(all.filter { $0.0.group == group }.map { ($0.0.name, $0.1) })
            }
        }
        if let rule = rule as? any VariableUpdateRule {
            for (variable, storages) in zip(descriptions, variableSlots) {
                result += zip(rule.slots(for: variable), storages).map { slot, storage in
                    Location(
                        name: name(variable, slot.name), shape: slot.shape, storage: storage,
                        isUnused: slot.isUnused)
                }
            }
        }
        return result
    }
}

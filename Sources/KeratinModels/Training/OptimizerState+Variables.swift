import KeratinCore
import KeratinLayers
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

extension OptimizerState {
    /// Everything that training needs to go on, in the order of Keras files: the step, the learning rate unless it is a
    /// schedule, the averages and the accumulated gradients of each weight, then the slots. Waits for the device.
    /// - Throws: `KeratinError` before the weights are known.
    package func getVariables() throws -> [OptimizerVariable] {
        var result = [
            OptimizerVariable(
                name: "iteration", shape: .scalar, values: .int64([Int64(iterations)]))
        ]
        if let rate = optimizer.learningRate.constant {
            result.append(
                OptimizerVariable(
                    name: "learning_rate", shape: .scalar, values: .float32([Float(rate)])))
        }
        var read: [ObjectIdentifier: [Float]] = [:]
        result += try locations().map { location in
            let id = ObjectIdentifier(location.storage)
            let values = try read[id] ?? location.storage.values()
            read[id] = values
            let part = Array(values[location.offset..<(location.offset + location.shape.count)])
            return OptimizerVariable(
                name: location.name, shape: location.shape,
                values: location.isUnused ? .int32(part.map { Int32($0) }) : .float32(part))
        }
        if rule.runningProduct != nil {
            let value = Float(product(after: iterations / runsPerStep))
            result.append(
                OptimizerVariable(name: "u_product", shape: .scalar, values: .float32([value])))
        }
        return result
    }

    /// Stores what `getVariables` gave, or Keras wrote.
    /// - Throws: `KeratinError` if the count or a shape differs; nothing is stored then.
    package func setVariables(_ variables: [OptimizerVariable]) throws {
        let expected = try getVariables()
        guard variables.count == expected.count else {
            throw KeratinError(
                .shapeMismatch,
                "has \(expected.count) variables, got \(variables.count)", at: optimizer.name)
        }
        for (variable, own) in zip(variables, expected) {
            guard variable.shape.count == own.shape.count, variable.shape == own.shape,
                variable.values.floats.count == own.shape.count
            else {
                throw KeratinError(
                    .shapeMismatch,
                    "the variable '\(own.name)' is \(own.shape), got \(variable.shape)",
                    at: optimizer.name)
            }
        }
        guard let step = variables[0].values.integer, step >= 0 else {
            throw KeratinError(
                .invalidData, "the step must be an integer ≥ 0, got \(variables[0].values)",
                at: optimizer.name)
        }
        var rest = variables.dropFirst()
        if optimizer.learningRate.constant != nil, let rate = rest.popFirst()?.values.floats.first {
            optimizer.learningRate = LearningRate(Double(rate))
        }
        iterations = step
        if rule.runningProduct != nil, let value = rest.popLast()?.values.floats.first {
            product = (step / runsPerStep, Double(value))
        }
        var blocks: [ObjectIdentifier: (storage: StateStorage, values: [Float])] = [:]
        for (location, variable) in zip(try locations(), rest) {
            let id = ObjectIdentifier(location.storage)
            var block = try blocks[id] ?? (location.storage, location.storage.values())
            let range = location.offset..<(location.offset + location.shape.count)
            block.values.replaceSubrange(range, with: variable.values.floats)
            blocks[id] = block
        }
        for block in blocks.values { try block.storage.writeBlock(block.values) }
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

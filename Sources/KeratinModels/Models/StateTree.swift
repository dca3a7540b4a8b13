import KeratinCore
import KeratinLayers
import KeratinTensor

extension Model {
    /// Everything that training changes, as Keras's `get_state_tree`: under `trainable_variables` and `non_trainable_variables` the weights by
    /// their paths (`dense/kernel`), under `optimizer_variables` what the optimizer keeps, by its names.
    /// - Throws: `KeratinError` if the model is not built.
    public func getStateTree() throws -> [String: [String: NDArray]] {
        try lock.withLock {
            try requireBuilt()
            func arrays(_ variables: [Variable]) throws -> [String: NDArray] {
                try Dictionary(
                    variables.map { ($0.path, try NDArray($0.state.values(), shape: $0.shape)) },
                    uniquingKeysWith: { first, _ in first })
            }
            var tree = [
                "trainable_variables": try arrays(trainableWeights),
                "non_trainable_variables": try arrays(nonTrainableWeights),
            ]
            if let optimizer = training?.optimizer, optimizer.numberCount != nil {
                tree["optimizer_variables"] = Dictionary(
                    try optimizer.getVariables().map {
                        ($0.name, NDArray($0.values.floats, shape: $0.shape))
                    }, uniquingKeysWith: { first, _ in first })
            }
            return tree
        }
    }

    /// Stores what `getStateTree` gave, or a part of it.
    /// - Throws: `KeratinError` for a name or a shape that is not the model's; nothing is stored then.
    public func setStateTree(_ tree: [String: [String: NDArray]]) throws {
        try exclusively {
            try requireBuilt()
            let known = ["trainable_variables", "non_trainable_variables", "optimizer_variables"]
            if let other = tree.keys.sorted().first(where: { !known.contains($0) }) {
                throw unknownName(other, among: known, what: "part of a state tree")
            }
            var assignments: [(Variable, NDArray)] = []
            for (part, variables) in [
                (known[0], trainableWeights), (known[1], nonTrainableWeights),
            ] {
                for (path, array) in tree[part] ?? [:] {
                    guard let variable = variables.first(where: { $0.path == path }) else {
                        throw unknownName(path, among: variables.map(\.path), what: "weight")
                    }
                    guard variable.shape == array.shape else {
                        throw KeratinError(
                            .shapeMismatch,
                            "weight '\(path)' is \(variable.shape), got \(array.shape)", at: place)
                    }
                    assignments.append((variable, array))
                }
            }
            if let values = tree[known[2]] {
                guard let optimizer = training?.optimizer, optimizer.numberCount != nil else {
                    throw KeratinError(
                        .invalidState, "has no optimizer that began to train", at: place)
                }
                try optimizer.setVariables(
                    try optimizer.getVariables().map { own in
                        guard let array = values[own.name] else { return own }
                        guard array.shape == own.shape else {
                            throw KeratinError(
                                .shapeMismatch,
                                "'\(own.name)' is \(own.shape), got \(array.shape)", at: place)
                        }
                        var variable = own
                        switch own.values {
                        case .float32: variable.values = .float32(try array.floats())
                        case .int32: variable.values = .int32(try array.floats().map { Int32($0) })
                        case .int64: variable.values = .int64(try array.floats().map { Int64($0) })
                        }
                        return variable
                    })
            }
            for (variable, array) in assignments { try variable.state.setValues(array.floats()) }
            training?.restored()
        }
    }
}

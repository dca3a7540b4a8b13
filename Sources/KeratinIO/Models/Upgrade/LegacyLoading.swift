import KeratinCore
import KeratinLayers
import KeratinModels

/// The layers of a model beside the layers of an old file.
struct LegacyLoading {
    private let conversion: LegacyConversion
    /// Of each layer of the file that has one in the model.
    private var layouts: [LegacyLayout] = []
    private var assignments = WeightAssignments()

    /// - Parameter byName: whether layers are found by their names, and what has no counterpart is passed over; if not all of the
    ///   file's layers are in the model by their names, they are taken in order.
    init(_ weights: LegacyWeights, _ model: Model, byName: Bool) throws {
        conversion = LegacyConversion(era: weights.era, isOfTheano: weights.isOfTheano)
        let stored = weights.layers.filter { !$0.arrays.isEmpty }
        let found = Self.matched(stored, model, byName: byName)
        guard let found else {
            let own = Self.withWeights(model.layers)
            throw KeratinError(
                .shapeMismatch,
                "the weights do not fit the model: the file has \(stored.count) layers with weights (\(Self.listed(stored.map { $0.name ?? "?" }))), the model \(own.count) (\(Self.listed(own.map(\.name))))"
            )
        }
        for (stored, layer) in zip(stored, found) {
            guard let layer else {
                assignments.leave("'\(stored.name ?? "?")' is no layer of the model")
                continue
            }
            add(stored, layer)
        }
        let taken = Set(found.compactMap { $0.map { ObjectIdentifier($0) } })
        for layer in Self.withWeights(model.layers) where !taken.contains(ObjectIdentifier(layer)) {
            if (layer as? Model).map({ model in
                model.layers.contains { taken.contains(ObjectIdentifier($0)) }
            }) != true {
                assignments.miss("the file has nothing for \(layer.place)")
            }
        }
    }

    /// Stores what fits; see `WeightAssignments.store`.
    mutating func store(skipsMismatch: Bool, allowsGaps: Bool) throws -> WeightsReport {
        try assignments.store(skipsMismatch: skipsMismatch, allowsGaps: allowsGaps)
    }

    private static func listed(_ names: [String]) -> String {
        names.count > 12
            ? names.prefix(12).joined(separator: ", ") + ", …" : names.joined(separator: ", ")
    }

    private static func withWeights(_ layers: [Layer]) -> [Layer] {
        layers.filter { !$0.weights.isEmpty }
    }

    /// The layers of a model, those of models inside in their place.
    private static func flattened(_ layers: [Layer]) -> [Layer] {
        layers.flatMap { layer in (layer as? Model).map { flattened($0.layers) } ?? [layer] }
    }

    /// For each layer of the file one of the model; nil: they are not as many.
    private static func matched(
        _ stored: [LegacyWeights.Layer], _ model: Model, byName: Bool
    ) -> [Layer?]? {
        let own = withWeights(model.layers)
        let flat = withWeights(flattened(model.layers))
        var named: [String: Layer] = [:]
        // Layers of the model itself come before those of models inside.
        for layer in flat { named[layer.name] = layer }
        for layer in own { named[layer.name] = layer }
        let byNames = stored.map { $0.name.flatMap { named[$0] } }
        if byName { return byNames }
        let distinct = Set(byNames.compactMap { $0.map { ObjectIdentifier($0) } })
        if distinct.count == stored.count, [own.count, flat.count].contains(stored.count) {
            return byNames
        }
        // Keras 1 writes the layers of branches that a Merge joins, not the branches.
        return [own, flat].first { $0.count == stored.count }
    }

    private mutating func add(_ stored: LegacyWeights.Layer, _ layer: Layer) {
        let candidates = LegacyLayout.candidates(for: [layer])
        let fitting = candidates.filter { $0.places.count == stored.arrays.count }
        guard let first = fitting.first else {
            assignments.skip(
                "'\(stored.name ?? "?")' has \(stored.arrays.count) arrays (\(Self.listed(stored.names))), but \(layer.place) has \(candidates[0].places.count) weights (\(Self.listed(candidates[0].leaves.flatMap { $0.variables.map(\.name) })))"
            )
            return
        }
        let layout = fitting.first { isFit($0, stored.arrays) } ?? first
        layouts.append(layout)
        let names = layout.arrays(stored.names) ?? []
        for (index, (leaf, arrays)) in zip(layout.leaves, converted(layout, stored.arrays))
            .enumerated()
        {
            for (place, (variable, array)) in zip(leaf.variables, arrays).enumerated() {
                let name = place < names[index].count ? names[index][place] : "?"
                assignments.assign(
                    array, "'\(stored.name ?? "?")': '\(name)'", to: variable, of: leaf.layer.place)
            }
        }
    }

    private func converted(_ layout: LegacyLayout, _ arrays: [RawArray]) -> [[RawArray]] {
        zip(layout.leaves, layout.arrays(arrays) ?? []).map { conversion.converted($0, $1) }
    }

    private func isFit(_ layout: LegacyLayout, _ arrays: [RawArray]) -> Bool {
        zip(layout.leaves, converted(layout, arrays)).allSatisfy { leaf, arrays in
            arrays.map(\.shape) == leaf.variables.map { $0.shape.dimensions }
        }
    }

    // MARK: What an optimizer keeps

    /// How many arrays of the file training changed.
    var trainedCount: Int {
        layouts.reduce(0) { $0 + $1.leaves.reduce(0) { $0 + $1.counts.trainable } }
    }

    /// One array for each of these weights, from one for each array that training changed.
    /// - Returns: nil if they do not fit.
    func slot(_ arrays: ArraySlice<RawArray>, for weights: [Variable]) -> [RawArray]? {
        var rest = arrays
        var found: [ObjectIdentifier: RawArray] = [:]
        for layout in layouts {
            for leaf in layout.leaves {
                let own = Array(rest.prefix(leaf.counts.trainable))
                guard own.count == leaf.counts.trainable else { return nil }
                rest = rest.dropFirst(own.count)
                for (variable, array) in zip(leaf.variables, conversion.converted(leaf, own)) {
                    found[ObjectIdentifier(variable)] = array
                }
            }
        }
        let result = weights.compactMap { found[ObjectIdentifier($0)] }
        let fits = zip(result, weights).allSatisfy { $0.shape == $1.shape.dimensions }
        return rest.isEmpty && result.count == weights.count && fits ? result : nil
    }
}

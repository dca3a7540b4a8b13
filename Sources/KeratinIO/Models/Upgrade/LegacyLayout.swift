import KeratinLayers

/// How old files list the weights of a layer: all that training changes, then all others, of the layers inside too
/// (`trainable_weights + non_trainable_weights`: keras/engine/topology.py of 1.2.2 and 2.0.9, keras/saving/legacy/hdf5_format.py
/// of tf.keras 2.15, keras/src/legacy/saving/legacy_h5_format.py of Keras 3).
struct LegacyLayout {
    /// A layer with weights of its own.
    struct Leaf {
        let layer: Layer
        let variables: [Variable]
        /// How many arrays the file has for it, and how many of them training changed.
        let counts: (trainable: Int, other: Int)

        var count: Int { counts.trainable + counts.other }
    }

    let leaves: [Leaf]
    /// For each array of the file: its leaf, and its place among the leaf's arrays.
    let places: [(leaf: Int, index: Int)]

    /// The layouts that a list of arrays may have, the likeliest first.
    ///
    /// Which half a weight is in depends on what was frozen when the file was written. Recurrent layers of Keras 1 list each
    /// gate by itself.
    static func candidates(for layers: [Layer]) -> [LegacyLayout] {
        var result: [LegacyLayout] = []
        for form in LegacyForm.allCases {
            for order in Order.allCases { result.append(LegacyLayout(layers, form, order)) }
        }
        return result
    }

    private enum Order: CaseIterable { case asFrozen, nothingFrozen, byLayer }

    private init(_ layers: [Layer], _ form: LegacyForm, _ order: Order) {
        var leaves: [Leaf] = []
        var seen: Set<ObjectIdentifier> = []
        func collect(_ layer: Layer, _ trainable: Bool) {
            let trainable = trainable && (layer.trainable || order != .asFrozen)
            let own = layer.ownWeights.filter { seen.insert(ObjectIdentifier($0)).inserted }
            if !own.isEmpty {
                let changed = trainable ? own.count { $0.trainable } : 0
                let count = form.arrayCount(of: layer, own.count)
                // Gates are trained together.
                let trained = changed == own.count ? count : changed
                leaves.append(
                    Leaf(layer: layer, variables: own, counts: (trained, count - trained)))
            }
            for inner in layer.sublayers { collect(inner, trainable) }
        }
        for layer in layers { collect(layer, true) }
        var trained: [(leaf: Int, index: Int)] = []
        var others: [(leaf: Int, index: Int)] = []
        for (place, leaf) in leaves.enumerated() {
            trained += (0..<leaf.counts.trainable).map { (place, $0) }
            let rest = (leaf.counts.trainable..<leaf.count).map { (leaf: place, index: $0) }
            if order == .byLayer { trained += rest } else { others += rest }
        }
        self.leaves = leaves
        places = trained + others
    }

    /// The arrays of each leaf, in its order; nil if there are more or fewer.
    func arrays<Element>(_ list: [Element]) -> [[Element]]? {
        guard list.count == places.count else { return nil }
        var result = leaves.map { [Element?](repeating: nil, count: $0.count) }
        for (place, element) in zip(places, list) { result[place.leaf][place.index] = element }
        return result.map { $0.compactMap { $0 } }
    }
}

/// How recurrent layers list their weights.
enum LegacyForm: CaseIterable {
    /// As one kernel, one recurrent kernel and one bias for all gates.
    case joined
    /// Three arrays for each gate (`keras/layers/recurrent.py` of Keras 1.2.2 with `consume_less` other than "gpu").
    case byGate

    func arrayCount(of layer: Layer, _ own: Int) -> Int {
        guard self == .byGate else { return own }
        return LegacyConversion.gateCount(layer).map { $0 * 3 } ?? own
    }
}

import KeratinCore
import KeratinTensor

/// The layers inside a layer.
extension Layer {
    /// The layers inside this one, in the order of their weights.
    package final var sublayers: [Layer] {
        savedChildren.flatMap { child in
            switch child.layers {
            case .one(let layer): [layer]
            case .list(let layers): layers
            }
        }
    }

    /// The layers that the properties hold, by the names of the properties in snake_case, in the order of their declaration.
    var propertyLayers: [(attribute: String, layers: SavedLayers)] {
        if let knownChildren { return knownChildren }
        let children = LayersOfProperties.find(in: self)
        if isBuilt { knownChildren = children }
        return children
    }

    /// Says that recordings of the layer no longer tell what it computes.
    package final func noteChange() { changes += 1 }

    /// How often what the layer computes, or a layer inside it, was changed since it was made: recordings of it are good as long
    /// as this stays.
    package final var changeCount: Int { sublayers.reduce(changes) { $0 &+ $1.changeCount } }
}

/// What an attribute of a layer holds.
public enum SavedLayers {
    case one(Layer)
    case list([Layer])
}

import KeratinCore

/// States laid end to end, so that an optimizer updates them in one launch.
///
/// A state has one place, whoever uses it. States that no living vector was made for move into a storage of this one;
/// others stay where they are, and the vector is joined from parts of several storages. So two models that hold one layer
/// train the same numbers. A vector without such states is one storage, and nothing is copied.
package final class StateVector: Sendable {
    package let states: [State]
    package let backend: any Backend
    /// The type of all numbers together: float32[count].
    package let type: TensorType
    private let places: [StateLocation]
    /// Vectors whose storages are used here: their states must not move while this one lives.
    private let others: [StateVector]

    /// - Throws: `KeratinError` if a state lives on another backend; `BackendError.outOfMemory`.
    package init(_ states: [State], on backend: any Backend) throws {
        for state in states where state.backend !== backend {
            throw KeratinError(
                .invalidState,
                "the weight '\(state.name)' lives on the backend '\(state.backend.name)', not on '\(backend.name)'; "
                    + "move the model: model.move(to: \"\(backend.name)\")")
        }
        self.states = states
        self.backend = backend
        type = TensorType([states.reduce(0) { $0 + $1.type.count }])
        let held = states.map(\.place.vector)
        others = held.compactMap(\.self).reduce(into: []) { list, vector in
            if !list.contains(where: { $0 === vector }) { list.append(vector) }
        }
        let free = zip(states, held).filter { $0.1 == nil }.map(\.0)
        let storage = try StateStorage(
            TensorType([free.reduce(0) { $0 + $1.type.count }]), on: backend)
        var offset = 0
        var places = states.map(\.place)
        for (index, state) in states.enumerated() where held[index] == nil {
            places[index] = StateLocation(storage: storage, offset: offset)
            offset += state.type.count
        }
        self.places = places
        for (index, state) in states.enumerated() where held[index] == nil {
            var place = places[index]
            place.vector = self
            try state.move(to: place)
        }
    }

    /// Whether all states are still where this vector takes them to be.
    package var isCurrent: Bool {
        zip(states, places).allSatisfy { $0.place.isSame($1) }
    }

    /// Neighbours in one storage as one piece.
    private var pieces: [(storage: StateStorage, range: Range<Int>)] {
        var result: [(storage: StateStorage, range: Range<Int>)] = []
        for (state, place) in zip(states, places) {
            let range = place.offset..<(place.offset + state.type.count)
            if let last = result.last, last.storage === place.storage,
                last.range.upperBound == range.lowerBound
            {
                result[result.count - 1].range = last.range.lowerBound..<range.upperBound
            } else {
                result.append((place.storage, range))
            }
        }
        return result
    }

    /// The storage that is the vector, if there is one.
    private var whole: StateStorage? {
        guard let first = places.first?.storage, pieces.count == 1, first.type == type else {
            return nil
        }
        return first
    }

    /// The numbers in a recorded function.
    package func read(_ trace: Trace) throws -> Tensor {
        if let whole { return whole.read(trace) }
        return Tensor.concatenate(
            pieces.map { piece in
                piece.storage.read(trace).reshaped([piece.storage.type.count])
                    .slice(starts: [piece.range.lowerBound], limits: [piece.range.upperBound])
            }, axis: 0)
    }

    /// Gives all states new numbers at the end of each run of a recorded function.
    package func assign(_ value: Tensor, _ trace: Trace) throws {
        guard value.type == type else {
            throw KeratinError(
                .shapeMismatch, "a vector of states is \(type), was assigned \(value.type)")
        }
        if let whole { return try whole.assign(value, trace) }
        var parts: [(storage: StateStorage, parts: [(offset: Int, value: Tensor)])] = []
        var start = 0
        for piece in pieces {
            let end = start + piece.range.count
            let part = (piece.range.lowerBound, value.slice(starts: [start], limits: [end]))
            start = end
            if let index = parts.firstIndex(where: { $0.storage === piece.storage }) {
                parts[index].parts.append(part)
            } else {
                parts.append((piece.storage, [part]))
            }
        }
        for (storage, parts) in parts { try storage.assign(parts, trace) }
    }

    /// Stores numbers for all states.
    package func setValues(_ values: [Float]) throws {
        if let whole { return try whole.writeBlock(values) }
        var rest = values[...]
        for state in states {
            try state.setValues(Array(rest.prefix(state.type.count)))
            rest = rest.dropFirst(state.type.count)
        }
    }
}

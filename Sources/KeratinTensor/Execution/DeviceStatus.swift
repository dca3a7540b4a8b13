import KeratinCore

/// What recorded functions report of indices: the smallest and the largest number with which each place picked from an axis since
/// it was last looked at. On the device indices out of range are taken for the nearest one; the host throws when it looks.
package final class DeviceStatus {
    /// What the numbers are.
    package enum Kind: Hashable, Sendable {
        /// Places along an axis.
        case index
        /// The class numbers of samples.
        case label
    }

    /// Picks from an axis.
    struct Check: Hashable {
        /// Such as a layer; how errors name it.
        var place: String?
        /// The axis's extent.
        var limit: Int
        var kind = Kind.index
    }

    private var storages: [[Check]: StateStorage] = [:]

    package init() {}

    /// Where a function with these checks reports: a smallest and a largest number for each.
    func storage(_ checks: [Check], on backend: any Backend) throws -> StateStorage {
        if let known = storages[checks], known.backend === backend { return known }
        let storage = try StateStorage(TensorType([2 * checks.count], .int32), on: backend)
        try clear(storage)
        storages[checks] = storage
        return storage
    }

    private func clear(_ storage: StateStorage) throws {
        try [Int32](repeating: 0, count: storage.type.count).withUnsafeBytes {
            try storage.device.write($0)
        }
    }

    /// Looks at every report, and forgets them. Waits for the device if there are any.
    /// - Throws: `KeratinError` for an index out of range since the last look.
    package func check() throws {
        for (checks, storage) in storages {
            let numbers = try [Int32](unsafeUninitializedCapacity: storage.type.count) {
                try storage.device.read(into: UnsafeMutableRawBufferPointer($0))
                $1 = storage.type.count
            }
            for (index, check) in checks.enumerated() {
                let (low, high) = (Int(numbers[2 * index]), Int(numbers[2 * index + 1]))
                guard low < 0 || high >= check.limit else { continue }
                try clear(storage)
                throw DeviceStatus.outOfRange(
                    low < 0 ? low : high, check.limit, check.kind, at: check.place)
            }
        }
    }

    package static func outOfRange(
        _ number: Int, _ limit: Int, _ kind: Kind = .index, at place: String?
    ) -> KeratinError {
        switch kind {
        case .index:
            KeratinError(.invalidData, "the index \(number) is not in 0..<\(limit)", at: place)
        case .label where number == Int(Int32.min):
            KeratinError(.invalidData, "a label is NaN, and no class number in 0..<\(limit)")
        case .label:
            KeratinError(
                .invalidData, "the label \(number) is no class number in 0..<\(limit)")
        }
    }
}

extension Trace {
    /// Lets the device report indices that are not in 0..<limit, if the recording has a place for reports.
    ///
    /// A loop's body reports nothing: it cannot store.
    package func check(
        indices: Tensor, below limit: Int, as kind: DeviceStatus.Kind = .index
    ) throws {
        guard status != nil, indices.count > 0 else { return }
        let place = kind == .index ? scope : nil
        let low = indices.reduce(.minimum)
        let high = indices.reduce(.maximum)
        indexChecks.append(
            (
                DeviceStatus.Check(place: place, limit: limit, kind: kind), try value(of: low),
                try value(of: high)
            ))
    }

    /// Records the reports.
    func finishChecks() throws {
        guard let status, !indexChecks.isEmpty else { return }
        let storage = try status.storage(indexChecks.map(\.check), on: try Context.backend)
        let before = storage.read(self)
        var numbers: [Tensor] = []
        for (index, check) in indexChecks.enumerated() {
            for (offset, found) in [check.low, check.high].enumerated() {
                let place = 2 * index + offset
                let known = before.slice(starts: [place], limits: [place + 1])
                let number = Tensor(self, found).reshaped([1])
                numbers.append(number.binary(offset == 0 ? .minimum : .maximum, known))
            }
        }
        try storage.assign(Tensor.concatenate(numbers, axis: 0), self)
    }

    /// Says that the host has looked at the numbers that a layer is given.
    package func noteChecked(_ layer: AnyObject, _ argument: Tensor) throws {
        checkedByHost[ObjectIdentifier(layer), default: []].insert(try value(of: argument))
    }

    /// Whether the host has looked at these very numbers for the layer.
    package func isChecked(_ layer: AnyObject, _ argument: Tensor) throws -> Bool {
        try checkedByHost[ObjectIdentifier(layer)]?.contains(value(of: argument)) ?? false
    }
}

import KeratinCore
import KeratinTensor

/// Elements as their tensors, and back.
struct DatasetParts<Element> {
    let tensors: (Element) -> [Tensor]
    let make: ([Tensor]) -> Element
}

extension DatasetParts where Element == Tensor {
    static var single: DatasetParts { DatasetParts(tensors: { [$0] }, make: { $0[0] }) }
}

extension DatasetParts where Element == (Tensor, Tensor) {
    static var pair: DatasetParts {
        DatasetParts(tensors: { [$0.0, $0.1] }, make: { ($0[0], $0[1]) })
    }
}

extension DatasetParts where Element == (Tensor, Tensor, Tensor) {
    static var triple: DatasetParts {
        DatasetParts(tensors: { [$0.0, $0.1, $0.2] }, make: { ($0[0], $0[1], $0[2]) })
    }
}

/// How many samples each element holds.
struct Batching: Hashable {
    var size: Int
    var dropsRemainder: Bool

    /// - Throws: `KeratinError` if a batch has no samples.
    func check() throws {
        guard size > 0 else {
            throw KeratinError(
                .invalidArgument, "a batch needs at least one sample, got \(size)", at: "Dataset")
        }
    }

    /// The number of batches.
    func count(_ samples: Int) -> Int {
        guard size > 0 else { return samples }
        let (full, rest) = samples.quotientAndRemainder(dividingBy: size)
        return dropsRemainder || rest == 0 ? full : full + 1
    }
}

extension DatasetStage {
    /// Elements in groups, of which the last may have fewer.
    func grouped(_ batching: Batching) -> DatasetStage<[Element]> {
        let count: (DatasetCount) -> DatasetCount = { $0.map { batching.count($0) } }
        return made(count: count) { source in
            let walk = source.begin()
            return {
                try batching.check()
                var group: [Element] = []
                while group.count < batching.size, let element = try walk() {
                    group.append(element)
                }
                let isWanted = group.count == batching.size || !batching.dropsRemainder
                return group.isEmpty || !isWanted ? nil : group
            }
        }
    }

    /// Elements side by side: each of their tensors gets a first axis.
    func batched(_ batching: Batching, _ parts: DatasetParts<Element>) -> DatasetStage {
        grouped(batching).map(isFree: true) { group in
            let tensors = group.map(parts.tensors)
            return parts.make(
                try (tensors.first ?? []).indices.map { place in
                    Tensor(try HostArray.stacked(tensors.map { try $0[place].hostArray() }))
                })
        }
    }

    /// The samples of batches, one after the other.
    func unbatched(_ parts: DatasetParts<Element>) -> DatasetStage {
        let count: (DatasetCount) -> DatasetCount = { $0 == .known(0) ? $0 : .unknown }
        return made(count: count) { source in
            let walk = source.begin()
            var arrays: [HostArray] = []
            var position = 0
            return {
                while position >= (arrays.first?.count ?? 0) {
                    guard let batch = try walk() else { return nil }
                    arrays = try parts.tensors(batch).map { try $0.hostArray() }
                    position = 0
                    let shapes = arrays.map { "\($0.shape)" }.joined(separator: " and ")
                    guard arrays.allSatisfy({ $0.shape.rank > 0 }),
                        Set(arrays.map(\.count)).count == 1
                    else {
                        throw KeratinError(
                            .shapeMismatch,
                            "a batch has one first axis, that of the samples, got \(shapes)",
                            at: "Dataset")
                    }
                }
                defer { position += 1 }
                return parts.make(arrays.map { Tensor($0.gathered([position], as: [])) })
            }
        }
    }
}

extension HostArray {
    /// Arrays of one shape and type side by side: [arrays, …].
    /// - Throws: `KeratinError` if they differ.
    static func stacked(_ arrays: [HostArray]) throws -> HostArray {
        guard let first = arrays.first else {
            throw KeratinError(.invalidArgument, "there is nothing to make a batch of")
        }
        if let other = arrays.first(where: { $0.shape != first.shape }) {
            throw KeratinError(
                .shapeMismatch,
                "elements of the shapes \(first.shape) and \(other.shape) do not make one batch: pad or reshape them to one shape first",
                at: "Dataset")
        }
        let shape = Shape([arrays.count] + first.shape.dimensions)
        func joined<Number>(_ numbers: (Storage) -> [Number]?) throws -> [Number] {
            var all: [Number] = []
            all.reserveCapacity(shape.count)
            for array in arrays {
                guard let part = numbers(array.storage) else {
                    throw KeratinError(
                        .dtypeMismatch,
                        "elements of the types \(first.dtype) and \(array.dtype) do not make one batch: cast them to one type first",
                        at: "Dataset")
                }
                all += part
            }
            return all
        }
        return switch first.storage {
        case .float32:
            try HostArray(
                joined { if case .float32(let part) = $0 { part } else { nil } } as [Float],
                shape: shape)
        case .int32:
            try HostArray(
                joined { if case .int32(let part) = $0 { part } else { nil } } as [Int32],
                shape: shape)
        case .uint8:
            try HostArray(
                joined { if case .uint8(let part) = $0 { part } else { nil } } as [UInt8],
                shape: shape)
        case .int64:
            try HostArray(
                joined { if case .int64(let part) = $0 { part } else { nil } } as [Int64],
                shape: shape)
        case .bool:
            try HostArray(
                joined { if case .bool(let part) = $0 { part } else { nil } } as [Bool],
                shape: shape)
        }
    }
}

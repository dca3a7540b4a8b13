import KeratinCore
import KeratinTensor

/// Samples of arrays by their numbers. What happens before batches are made happens to the numbers; the samples are gathered when they
/// are asked for, a batch at a time.
struct ArraySamples<Element> {
    let arrays: [Tensor]
    let make: ([Tensor]) -> Element
    /// Which samples, in which order.
    var numbers: DatasetStage<Int>

    init(_ arrays: [Tensor], _ make: @escaping ([Tensor]) -> Element) {
        self.arrays = arrays
        self.make = make
        let count = Swift.max(arrays.map { $0.shape.first }.min() ?? 0, 0)
        numbers = .elements(of: 0..<count, count: .known(count), isFree: true)
    }

    /// The samples one by one.
    var samples: DatasetStage<Element> {
        numbers.made { source in
            let walk = source.begin()
            var arrays: [HostArray]?
            return {
                let hosts = try arrays ?? self.hostArrays()
                arrays = hosts
                guard let number = try walk() else { return nil }
                return self.make(hosts.map { Tensor($0.gathered([number], as: [])) })
            }
        }
    }

    /// Batches of samples.
    func batched(_ batching: Batching) -> DatasetStage<Element> {
        numbers.grouped(batching).made { source in
            let walk = source.begin()
            var arrays: [HostArray]?
            return {
                let hosts = try arrays ?? self.hostArrays()
                arrays = hosts
                guard let numbers = try walk() else { return nil }
                return self.make(
                    hosts.map { Tensor($0.gathered(numbers, as: [numbers.count])) })
            }
        }
    }

    /// The arrays' numbers.
    /// - Throws: `KeratinError` if the arrays do not belong together.
    func hostArrays() throws -> [HostArray] {
        for array in arrays {
            try array.check()
            guard array.hasNumbers else {
                throw KeratinError(
                    .invalidState, "takes arrays with numbers, not symbolic or recorded ones",
                    at: "Dataset")
            }
        }
        let shapes = arrays.map { "\($0.shape)" }.joined(separator: " and ")
        guard arrays.allSatisfy({ $0.rank > 0 }), Set(arrays.map { $0.shape.first }).count <= 1
        else {
            throw KeratinError(
                .shapeMismatch,
                "the arrays need one first axis, that of the samples, got \(shapes)",
                at: "Dataset")
        }
        return try arrays.map { try $0.hostArray() }
    }
}

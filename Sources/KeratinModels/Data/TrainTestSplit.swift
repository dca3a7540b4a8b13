import KeratinCore
import KeratinTensor

/// Samples in two parts, one to train on and one to test on, as scikit-learn's `train_test_split` does it:
///
/// ```swift
/// let (xTrain, xTest, yTrain, yTest) = try trainTestSplit(x, y, testSize: 0.2, seed: 1)
/// ```
/// - Parameters:
///   - x: inputs [samples, …].
///   - y: labels [samples, …].
///   - testSize: the part of the samples that are held back, rounded up to whole samples.
///   - shuffle: whether samples are reordered before.
///   - seed: of the order; nil follows `setRandomSeed`. It is not the order of scikit-learn.
/// - Throws: `KeratinError` if the arrays do not belong together, or a part would have no samples.
public func trainTestSplit(
    _ x: Tensor, _ y: Tensor, testSize: Double = 0.25, shuffle: Bool = true, seed: Int? = nil
) throws -> (xTrain: Tensor, xTest: Tensor, yTrain: Tensor, yTest: Tensor) {
    let (inputs, labels) = (try x.hostArray(), try y.hostArray())
    guard x.rank > 0, y.rank > 0, x.shape[0] == y.shape[0] else {
        throw KeratinError(
            .shapeMismatch,
            "inputs \(x.shape) and labels \(y.shape) have different numbers of samples",
            at: "trainTestSplit")
    }
    let count = x.shape[0]
    let held = testSize > 0 && testSize < 1 ? Int((Double(count) * testSize).rounded(.up)) : 0
    guard held > 0, held < count else {
        throw KeratinError(
            .invalidArgument, "\(count) samples cannot be split by testSize \(testSize)",
            at: "trainTestSplit")
    }
    var order = Array(0..<count)
    if shuffle {
        var generator = PhiloxGenerator(
            seed: seed.map { UInt64(bitPattern: Int64($0)) } ?? RandomSeed.next(), stream: 4)
        order.shuffle(using: &generator)
    }
    let (test, train) = (Array(order[..<held]), Array(order[held...]))
    return (
        Tensor(try inputs.samples(train)), Tensor(try inputs.samples(test)),
        Tensor(try labels.samples(train)), Tensor(try labels.samples(test))
    )
}

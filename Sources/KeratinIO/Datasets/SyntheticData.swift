import KeratinCore
import KeratinLayers
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Two interleaved half circles, the classic toy problem: x float32 [samples, 2], y float32 [samples, 1].
///
/// The first half of the samples before shuffling lies on the unit circle's upper half, the second on the lower
/// half moved to (1, 0.5); `noise` is the standard deviation of what is added to each coordinate.
public func makeMoons(
    samples: Int, noise: Double = 0, seed: UInt64 = 0
) throws -> (x: NDArray, y: NDArray) {
    guard samples >= 2, noise >= 0 else {
        throw KeratinError(
            .invalidArgument, "needs 2 samples or more and noise ≥ 0, got \(samples) and \(noise)",
            at: "makeMoons")
    }
    var generator = PhiloxGenerator(seed: seed)
    let outer = samples / 2
    var points = [(x: Double, y: Double, label: Float)]()
    for index in 0..<samples {
        let isOuter = index < outer
        let count = isOuter ? outer : samples - outer
        let position = isOuter ? index : index - outer
        let angle = count > 1 ? Double.pi * Double(position) / Double(count - 1) : 0
        points.append(
            isOuter ? (cos(angle), sin(angle), 0) : (1 - cos(angle), 0.5 - sin(angle), 1))
    }
    points.shuffle(using: &generator)
    func normal() -> Double {
        let radius = (-2 * log(1 - generator.uniform())).squareRoot()
        return radius * cos(2 * Double.pi * generator.uniform())
    }
    let x = points.flatMap { [Float($0.x + noise * normal()), Float($0.y + noise * normal())] }
    return (
        NDArray(x, shape: [samples, 2]),
        NDArray(points.map(\.label), shape: [samples, 1])
    )
}

/// Two interleaved half circles: `makeMoons(100, noise: 0.1)`.
public func makeMoons(
    _ samples: Int, noise: Double = 0, seed: UInt64 = 0
) throws -> (x: NDArray, y: NDArray) {
    try makeMoons(samples: samples, noise: noise, seed: seed)
}

/// Class numbers as rows that are 1 at the class and 0 elsewhere (one-hot): float32 [samples, classes].
/// - Parameter classCount: nil takes the largest number plus one.
/// - Throws: `KeratinError` for a number that is negative, too large, or not whole.
public func toCategorical(_ labels: NDArray, classCount: Int? = nil) throws -> NDArray {
    let values = try labels.floats()
    let numbers = try values.enumerated().map { index, value in
        guard let number = Int(exactly: value), number >= 0 else {
            throw KeratinError(
                .invalidData, "label \(value) at \(index) is no class number", at: "toCategorical")
        }
        return number
    }
    let classes = classCount ?? numbers.max().map { $0 + 1 } ?? 0
    guard classes >= 0, !values.count.multipliedReportingOverflow(by: classes).overflow,
        values.count * classes <= 1 << 31
    else {
        throw KeratinError(
            .invalidArgument,
            "\(values.count) labels of \(classes) classes make too large an array",
            at: "toCategorical")
    }
    var rows = [Float](repeating: 0, count: values.count * classes)
    for (index, number) in numbers.enumerated() {
        guard number < classes else {
            throw KeratinError(
                .invalidData, "label \(number) at \(index) is no class number below \(classes)",
                at: "toCategorical")
        }
        rows[index * classes + number] = 1
    }
    // A last extent of 1 holds the label itself and is replaced.
    var shape = labels.shape.dimensions
    if shape.count > 1, shape.last == 1 { shape.removeLast() }
    return NDArray(rows, shape: Shape(shape + [classes]))
}

/// Class numbers as rows that are 1 at the class and 0 elsewhere, with Keras's name for the number of classes.
/// - Throws: `KeratinError` for a number that is negative, too large, or not whole.
public func toCategorical(_ labels: NDArray, numClasses: Int?) throws -> NDArray {
    try toCategorical(labels, classCount: numClasses)
}

/// The same, the number of classes by position, as in Keras: `toCategorical(labels, 10)`.
/// - Throws: `KeratinError` for a number that is negative, too large, or not whole.
public func toCategorical(_ labels: NDArray, _ numClasses: Int) throws -> NDArray {
    try toCategorical(labels, classCount: numClasses)
}

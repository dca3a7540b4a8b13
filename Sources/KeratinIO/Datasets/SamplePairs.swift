import KeratinTensor

// Data sets taken apart in one line, as Keras's `load_data` gives them:
//
//     let ((xTrain, yTrain), (xTest, yTest)) = try MNIST.load()

/// Inputs and labels, to be taken apart.
public typealias SamplePair = (x: Tensor, y: Tensor)

extension Samples {
    /// Inputs and labels as a pair.
    fileprivate var pair: SamplePair { (x, y) }
}

extension MNIST {
    /// The same in pairs: `let ((xTrain, yTrain), (xTest, yTest)) = try MNIST.load()`.
    /// - Throws: `KeratinError` that says what failed and what to do.
    @_disfavoredOverload
    public static func load() throws -> (train: SamplePair, test: SamplePair) {
        let (train, test): (Samples, Samples) = try load()
        return (train.pair, test.pair)
    }
}

extension FashionMNIST {
    /// The same in pairs: `let ((xTrain, yTrain), (xTest, yTest)) = try FashionMNIST.load()`.
    /// - Throws: `KeratinError` that says what failed and what to do.
    @_disfavoredOverload
    public static func load() throws -> (train: SamplePair, test: SamplePair) {
        let (train, test): (Samples, Samples) = try load()
        return (train.pair, test.pair)
    }
}

extension CIFAR10 {
    /// The same in pairs: `let ((xTrain, yTrain), (xTest, yTest)) = try CIFAR10.load()`.
    /// - Throws: `KeratinError` that says what failed and what to do.
    @_disfavoredOverload
    public static func load() throws -> (train: SamplePair, test: SamplePair) {
        let (train, test): (Samples, Samples) = try load()
        return (train.pair, test.pair)
    }
}

extension CIFAR100 {
    /// The same in pairs: `let ((xTrain, yTrain), (xTest, yTest)) = try CIFAR100.load()`.
    /// - Throws: `KeratinError` that says what failed and what to do.
    @_disfavoredOverload
    public static func load(
        labelMode: LabelMode = .fine
    ) throws -> (train: SamplePair, test: SamplePair) {
        let (train, test): (Samples, Samples) = try load(labelMode: labelMode)
        return (train.pair, test.pair)
    }
}

extension OpticalDigits {
    /// The same in pairs: `let ((xTrain, yTrain), (xTest, yTest)) = try OpticalDigits.load()`.
    /// - Throws: `KeratinError` for a shape that no grey image has.
    @_disfavoredOverload
    public static func load(
        shape: [Int] = [8, 8, 1]
    ) throws -> (train: SamplePair, test: SamplePair) {
        let (train, test): (Samples, Samples) = try load(shape: shape)
        return (train.pair, test.pair)
    }
}

// swift-format-ignore-file: AlwaysUseLowerCamelCase

import KeratinModels
import KeratinTensor

// What is guessed and means something that has another spelling here: the compiler says which.

extension Model {
    @available(*, unavailable, message: "use loadModel(path)")
    public static func load(_ path: String) throws -> Model { fatalError() }

    @available(*, unavailable, message: "use loadModel(path)")
    public static func load(from path: String) throws -> Model { fatalError() }
}

@available(*, unavailable, renamed: "makeMoons(_:noise:seed:)")
public func makeMoons(
    sampleCount: Int, noise: Double = 0, seed: UInt64 = 0
) throws -> (x: NDArray, y: NDArray) { fatalError() }

@available(*, unavailable, renamed: "makeMoons(_:noise:seed:)")
public func makeMoons(
    _ samples: Int, noise: Double = 0, randomState: UInt64
) throws -> (x: NDArray, y: NDArray) { fatalError() }

@available(*, unavailable, renamed: "makeMoons(_:noise:seed:)")
public func makeMoons(
    nSamples: Int, noise: Double = 0, randomState: UInt64 = 0
) throws -> (x: NDArray, y: NDArray) { fatalError() }

@available(*, unavailable, renamed: "modelFromJSON(_:)")
public func modelFromJson(_ text: String) throws -> Model { fatalError() }

extension Model {
    @available(*, unavailable, renamed: "toJSON()")
    public func toJson() throws -> String { fatalError() }
}

@available(*, unavailable, renamed: "loadModel(_:)")
public func load_model(_ path: String) throws -> Model { fatalError() }

extension Model {
    @available(*, unavailable, renamed: "save(_:)")
    public func save(to path: String) throws { fatalError() }
}

extension MNIST {
    @available(
        *, unavailable, message: "use let ((xTrain, yTrain), (xTest, yTest)) = try MNIST.load()"
    )
    public static func loadData() throws -> ((Tensor, Tensor), (Tensor, Tensor)) { fatalError() }
}
extension FashionMNIST {
    @available(
        *, unavailable, message: "use let ((x, y), (xTest, yTest)) = try FashionMNIST.load()"
    )
    public static func loadData() throws -> ((Tensor, Tensor), (Tensor, Tensor)) { fatalError() }
}
extension CIFAR10 {
    @available(
        *, unavailable, message: "use let ((xTrain, yTrain), (xTest, yTest)) = try CIFAR10.load()"
    )
    public static func loadData() throws -> ((Tensor, Tensor), (Tensor, Tensor)) { fatalError() }
}
extension CIFAR100 {
    @available(
        *, unavailable, message: "use let ((xTrain, yTrain), (xTest, yTest)) = try CIFAR100.load()"
    )
    public static func loadData(
        labelMode: LabelMode = .fine
    ) throws -> ((Tensor, Tensor), (Tensor, Tensor)) { fatalError() }
}
extension IMDB {
    @available(
        *, unavailable, message: "use let ((xTrain, yTrain), (xTest, yTest)) = try IMDB.load()"
    )
    public static func loadData(
        numWords: Int? = nil
    ) throws -> ((Tensor, Tensor), (Tensor, Tensor)) { fatalError() }
}

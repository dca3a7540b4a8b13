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

@available(*, unavailable, renamed: "loadModel(_:)")
public func load_model(_ path: String) throws -> Model { fatalError() }

extension Model {
    @available(*, unavailable, renamed: "save(_:)")
    public func save(to path: String) throws { fatalError() }
}

extension MNIST {
    @available(
        *, unavailable, message: "use let (train, test) = try MNIST.load(): train.x, train.y"
    )
    public static func loadData() throws -> ((Tensor, Tensor), (Tensor, Tensor)) { fatalError() }
}
extension FashionMNIST {
    @available(
        *, unavailable, message: "use let (train, test) = try FashionMNIST.load(): train.x, train.y"
    )
    public static func loadData() throws -> ((Tensor, Tensor), (Tensor, Tensor)) { fatalError() }
}
extension IMDB {
    @available(*, unavailable, message: "use let (train, test) = try IMDB.load(): train.x, train.y")
    public static func loadData(
        numWords: Int? = nil
    ) throws -> ((Tensor, Tensor), (Tensor, Tensor)) { fatalError() }
}

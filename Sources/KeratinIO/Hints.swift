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

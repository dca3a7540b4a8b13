import Keratin
import KeratinCore
import KeratinOpenCL

/// The backends that this machine has.
enum Backends {
    static let names =
        (try? OpenCLDriver().devices().isEmpty) == false ? ["cpu", "opencl"] : ["cpu"]
}

/// What an error says, of whatever code.
func words(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch {
        return "\(error)"
    }
}

/// Numbers that look random and are the same each time.
func drawn(_ shape: Shape, seed: UInt64 = 1) throws -> NDArray {
    var state = seed
    let values = (0..<shape.count).map { _ -> Float in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 23) - 1
    }
    return NDArray(values, shape: shape)
}

/// A small network with weights of all sorts: trainable, moving, in a layer inside another.
func smallNetwork(name: String = "small", units: Int = 3) throws -> Sequential {
    try Sequential(name: name) {
        Input(shape: [6, 6, 2], name: "pixels")
        Conv2D(4, kernelSize: 3, activation: .relu, kernelRegularizer: .l2(0.01), name: "conv")
        BatchNormalization(name: "norm")
        MaxPooling2D(poolSize: 2, name: "pool")
        SeparableConv2D(3, kernelSize: 2, padding: .same, name: "separable")
        Flatten(name: "flat")
        Dense(5, activation: "gelu", kernelConstraint: .maxNorm(2), name: "hidden")
        Dense(units, activation: .softmax, name: "head")
    }
}

/// Images and classes for it.
func smallData(_ count: Int = 12) throws -> (x: NDArray, y: NDArray) {
    let classes = (0..<count).map { Int32($0 * 7 % 3) }
    return (try drawn([count, 6, 6, 2]), NDArray(classes, shape: [count]))
}

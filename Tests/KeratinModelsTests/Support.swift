import Keratin
import KeratinCPU
import KeratinCore
import KeratinOpenCL
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A path for a file that a test writes.
func temporaryPath(_ name: String) -> String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    return "\(folder)/keratin-\(getpid())-\(name)"
}

/// The backends that this machine has.
enum Backends {
    static let hasOpenCL = (try? OpenCLDriver().devices().isEmpty) == false
    static let names = hasOpenCL ? ["cpu", "opencl"] : ["cpu"]
}

/// The convolutional network of `digits-cnn`, a third as wide, with batch normalisation.
func smallNetwork() throws -> Sequential {
    try Sequential {
        Input(shape: [8, 8, 1])
        Conv2D(8, kernelSize: 3, padding: .same, activation: .relu)
        BatchNormalization()
        MaxPooling2D(poolSize: 2)
        Dropout(0.25)
        Flatten()
        Dense(16, activation: .relu)
        Dense(10, activation: .softmax)
    }
}

/// The first digits.
func digits(_ count: Int) throws -> (x: NDArray, y: NDArray) {
    let train = try OpticalDigits.load().train
    return (train.x[0..<count], train.y[0..<count])
}

/// What is said when something goes wrong.
func words(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch {
        return String(describing: error)
    }
}

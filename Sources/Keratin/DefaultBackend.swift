import KeratinCore
import KeratinOpenCL

/// Which backend a program uses if nothing says otherwise: OpenCL if it has a GPU, else the CPU. An OpenCL
/// device that is only a CPU is never chosen by itself.
enum DefaultBackend {
    static let choice: (name: String, reason: String) = {
        do {
            let devices = try OpenCLDriver().devices()
            if let device = devices.first(where: { $0.info.kind == .gpu }) {
                return ("opencl", "OpenCL has a GPU: \(device.info.name)")
            }
            return ("cpu", "OpenCL has no GPU here")
        } catch {
            return ("cpu", "there is no OpenCL here")
        }
    }()
}

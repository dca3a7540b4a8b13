import CKeratinRegistration
import KeratinCPU
import KeratinCore
import KeratinOpenCL
import KeratinTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes the backends known, or answers a probe in a process that was started for one. Called once by CKeratinRegistration before `main`, so that importing Keratin is
/// enough.
@_cdecl("keratin_register_backends")
package func keratinRegisterBackends() {
    ProbeProcess.answerIfAsked()
    BackendCatalog.register("cpu") { try CPUBackend() }
    BackendCatalog.register(
        "opencl", device: { try OpenCLBackend.deviceIndex($0) },
        open: { try OpenCLBackend(device: String($0)) })
    Context.defaultBackendName = { DefaultBackend.choice.name }
    if Profiler.isEnabled { atexit { ProfileReport.print() } }
}

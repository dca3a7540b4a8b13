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

/// Makes the backends known. Called once by CKeratinRegistration before `main`, so that importing Keratin is
/// enough.
@_cdecl("keratin_register_backends")
package func keratinRegisterBackends() {
    BackendCatalog.register("cpu") { try CPUBackend() }
    BackendCatalog.register("opencl") { try OpenCLBackend() }
    Context.defaultBackendName = { DefaultBackend.choice.name }
    if Profiler.isEnabled { atexit { ProfileReport.print() } }
}

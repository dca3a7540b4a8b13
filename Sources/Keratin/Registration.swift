import CKeratinRegistration
import KeratinCPU
import KeratinTensor

/// Makes the backends known. Called once by CKeratinRegistration before `main`, so that importing Keratin is
/// enough.
@_cdecl("keratin_register_backends")
public func keratinRegisterBackends() {
    BackendCatalog.register("cpu") { try CPUBackend() }
}

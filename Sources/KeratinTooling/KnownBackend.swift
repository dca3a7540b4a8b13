import Keratin
import KeratinTensor

/// Checks the name of a backend.
/// - Throws: `KeratinError` for an unknown one, which says what there is on this machine.
package func requireBackend(_ name: String) throws {
    guard !BackendCatalog.names.contains(BackendCatalog.parts(name).backend) else { return }
    let listing = try DeviceListing.make()
    var there = listing.devices.map { "\($0.name) (\($0.device), a \($0.kind))" }
    if !listing.devices.contains(where: { $0.backend == "opencl" }) {
        there.append("opencl (no device here)")
    }
    throw KeratinError(
        .unknownName,
        "unknown backend '\(name)'. There are \(there.joined(separator: ", ")); GPUs are devices of opencl"
    )
}

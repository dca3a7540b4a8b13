import KeratinCore

/// A unit of a device that multiplies small tiles of matrices.
///
/// Intel's and AMD's matrix instructions are not used yet: each would be a case here, a probe, and a file beside
/// `linalg/unit_tf32_nvidia.cl`.
package enum MatrixUnit: String, Sendable, Hashable {
    /// NVIDIA's, by three products of TF32 numbers, whose sums are added outside of the unit: as exact as float32.
    case tf32
    /// The same computed by ordinary instructions, on any device: for tests.
    case emulated

    /// What `KERATIN_MATRIX_UNIT` allows.
    private enum Wish: String, CaseIterable { case off, tf32, auto }

    /// The unit to use on a device.
    /// - Throws: `BackendError` if `KERATIN_MATRIX_UNIT` names what is not there.
    static func choose(
        for features: DeviceFeatures, _ probes: FeatureProbes
    ) throws(BackendError) -> MatrixUnit? {
        let name = environment("KERATIN_MATRIX_UNIT") ?? Wish.auto.rawValue
        guard let wish = Wish(rawValue: name) else {
            throw .invalidArgument(
                "KERATIN_MATRIX_UNIT must be off, tf32 or auto, not '\(name)'")
        }
        if wish == .off { return nil }
        if features.vendor == .nvidia, !features.isProcessor,
            (try probes.answer(.matrixTF32) ?? 0) > 0
        {
            return .tf32
        }
        if wish == .tf32 {
            throw .unsupported(
                "KERATIN_MATRIX_UNIT asks for tf32, which needs an NVIDIA GPU of compute capability 8.0 or later whose probe passes"
            )
        }
        return nil
    }
}

import CKeratinProcessor
import KeratinCPUKernelTable
import KeratinCPUKernelsBaseline
import KeratinCore

#if arch(x86_64)
    import KeratinCPUKernelsAVX2
    import KeratinCPUKernelsAVX512
#endif

/// The kernel variants that this build has and this processor can run.
package enum KernelVariant: String, CaseIterable, Sendable {
    case baseline, avx2, avx512

    /// Whether the processor and the operating system can run the variant.
    package var isAvailable: Bool {
        switch self {
        case .baseline: true
        case .avx2: keratin_processor_has_avx2() != 0
        case .avx512: keratin_processor_has_avx512() != 0
        }
    }

    /// The kernels of an available variant.
    /// - Throws: `BackendError.unsupported` if the processor cannot run it.
    package func makeTable() throws -> CPUKernelTable {
        guard isAvailable else {
            let present = Self.allCases.filter(\.isAvailable).map(\.rawValue)
            throw BackendError.unsupported(
                "this processor cannot run the \(rawValue) kernels; it can run "
                    + present.joined(separator: ", "))
        }
        #if arch(x86_64)
            switch self {
            case .baseline: return KeratinCPUKernelsBaseline.makeKernelTable()
            case .avx2: return KeratinCPUKernelsAVX2.makeKernelTable()
            case .avx512: return KeratinCPUKernelsAVX512.makeKernelTable()
            }
        #else
            return KeratinCPUKernelsBaseline.makeKernelTable()
        #endif
    }

    /// The variant of the given name (by default what `KERATIN_CPU` says), else the best that the
    /// processor can run.
    /// - Throws: `BackendError.invalidArgument` for an unknown word.
    package static func chosen(
        _ word: String? = environment("KERATIN_CPU")
    ) throws -> KernelVariant {
        if let word {
            guard let variant = KernelVariant(rawValue: word) else {
                throw BackendError.invalidArgument(
                    "KERATIN_CPU is '\(word)', expected "
                        + allCases.map(\.rawValue).joined(separator: ", "))
            }
            return variant
        }
        return allCases.last(where: \.isAvailable) ?? .baseline
    }
}

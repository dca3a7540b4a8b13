import KeratinCore

/// Scratch memory that a model's plans share, since only one of them runs at a time. It grows to what the
/// largest plan needs; plans made before then are bound anew.
package final class ScratchPool {
    let backend: any Backend
    private(set) var slabs: [any DeviceBuffer] = []
    private(set) var byteCount = 0
    /// Counts how often the memory moved.
    private(set) var generation = 0

    package init(_ backend: any Backend) { self.backend = backend }

    /// The largest piece: no block of a plan straddles a multiple of it.
    static func slabBytes(_ backend: any Backend) -> Int {
        let largest = backend.device.largestAllocationBytes
        return max(MemoryPlan.alignment, largest / MemoryPlan.alignment * MemoryPlan.alignment)
    }

    /// - Throws: `BackendError.outOfMemory`.
    func reserve(_ bytes: Int) throws {
        guard bytes > byteCount else { return }
        slabs = []
        byteCount = 0
        generation += 1
        let slab = Self.slabBytes(backend)
        var rest = bytes
        while rest > 0 {
            slabs.append(try backend.allocate(byteCount: min(rest, slab)))
            rest -= min(rest, slab)
        }
        byteCount = bytes
    }

    func slice(_ offset: Int) -> BufferSlice {
        let slab = Self.slabBytes(backend)
        // An empty value may lie at the very end.
        let index = min(offset / slab, slabs.count - 1)
        return BufferSlice(slabs[index], byteOffset: offset - index * slab)
    }
}

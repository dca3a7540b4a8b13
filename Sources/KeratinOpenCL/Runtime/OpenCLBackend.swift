import COpenCL
import KeratinCore

/// Runs programs on an OpenCL 1.2 device through hand-written kernels (`Kernels/`) and generated
/// pointwise ones.
///
/// `KERATIN_DEVICE` chooses the device by index or by a part of its name, `KERATIN_OPENCL_FAMILY`
/// (`cpu` or `gpu`) the kernels for matrix products and convolutions, `KERATIN_JOIN` whether launches are joined.
package final class OpenCLBackend: StoringBackend, @unchecked Sendable {
    // Unchecked: what changes (the library of programs, the staging ring, arguments of kernels) does so while `lock` is
    // held.
    /// "opencl" for the device that is chosen when none is named, "opencl:1" for another.
    package let name: String
    package var device: DeviceInfo { session.device.info }
    package var counters: BackendCounters { session.counters }
    /// Why this device was chosen, in words.
    package let selectionReason: String

    package let family: KernelFamily
    let session: OpenCLSession
    let library: KernelLibrary
    let lowering: KernelLowering
    /// Held by whoever makes a plan, issues commands or waits for numbers, so that commands of one call stay together.
    let lock = ReentrantLock()
    private let staging: StagingRing
    /// Nil if every launch stays one.
    private let joiner: LaunchJoiner?

    /// Opens the OpenCL library and a device.
    /// - Throws: `BackendError.runtimeMissing` with how to install a driver, `.noDevice` with the list
    ///   of devices, or the failing call.
    /// - Parameter request: a device's index or part of its name; nil: `KERATIN_DEVICE`, else the best.
    package convenience init(device request: String? = nil) throws {
        try self.init(driver: OpenCLDriver(), request: request)
    }

    /// - Parameters:
    ///   - request: a device's index or part of its name; nil: `KERATIN_DEVICE`, else the best.
    ///   - matrixUnit: the unit that multiplies tiles; nil: what the device has.
    ///   - family: nil: `KERATIN_OPENCL_FAMILY`, else what suits the device.
    ///   - joinsLaunches: whether launches become fewer (`LaunchJoiner`); nil: unless `KERATIN_JOIN` is `off`. A suite of thousands
    ///     of plans that run once would spend its time compiling such kernels.
    ///   - residentGroups: work-groups of a launch that run at the same time and may wait for each other; nil: what the probe of
    ///     the device said, or none if `joinsLaunches` is given.
    ///   - computeUnits: what launches are shared out for; nil: the device's.
    ///   - pinsMemory: whether writes go through pinned memory; nil: on all devices but processors.
    ///   - tuning: how products are shared out; nil: as `keratin-bench tune` found for the device, if it did.
    package init(
        driver: OpenCLDriver, request: String? = nil, family: KernelFamily? = nil,
        matrixUnit: MatrixUnit? = nil, joinsLaunches: Bool? = nil, residentGroups: Int? = nil,
        computeUnits: Int? = nil, pinsMemory: Bool? = nil, tuning: ProductTuning? = nil
    ) throws(BackendError) {
        let devices = try driver.devices()
        var selection = try Self.select(request, devices)
        // What the environment asks for may not be there; that is no matter for whoever names another.
        if let usual = try? Self.select(nil, devices), usual.index == selection.index {
            name = "opencl"
            selection = usual
        } else {
            name = "opencl:\(selection.index)"
        }
        let device = devices[selection.index]
        let requested = try Self.requestedFamily()
        let chosen = family ?? requested ?? (device.info.kind == .cpu ? .cpu : .gpu)
        if chosen == .gpu, device.workGroupLimit < 256 {
            throw .unsupported(
                "\(device.info.name) allows work-groups of \(device.workGroupLimit); the gpu kernels need 256"
            )
        }
        if chosen == .gpu, device.localMemoryBytes < ProductTile.leastLocalBytes {
            throw .unsupported(
                "\(device.info.name) has \(device.localMemoryBytes) bytes of local memory; the gpu kernels need \(ProductTile.leastLocalBytes)"
            )
        }
        selectionReason = selection.reason
        self.family = chosen
        session = try OpenCLSession(driver: driver, device: device, profiling: Profiler.isEnabled)
        library = KernelLibrary(session)
        var features = try DeviceFeatures(device, FeatureProbes(session, library), family: chosen)
        if let matrixUnit { features.matrixUnit = matrixUnit }
        if let computeUnits { features.computeUnits = computeUnits }
        var lowering = KernelLowering(features, family: chosen)
        lowering.tuning =
            tuning ?? TuningFile(identity: library.cache.identity, family: chosen).load()
        self.lowering = lowering
        library.use(lowering.programs)
        staging = StagingRing(session, isPinned: pinsMemory ?? (device.info.kind != .cpu))
        let joins = try Joins.requested()
        if joinsLaunches ?? (joins != .off) {
            let known = joinsLaunches == nil && joins == .on ? features.residentGroups : nil
            joiner = LaunchJoiner(session, chosen, residentGroups: residentGroups ?? known)
        } else {
            joiner = nil
        }
    }

    /// How launches are joined, as `KERATIN_JOIN` says.
    private enum Joins: String {
        case off
        /// No launch has groups that wait for each other.
        case apart
        case on

        static func requested() throws(BackendError) -> Joins {
            guard let name = environment("KERATIN_JOIN") else { return .on }
            guard let joins = Joins(rawValue: name) else {
                throw .invalidArgument("KERATIN_JOIN must be on, apart or off, not '\(name)'")
            }
            return joins
        }
    }

    /// The number of the device that a name such as "opencl:1" stands for.
    /// - Parameter request: what stands behind the colon, a number or a part of a name; nil: the best device, or that of `KERATIN_DEVICE`.
    /// - Throws: `BackendError` that lists what there is.
    package static func deviceIndex(_ request: String?) throws(BackendError) -> Int {
        try select(request, OpenCLDriver().devices()).index
    }

    private static func select(
        _ request: String?, _ devices: [OpenCLDevice]
    ) throws(BackendError) -> DeviceSelection {
        let devices = devices.map(\.info)
        guard let request else {
            return try .choose(among: devices, request: environment("KERATIN_DEVICE"))
        }
        return try .choose(among: devices, request: request, asker: "opencl:\(request)")
    }

    private static func requestedFamily() throws(BackendError) -> KernelFamily? {
        guard let name = environment("KERATIN_OPENCL_FAMILY") else { return nil }
        guard let family = KernelFamily(rawValue: name) else {
            throw .invalidArgument("KERATIN_OPENCL_FAMILY must be cpu or gpu, not '\(name)'")
        }
        return family
    }

    package func supports(
        _ operation: Operation, inputs: [TensorType], results: [TensorType]
    ) -> Bool {
        switch operation {
        case .primitive: true
        case .fused(let fused): KernelLowering.hasKernel(fused)
        }
    }

    package func workspaceBytes(
        _ operation: Operation, inputs: [TensorType], results: [TensorType]
    ) -> Int {
        lowering.workspaceBytes(operation, inputs: inputs, results: results)
    }

    package func allocate(byteCount: Int) throws -> any DeviceBuffer {
        try OpenCLBuffer(session, byteCount: byteCount)
    }

    package func write(_ bytes: UnsafeRawBufferPointer, to slice: BufferSlice) throws {
        guard bytes.count > 0 else { return }
        let buffer = try own(slice, count: bytes.count)
        try lock.withLock {
            try staging.write(bytes, to: buffer.memory, offset: slice.byteOffset)
        }
    }

    package func read(_ slice: BufferSlice, into bytes: UnsafeMutableRawBufferPointer) throws {
        guard bytes.count > 0 else { return }
        let buffer = try own(slice, count: bytes.count)
        counters.addWait()
        try lock.withLock { try buffer.read(into: bytes, offset: slice.byteOffset) }
    }

    private func own(_ slice: BufferSlice, count: Int) throws(BackendError) -> OpenCLBuffer {
        guard let buffer = slice.buffer as? OpenCLBuffer else {
            throw .invalidArgument("the buffer belongs to another backend")
        }
        guard slice.byteOffset >= 0, slice.byteOffset + count <= buffer.byteCount else {
            throw .invalidArgument(
                "bytes \(slice.byteOffset)..<\(slice.byteOffset + count) lie outside a buffer of \(buffer.byteCount)"
            )
        }
        return buffer
    }

    package func fill(
        _ slice: BufferSlice, byteCount: Int,
        _ body: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        guard byteCount > 0 else {
            return try body(UnsafeMutableRawBufferPointer(start: nil, count: 0))
        }
        let buffer = try own(slice, count: byteCount)
        try lock.withLock {
            try staging.write(byteCount, to: buffer.memory, offset: slice.byteOffset, body)
        }
    }

    package func copy(_ source: BufferSlice, to target: BufferSlice, byteCount: Int) throws {
        guard byteCount > 0 else { return }
        let (from, to) = (try own(source, count: byteCount), try own(target, count: byteCount))
        let functions = session.driver.functions
        try lock.withLock {
            try session.driver.call("clEnqueueCopyBuffer", "\(byteCount) bytes") {
                functions.enqueueCopyBuffer(
                    session.queue, from.memory, to.memory, source.byteOffset, target.byteOffset,
                    byteCount, 0, nil, nil)
            }
        }
    }

    package func makePlan(_ steps: [PlanStep]) throws -> any ExecutablePlan {
        // What runs once is not worth a GPU's compiler run.
        try makePlan(steps, stores: [], family == .cpu ? joiner : nil)
    }

    package func makePlan(
        _ computation: [PlanStep], stores: [PlanStep]
    ) throws -> any StoringPlan {
        try makePlan(computation, stores: stores, joiner)
    }

    /// The launches that a plan would have, without building its kernels.
    package func launchCount(_ computation: [PlanStep], stores: [PlanStep]) throws -> Int {
        try lock.withLock {
            try lowered(computation, stores, joiner).launchCount
        }
    }

    private func lowered(
        _ computation: [PlanStep], _ stores: [PlanStep], _ joiner: LaunchJoiner?
    ) throws -> LoweredPlan {
        try LoweredPlan(computation, stores: stores, joiner) { try lowering.launches($0) }
    }

    private func makePlan(
        _ computation: [PlanStep], stores: [PlanStep], _ joiner: LaunchJoiner?
    ) throws -> OpenCLPlan {
        func plan(_ joiner: LaunchJoiner?) throws -> OpenCLPlan {
            try OpenCLPlan(
                session, lock: lock, library: library, lowered(computation, stores, joiner))
        }
        let plan = try lock.withLock {
            do {
                return try plan(joiner)
            } catch BackendError.buildFailed(let program, let log) where joiner != nil {
                // The kernels may well build one by one.
                warnOnce(
                    "on \(device.name) '\(program)' does not build; its launches stay apart (as with KERATIN_JOIN=off)\n\(log)"
                )
                return try plan(nil)
            }
        }
        counters.addPlan()
        return plan
    }

    /// A plan of launches that no operation asked for.
    func plan(_ launches: [KernelLaunch]) throws -> OpenCLPlan {
        try lock.withLock {
            try OpenCLPlan(session, lock: lock, library: library, launches)
        }
    }

    package func synchronize() throws {
        try lock.withLock { try session.finish() }
    }
}

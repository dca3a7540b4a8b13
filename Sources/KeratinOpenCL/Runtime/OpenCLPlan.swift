import COpenCL
import KeratinCore

/// Kernels with their arguments set, in flat memory: a run is nothing but enqueues and a flush.
final class OpenCLPlan: StoringPlan {
    private struct Launch {
        var kernel: cl_kernel
        var global: (Int, Int, Int)
        var local: (Int, Int, Int)
    }

    private typealias Step = LoweredPlan.Step

    let launchCount: Int
    private let session: OpenCLSession
    private let lock: ReentrantLock
    private let launches: UnsafeMutableBufferPointer<Launch>
    private let steps: [Step]
    /// The first launch that stores new states.
    private let firstStore: Int
    // Names and costs, for errors and profiles.
    private let descriptions: [(kernel: String, geometry: String, cost: OperationCost?)]
    // What the launches use.
    private let kernels: [OpenCLKernel]
    private let buffers: [any DeviceBuffer]

    init(
        _ session: OpenCLSession, lock: ReentrantLock, library: KernelLibrary,
        _ plan: LoweredPlan
    ) throws {
        steps = plan.steps
        firstStore = plan.firstStore
        launchCount = plan.launchCount
        let prepared = plan.launches
        var buffers = [any DeviceBuffer]()
        try library.prepare(prepared.map(\.program))
        var kernels = [OpenCLKernel]()
        var seen = Set<ObjectIdentifier>()
        for launch in prepared {
            let kernel = try library.kernel(launch.program, launch.kernel)
            try Self.setArguments(session.driver, kernel.handle, launch)
            kernels.append(kernel)
            for buffer in launch.arguments.compactMap(\.usedBuffer)
            where seen.insert(ObjectIdentifier(buffer)).inserted {
                buffers.append(buffer)
            }
        }
        launches = .allocate(capacity: prepared.count)
        for (index, launch) in prepared.enumerated() {
            launches.initializeElement(
                at: index,
                to: Launch(
                    kernel: kernels[index].handle,
                    global: (launch.global[0], launch.global[1], launch.global[2]),
                    local: (launch.local[0], launch.local[1], launch.local[2])))
        }
        descriptions = prepared.map {
            (
                $0.description ?? $0.kernel, "global \($0.global) local \($0.local)",
                $0.cost
            )
        }
        self.session = session
        self.lock = lock
        self.kernels = kernels
        self.buffers = buffers
    }

    /// A plan of launches that no operation asked for.
    convenience init(
        _ session: OpenCLSession, lock: ReentrantLock, library: KernelLibrary,
        _ launches: [KernelLaunch]
    ) throws {
        try self.init(session, lock: lock, library: library, LoweredPlan(launches))
    }

    deinit { launches.deallocate() }

    private static func setArguments(
        _ driver: OpenCLDriver, _ kernel: cl_kernel, _ launch: KernelLaunch
    ) throws(BackendError) {
        var index: cl_uint = 0
        let name = launch.description ?? launch.kernel
        func setBytes(_ bytes: UnsafeRawBufferPointer) throws(BackendError) {
            try driver.call("clSetKernelArg", "\(name), argument \(index)") {
                driver.functions.setKernelArg(kernel, index, bytes.count, bytes.baseAddress)
            }
            index += 1
        }
        func memory(_ buffer: any DeviceBuffer) throws(BackendError) -> cl_mem {
            guard let buffer = buffer as? OpenCLBuffer else {
                throw .invalidArgument("\(name): a buffer belongs to another backend")
            }
            return buffer.memory
        }
        func set<T>(_ value: T) throws(BackendError) {
            try withUnsafeBytes(of: value) { bytes throws(BackendError) in try setBytes(bytes) }
        }
        for argument in launch.arguments {
            switch argument {
            case .buffer(let slice, let elementSize):
                try set(Optional(memory(slice.buffer)))
                try set(Int64(slice.byteOffset / elementSize))
            case .float(let value):
                try set(value)
            case .memory(let buffer):
                try set(Optional(memory(buffer)))
            case .ints(let values), .structure(_, let values):
                let words = values.map { Int32(truncatingIfNeeded: $0) }
                do {
                    try words.withUnsafeBytes { try setBytes($0) }
                } catch let error as BackendError {
                    throw error
                } catch {
                    throw .invalidArgument("\(error)")
                }
            }
        }
    }

    func run() throws { try run {} }

    func run(_ storing: () -> Void) throws {
        try lock.withLock {
            func issue(_ index: Int) throws(BackendError) {
                var event: cl_event?
                if Profiler.isEnabled {
                    try enqueue(index, event: &event)
                } else {
                    try enqueue(index)
                }
                // Nothing of a launch that is refused has run.
                if index == firstStore { storing() }
                if let event { try record(index, event) }
            }
            try run(steps, issue)
            try session.driver.call("clFlush") { session.driver.functions.flush(session.queue) }
        }
        session.counters.addLaunches(launchCount)
    }

    private func run(
        _ steps: [Step], _ issue: (Int) throws(BackendError) -> Void
    ) throws(BackendError) {
        for step in steps {
            switch step {
            case .launches(let range):
                for index in range { try issue(index) }
            case .loop(let count, let body):
                for _ in 0..<count { try run(body, issue) }
            }
        }
    }

    private func enqueue(_ index: Int) throws(BackendError) {
        try enqueue(index, event: nil)
    }

    @inline(__always)
    private func enqueue(
        _ index: Int, event: UnsafeMutablePointer<cl_event?>?
    ) throws(BackendError) {
        let launch = launches.baseAddress.unsafelyUnwrapped + index
        let driver = session.driver
        try driver.call("clEnqueueNDRangeKernel", descriptions[index].kernel) {
            withUnsafePointer(to: &launch.pointee.global) { global in
                withUnsafePointer(to: &launch.pointee.local) { local in
                    driver.functions.enqueueNDRangeKernel(
                        session.queue, launch.pointee.kernel, 3, nil,
                        UnsafeRawPointer(global).assumingMemoryBound(to: Int.self),
                        UnsafeRawPointer(local).assumingMemoryBound(to: Int.self), 0, nil, event)
                }
            }
        }
    }

    /// Waits for the end of a launch and records what the device says it took.
    private func record(_ index: Int, _ event: cl_event) throws(BackendError) {
        let driver = session.driver
        driver.adopt()
        defer { driver.release(driver.functions.releaseEvent, event) }
        var waited: cl_event? = event
        try driver.call("clWaitForEvents") { driver.functions.waitForEvents(1, &waited) }
        var start: UInt64 = 0
        var end: UInt64 = 0
        for (parameter, isStart) in [
            (CL_PROFILING_COMMAND_START, true), (CL_PROFILING_COMMAND_END, false),
        ] {
            var value: UInt64 = 0
            try driver.call("clGetEventProfilingInfo") {
                driver.functions.getEventProfilingInfo(
                    event, cl_uint(parameter), MemoryLayout<UInt64>.size, &value, nil)
            }
            if isStart { start = value } else { end = value }
        }
        let description = descriptions[index]
        Profiler.record(
            kernel: description.kernel, geometry: description.geometry,
            seconds: Double(end &- start) * 1e-9,
            cost: description.cost ?? OperationCost(flops: 0, bytes: 0))
    }
}

/// Device memory. It is freed with its last reference.
public protocol DeviceBuffer: AnyObject, Sendable {
    /// As many as were asked for.
    var byteCount: Int { get }
}

/// A place in device memory. Kernels may only assume that an offset is a multiple of the element's
/// size.
public struct BufferSlice: Sendable {
    /// The memory, which lives at least as long as the slice.
    public var buffer: any DeviceBuffer
    /// Where the slice begins, in bytes from the buffer's start.
    public var byteOffset: Int

    /// The place `byteOffset` bytes into a buffer; 0, its start, by default.
    public init(_ buffer: any DeviceBuffer, byteOffset: Int = 0) {
        self.buffer = buffer
        self.byteOffset = byteOffset
    }
}

/// A tensor as a launch sees it: dense, row-major, somewhere in a buffer.
public struct Argument: Sendable {
    /// Shape and element type of what lies there.
    public var type: TensorType
    /// Where the first element lies.
    public var slice: BufferSlice

    /// A tensor of the given type at a place of `type.byteCount` bytes.
    public init(_ type: TensorType, _ slice: BufferSlice) {
        self.type = type
        self.slice = slice
    }
}

/// One operation with all its arguments decided.
///
/// Results never overlap inputs, with two exceptions: a `Pointwise` result may be exactly the slice of
/// one of its inputs of the same type and shape, and the result of a `dynamicUpdate` may be exactly the
/// slice of x, so that only the row is written. Different results never overlap.
public struct LaunchRequest: Sendable {
    /// What is to be computed; `Backend.supports` has accepted it.
    public var operation: Operation
    /// The operands, in the operation's order.
    public var inputs: [Argument]
    /// Where the results go, in the operation's order.
    public var results: [Argument]
    /// At least `workspaceBytes` bytes, 256-byte aligned; nil if none are needed.
    public var workspace: BufferSlice?

    /// A launch; without `workspace` it has no scratch memory.
    public init(
        operation: Operation, inputs: [Argument], results: [Argument],
        workspace: BufferSlice? = nil
    ) {
        self.operation = operation
        self.inputs = inputs
        self.results = results
        self.workspace = workspace
    }
}

/// What a plan does, in order.
public indirect enum PlanStep: Sendable {
    case launch(LaunchRequest)
    /// The steps, `count` times. What changes from turn to turn lives in device memory.
    case loop(count: Int, body: [PlanStep])
}

/// Prepared launches, ready to be replayed.
public protocol ExecutablePlan: AnyObject {
    /// Kernels that one run issues, loops unrolled: an operation may need several, or none if its results
    /// are empty.
    var launchCount: Int { get }

    /// Issues every launch in order. Allocates nothing and waits for nothing.
    /// - Throws: `BackendError` from the first launch that fails; those after it are not issued.
    func run() throws
}

/// A plan that computes, then stores new states over old ones.
package protocol StoringPlan: ExecutablePlan {
    /// Issues every launch in order; `storing` is called as soon as the first that stores is issued. An error before that leaves all
    /// states as they were.
    func run(_ storing: () -> Void) throws
}

/// A backend whose launches may both compute and store.
package protocol StoringBackend: Backend {
    /// `computation`, then `stores`.
    func makePlan(_ computation: [PlanStep], stores: [PlanStep]) throws -> any StoringPlan
}

/// Runs operations on one device.
///
/// Calls may come from any thread, those of plans included: a backend takes them one at a time, each whole. What two
/// threads do with one buffer is theirs to order. `checkBackend` tries it.
public protocol Backend: AnyObject, Sendable {
    /// "cpu", "opencl" …
    var name: String { get }
    /// What it computes on.
    var device: DeviceInfo { get }
    /// What it did so far; `checkBackend` compares them with what it asked for.
    var counters: BackendCounters { get }

    /// Whether `makePlan` accepts the operation. Must be true for every primitive; fused operations that
    /// it refuses are expanded before they reach the backend.
    func supports(_ operation: Operation, inputs: [TensorType], results: [TensorType]) -> Bool

    /// Scratch bytes that a launch of the operation needs; they may hold anything before and after.
    func workspaceBytes(
        _ operation: Operation, inputs: [TensorType], results: [TensorType]
    ) -> Int

    /// Uninitialised memory, 256-byte aligned. `byteCount` may be 0.
    /// - Throws: `BackendError.outOfMemory` with what is needed and what there is.
    func allocate(byteCount: Int) throws -> any DeviceBuffer

    /// Copies host bytes into device memory, in order with the launches. The host memory may be reused
    /// on return.
    func write(_ bytes: UnsafeRawBufferPointer, to slice: BufferSlice) throws

    /// Copies device memory to the host after everything issued before; waits for it.
    func read(_ slice: BufferSlice, into bytes: UnsafeMutableRawBufferPointer) throws

    /// Lets `body` put bytes into device memory, in order with the launches, where the host may write at once: without a
    /// copy of its own where the device shares the host's memory. If `body` throws the bytes are undefined.
    func fill(
        _ slice: BufferSlice, byteCount: Int,
        _ body: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws

    /// Copies device memory to device memory, in order with the launches. The places do not overlap.
    func copy(_ source: BufferSlice, to target: BufferSlice, byteCount: Int) throws

    /// Chooses a kernel, its geometry and its arguments for every step, once.
    /// - Throws: `BackendError` if a kernel does not build or is missing.
    func makePlan(_ steps: [PlanStep]) throws -> any ExecutablePlan

    /// Waits until everything issued has run.
    func synchronize() throws
}

extension Backend {
    /// Through memory of the host.
    public func fill(
        _ slice: BufferSlice, byteCount: Int,
        _ body: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        try withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 64) { bytes in
            try body(bytes)
            try write(UnsafeRawBufferPointer(bytes), to: slice)
        }
    }

    /// Through memory of the host, for which it waits.
    public func copy(_ source: BufferSlice, to target: BufferSlice, byteCount: Int) throws {
        try withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 64) { bytes in
            try read(source, into: bytes)
            try write(UnsafeRawBufferPointer(bytes), to: target)
        }
    }
}

import KeratinCore

/// Memory that a task may use freely.
struct TaskMemory {
    /// The thread's own scratch, 256-byte aligned; undefined on entry.
    var own: UnsafeMutableRawPointer
    /// The launch's workspace, shared by all its tasks and phases; undefined when the launch
    /// begins.
    var shared: UnsafeMutableRawPointer
}

/// A part of a launch whose tasks are independent; the next phase begins when all are done.
///
/// No element's result depends on the thread that computes it or on how many there are: what is added up in which order
/// is a function of shape only. Results repeat bit for bit with any number of threads.
struct Phase {
    typealias Body = (_ task: Int, _ memory: TaskMemory) -> Void

    var tasks: Int
    /// Rough time of all tasks on one thread, in nanoseconds.
    var cost: Double
    var body: Body

    init(tasks: Int = 1, cost: Double, _ body: @escaping Body) {
        self.tasks = tasks
        self.cost = cost
        self.body = body
    }

    /// Waking a thread costs some microseconds: less work than this runs on the calling thread
    /// alone.
    static let parallelCost = 20_000.0
}

/// A launch with everything decided.
struct PreparedLaunch {
    var phases: [Phase] = []
    /// Scratch bytes that each thread needs, and workspace bytes of the launch.
    var ownBytes = 0
    var sharedBytes = 0

    init() {}

    init(_ phase: Phase) { phases = [phase] }

    /// Work of `count` items cut into pieces of `step`, or of a multiple if there were too many.
    static func pieces(
        of count: Int, step: Int, cost: Double,
        _ body: @escaping (_ range: Range<Int>, _ memory: TaskMemory) -> Void
    ) -> Phase {
        // A multiple of the given step, so that pieces begin where the caller wants them to.
        let unit = max(step, 1)
        let step = unit * max(1, (count + (unit << 16) - 1) / (unit << 16))
        return Phase(tasks: (count + step - 1) / step, cost: cost) { task, memory in
            body(task * step..<min(count, (task + 1) * step), memory)
        }
    }
}

/// Integers that a launch reads while it runs, outside of Swift's arrays so that reading them costs
/// neither checks nor reference counts.
final class IntTable {
    let base: UnsafeMutablePointer<Int>
    let count: Int

    init(_ values: [Int]) {
        count = values.count
        base = .allocate(capacity: max(values.count, 1))
        for (index, value) in values.enumerated() { base[index] = value }
    }

    deinit { base.deallocate() }

    subscript(index: Int) -> Int { base[index] }
}

/// Floats that a launch reads while it runs, for example the zeros that stand for padding.
final class FloatTable {
    let base: UnsafeMutablePointer<Float>

    init(repeating value: Float, count: Int) {
        base = .allocate(capacity: max(count, 1))
        base.initialize(repeating: value, count: max(count, 1))
    }

    deinit { base.deallocate() }
}

extension Argument {
    /// The first byte of the argument.
    /// - Throws: `BackendError.invalidArgument` if the buffer is another backend's or too small.
    func pointer() throws -> UnsafeMutableRawPointer {
        guard let memory = slice.buffer as? HostMemory else {
            throw BackendError.invalidArgument("the CPU backend got a buffer of another backend")
        }
        guard slice.byteOffset >= 0, slice.byteOffset + type.byteCount <= memory.byteCount else {
            throw BackendError.invalidArgument(
                "\(type) at byte \(slice.byteOffset) does not fit a buffer of "
                    + "\(memory.byteCount) bytes"
            )
        }
        return memory.base + slice.byteOffset
    }
}

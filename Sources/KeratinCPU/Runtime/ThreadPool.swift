import CKeratinProcessor
import Glibc
import KeratinCore
import Synchronization

/// Persistent workers that share the tasks of one job at a time with the calling thread.
///
/// A worker that finds nothing to do spins for a moment, since the next launch of a plan follows
/// within microseconds, and then sleeps. Which thread runs a task is left to chance; what a task
/// computes must not depend on it.
final class ThreadPool: Sendable {
    /// (task, worker): `worker` is below `count` and tells which scratch memory is the thread's
    /// own.
    typealias Job = (_ task: Int, _ worker: Int) -> Void

    /// Threads that run tasks, the calling one included.
    let count: Int
    private let core: Core
    private let threads: [pthread_t]

    /// - Parameter count: How many threads to use; at least 1.
    /// - Throws: `BackendError.callFailed` if the system refuses to start a thread.
    init(count: Int) throws {
        self.count = count
        let core = Core(isCrowded: count > AllowedProcessors.count)
        self.core = core
        var threads = [pthread_t]()
        for worker in 1..<max(count, 1) {
            let start = Unmanaged.passRetained(Start(core: core, worker: worker))
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                    start.core.work(start.worker)
                    return nil
                }, start.toOpaque())
            guard status == 0 else {
                start.release()
                core.stop(threads)
                throw BackendError.callFailed(
                    call: "pthread_create", status: "\(status)",
                    context: "thread \(worker) of \(count)")
            }
            threads.append(thread)
        }
        self.threads = threads
    }

    deinit { core.stop(threads) }

    /// Runs `job` for every task and returns when all are done. Allocates nothing.
    func run(tasks: Int, _ job: @escaping Job) {
        if count == 1 || tasks <= 1 {
            for task in 0..<max(tasks, 0) { job(task, 0) }
        } else {
            core.run(tasks: tasks, job)
        }
    }

    /// What a new worker is told.
    private final class Start: Sendable {
        let core: Core
        let worker: Int
        init(core: Core, worker: Int) {
            self.core = core
            self.worker = worker
        }
    }
}

extension ThreadPool {
    /// The state that the threads share. It outlives the pool until the last worker has stopped.
    ///
    /// `job` is written only while no task is left to claim, and read only between a claim and the
    /// report that the claimed task is done; hence the unchecked promise.
    private final class Core: @unchecked Sendable {
        /// Turns of the waiting loop before a worker sleeps: some 40 microseconds.
        private let spins: Int
        /// Turns between two offers of the processor to other threads, less one; a power of two less one. With more threads
        /// than processors, who waits stands in the way of those that it waits for, and offers it at every turn.
        private let patience: Int

        /// serial number (16 bits) | number of tasks (24) | next task (24). One word, so that a
        /// claim is one compare-exchange and a late worker can only claim a task of the current
        /// job.
        private let ticket = Atomic<UInt64>(0)
        private let remaining = Atomic<Int>(0)
        private let sleepers = Atomic<Int>(0)
        private let stopping = Atomic<Bool>(false)
        private var job: Job?
        private var serial: UInt64 = 0
        private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

        init(isCrowded: Bool) {
            spins = isCrowded ? 200 : 1000
            patience = isCrowded ? 0 : 0xfff
            pthread_mutex_init(mutex, nil)
            pthread_cond_init(condition, nil)
        }

        deinit {
            pthread_cond_destroy(condition)
            pthread_mutex_destroy(mutex)
            condition.deallocate()
            mutex.deallocate()
        }

        func run(tasks: Int, _ job: @escaping Job) {
            precondition(tasks < 1 << 24, "a job has at most 2^24 - 1 tasks")
            self.job = job
            remaining.store(tasks, ordering: .relaxed)
            serial &+= 1
            ticket.store(serial << 48 | UInt64(tasks) << 24, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
                pthread_mutex_lock(mutex)
                pthread_cond_broadcast(condition)
                pthread_mutex_unlock(mutex)
            }
            while let task = claim() {
                job(task, 0)
                remaining.subtract(1, ordering: .releasing)
            }
            var spins = 0
            while remaining.load(ordering: .acquiring) > 0 {
                keratin_processor_pause()
                spins += 1
                if spins & patience == 0 { sched_yield() }
            }
            self.job = nil
        }

        /// The next task of the current job, nil if all are taken.
        private func claim() -> Int? {
            var current = ticket.load(ordering: .acquiring)
            while true {
                let next = current & 0xff_ffff
                guard next < (current >> 24) & 0xff_ffff else { return nil }
                let (exchanged, original) = ticket.weakCompareExchange(
                    expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
                if exchanged { return Int(next) }
                current = original
            }
        }

        private var hasWork: Bool {
            let current = ticket.load(ordering: .sequentiallyConsistent)
            return current & 0xff_ffff < (current >> 24) & 0xff_ffff
        }

        func work(_ worker: Int) {
            var idle = 0
            while true {
                if let task = claim() {
                    // The claimed task keeps the job alive until it is reported done.
                    job?(task, worker)
                    remaining.subtract(1, ordering: .releasing)
                    idle = 0
                } else if stopping.load(ordering: .acquiring) {
                    return
                } else if idle < spins {
                    keratin_processor_pause()
                    idle += 1
                    if idle & patience == 0 { sched_yield() }
                } else {
                    sleep()
                    idle = 0
                }
            }
        }

        private func sleep() {
            pthread_mutex_lock(mutex)
            sleepers.add(1, ordering: .sequentiallyConsistent)
            // The sleeper is counted before it looks, and the caller publishes before it counts:
            // one of the two sees the other.
            while !hasWork && !stopping.load(ordering: .sequentiallyConsistent) {
                pthread_cond_wait(condition, mutex)
            }
            sleepers.subtract(1, ordering: .sequentiallyConsistent)
            pthread_mutex_unlock(mutex)
        }

        func stop(_ threads: [pthread_t]) {
            pthread_mutex_lock(mutex)
            stopping.store(true, ordering: .sequentiallyConsistent)
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
            for thread in threads { pthread_join(thread, nil) }
        }
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that this one started.
package struct ChildProcess {
    /// Why there is no exit status.
    package enum Failure: Error {
        /// It does not start; the system's reason.
        case notStarted(String)
        /// Nobody knows how it ended.
        case lost(String)
        /// It took too long and was ended.
        case tooLong

        /// In words.
        package var reason: String {
            switch self {
            case .notStarted(let reason), .lost(let reason): reason
            case .tooLong: "it took too long"
            }
        }
    }

    /// As the system calls it.
    package let number: pid_t

    /// - Parameters:
    ///   - path: of the program.
    ///   - arguments: without the program's name.
    ///   - variables: of the environment, besides those of this process.
    ///   - descriptors: what the program finds as its standard input, output and errors.
    package static func start(
        _ path: String, _ arguments: [String], variables: [String] = [], descriptors: [Int32]
    ) throws(Failure) -> ChildProcess {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var pointers = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        let own = variables.map { strdup($0) }
        defer { for pointer in own { free(pointer) } }
        var all = own
        // A variable that stands twice has the value of its first place.
        var inherited = environ
        while let variable = inherited.pointee {
            all.append(variable)
            inherited += 1
        }
        all.append(nil)
        var child: pid_t = 0
        let code = posix_spawn(&child, path, &actions, nil, &pointers, &all)
        guard code == 0 else { throw .notStarted(String(cString: strerror(code))) }
        return ChildProcess(number: child)
    }

    /// Waits for its end, for so many seconds at most.
    /// - Returns: its status as `waitpid` has it.
    package func wait(seconds: Double) throws(Failure) -> Int32 {
        let end = MonotonicClock.seconds() + seconds
        var pause: UInt32 = 500
        while true {
            var status: Int32 = 0
            let ended = waitpid(number, &status, WNOHANG)
            if ended == number { return status }
            guard ended == 0 || errno == EINTR else {
                throw .lost(String(cString: strerror(errno)))
            }
            guard MonotonicClock.seconds() < end else {
                kill(number, SIGKILL)
                while waitpid(number, &status, 0) < 0, errno == EINTR {}
                throw .tooLong
            }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
    }
}

import KeratinCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of events that TensorBoard shows. Records are appended one by one, each whole, so that what was written stays readable
/// whenever the program ends. Tasks may share one.
package final class EventFile: Sendable {
    /// The file: `LOGDIR/events.out.tfevents.SECONDS.HOST.PROCESS.NUMBER.v2`.
    package let path: String
    /// nil once it is closed.
    private let descriptor: Locked<Int32?>
    private static let count = Atomic<Int>(0)

    /// Makes a new file that holds its version.
    /// - Parameter folder: is made, with those above it, if it is not there; `~` is the home folder.
    /// - Throws: `KeratinError` (`file`) if it cannot be made.
    package init(folder: String) throws {
        let folder = try UserFolders.expanded(folder)
        guard !folder.isEmpty else {
            throw KeratinError(.file, "the folder for events has no name")
        }
        try FileAccess.makeFolder(folder)
        let seconds = Int(Self.now())
        var attempts = 0
        while true {
            let number = Self.count.wrappingAdd(1, ordering: .relaxed).oldValue
            let path =
                "\(folder)/events.out.tfevents.\(seconds).\(Self.host).\(getpid()).\(number).v2"
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
            attempts += 1
            // Another process of the same number, in another container that shares the folder.
            if file < 0, errno == EEXIST, attempts < 100 { continue }
            guard file >= 0 else { throw Self.failure("cannot be written", path) }
            self.path = path
            descriptor = Locked(file)
            break
        }
        try append(EventMessage.version(wallTime: Self.now()))
    }

    deinit { close() }

    // MARK: Events

    /// A number, as `tf.summary.scalar` writes it.
    /// - Throws: `KeratinError`: `file` if it cannot be written, `invalidState` once the file is closed.
    package func scalar(_ tag: String, _ value: Double, step: Int) throws {
        try append(tag, TensorMessage(Float(value)), .scalars, step)
    }

    /// How numbers are distributed, in thirty buckets as `tf.summary.histogram` writes them. NaN and infinities are not counted.
    /// - Throws: `KeratinError`: `file` if it cannot be written, `invalidState` once the file is closed.
    package func histogram(_ tag: String, _ values: [Float], step: Int) throws {
        let buckets = HistogramBuckets(values)
        try append(
            tag, TensorMessage(buckets.rows, shape: [buckets.count, 3]), .histograms, step)
    }

    /// A text, shown as Markdown.
    /// - Throws: `KeratinError`: `file` if it cannot be written, `invalidState` once the file is closed.
    package func text(_ tag: String, _ text: String, step: Int) throws {
        try append(tag, TensorMessage(text), .text, step)
    }

    /// A model as Keras's JSON, which TensorBoard draws as its conceptual graph.
    /// - Throws: `KeratinError`: `file` if it cannot be written, `invalidState` once the file is closed.
    package func graph(json: String) throws {
        try append("keras", TensorMessage(json), .kerasModel, 0)
    }

    /// Ends the file; a second time does nothing.
    package func close() {
        descriptor.withLock { file in
            if let file { systemClose(file) }
            file = nil
        }
    }

    // MARK: Records

    private func append(
        _ tag: String, _ value: TensorMessage, _ plugin: EventMessage.Plugin, _ step: Int
    ) throws {
        try append(
            EventMessage.value(tag, value, plugin: plugin, step: step, wallTime: Self.now()))
    }

    /// A record: its length with a check sum, and the event with another one.
    static func record(_ event: [UInt8]) -> [UInt8] {
        var record = ProtobufWriter()
        record.fixed(UInt64(event.count))
        record.fixed(CRC32C.masked(record.bytes))
        let head = record.bytes
        var foot = ProtobufWriter()
        foot.fixed(CRC32C.masked(event))
        return head + event + foot.bytes
    }

    private func append(_ event: [UInt8]) throws {
        let record = Self.record(event)
        try descriptor.withLock { file in
            guard let file else {
                throw KeratinError(.invalidState, "the file of events is closed", at: path)
            }
            let end = lseek(file, 0, SEEK_END)
            do {
                try record.withUnsafeBytes {
                    try FileAccess.write($0, to: file) { Self.failure("cannot be written", path) }
                }
            } catch {
                // A part of a record would hide all that come after it.
                if end >= 0 { _ = ftruncate(file, end) }
                throw error
            }
        }
    }

    // MARK: Surroundings

    /// Seconds since 1970.
    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The machine's name, as part of a file's name.
    private static let host: String = {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "localhost" }
        let name = String(
            decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let known = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        return known.isEmpty ? "localhost" : known
    }()

    private static func failure(_ what: String, _ path: String) -> KeratinError {
        KeratinError(.file, "\(what): \(String(cString: strerror(errno)))", at: path)
    }
}

/// The system's call, whose name a method hides.
private func systemClose(_ descriptor: Int32) { _ = close(descriptor) }

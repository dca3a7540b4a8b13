import Foundation
import Keratin
import KeratinIO
import Testing

/// The process that reads weights: it ends with the tool, however that ends, and takes no more than it may.
@Suite("The reading process", .serialized) struct ReaderProcessTests {
    /// Starts the tool with a pipe into which nobody writes, waits for the process that reads it ($2 is its argument), kills the
    /// tool with $3, and waits for the reader's end.
    private let killing =
        Self.starting + """
            kill -"$3" $tool
            wait $tool 2>/dev/null
            count=0
            while [ -n "$(readers "$1" "$2")" ]; do
                count=$((count + 1)); [ $count -lt 200 ] || { echo "it lives on"; break; }
                sleep 0.05
            done
            echo done
            """

    private static let starting = """
        readers() {
            for process in /proc/[0-9]*; do
                words=$(tr '\\0' ' ' 2>/dev/null <"$process/cmdline")
                case "$words" in *"$2 $PWD/$1"*|*"$2 $1"*) echo "$process" ;; esac
            done
        }
        mkfifo "$1"
        "$0" predict "$1" --x x.npy --output y.npy 2>errors &
        tool=$!
        count=0
        until [ -n "$(readers "$1" "$2")" ]; do
            count=$((count + 1)); [ $count -lt 200 ] || { echo "no reader"; break; }
            sleep 0.05
        done

        """

    @Test("It ends when the tool is killed", arguments: ["KILL", "TERM"])
    func parentIsKilled(_ signal: String) throws {
        let outcome = try Tool().script(
            killing, "pipe.keras", HDF5Process.argument, signal, seconds: 60)
        #expect(outcome.output == "done\n", "\(outcome)")
    }

    @Test("It ends by itself when nobody holds the other end of its lifeline")
    func noParent() throws {
        let tool = try Tool()
        let pipe = tool.path("pipe.keras")
        #expect(mkfifo(pipe, 0o600) == 0)
        // Descriptor 3 is closed in a process that was started so.
        let outcome = try tool.run([HDF5Process.argument, pipe, "all", "3", "20"], seconds: 20)
        #expect(outcome.code == 1, "\(outcome)")
        let wrong = try tool.run([HDF5Process.argument, pipe, "all", "3", "nan"], seconds: 20)
        #expect(wrong.code == 0 && wrong.output.contains("expected a file"), "\(wrong)")
    }

    @Test("A file that claims more memory than reading may take is refused in words")
    func memory() throws {
        let tool = try Tool()
        let file = Bundle.module.bundlePath + "/Fixtures/claims-memory.keras"
        let outcome = try tool("convert", file, "out.npz")
        expectFailure(
            outcome, "claims-memory.keras",
            "needs 8589934592 bytes, more than reading the file may take")
    }

    @Test("It limits its processor time, its memory and what it leaves behind")
    func limits() throws {
        let outcome = try Tool().script(
            Self.starting + """
                # The reader sets them before it opens the file.
                count=0
                while grep 'cpu time *unlimited' $(readers "$1" "$2")/limits >/dev/null; do
                    count=$((count + 1)); [ $count -lt 40 ] || break
                    sleep 0.05
                done
                cat $(readers "$1" "$2")/limits
                kill -KILL $tool
                for process in $(readers "$1" "$2"); do kill -KILL "${process#/proc/}"; done
                """, "pipe.keras", HDF5Process.argument, seconds: 60)
        func limit(_ name: String) throws -> Int? {
            let line = try #require(
                outcome.output.split(separator: "\n").first { $0.hasPrefix(name) }, "\(outcome)")
            return Int(line.dropFirst(name.count).split(separator: " ")[0])
        }
        let seconds = try limit("Max cpu time")
        let bytes = try limit("Max address space")
        #expect(seconds.map { (1...60).contains($0) } == true, "\(outcome.output)")
        #expect(bytes.map { (1 << 30...1 << 42).contains($0) } == true, "\(outcome.output)")
        #expect(try limit("Max core file size") == 0)
    }
}

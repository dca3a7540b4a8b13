import KeratinCore
import KeratinYAML

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `keratin-yaml`: reads YAML from standard input and writes the same as JSON; what is wrong with it goes to standard error, on one line.
@main
enum KeratinYAMLReader {
    static func main() {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(0, &buffer, buffer.count)
            if count <= 0 { break }
            text += buffer[..<count]
        }
        do {
            print(try jsonFromYAML(String(decoding: text, as: UTF8.self)))
        } catch {
            let message = (error as? KeratinError)?.message ?? "\(error)"
            let line = Array("\(message)\n".utf8)
            _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
            exit(1)
        }
    }
}

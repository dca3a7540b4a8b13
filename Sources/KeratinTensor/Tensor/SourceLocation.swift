import Glibc
import KeratinCore
internal import Runtime

/// Where in a user's program something went wrong.
enum SourceLocation {
    /// What lies below this folder is not the user's.
    private static let ownSources: String = {
        let path = #filePath
        return path.range(of: "/KeratinTensor/").map { String(path[..<$0.lowerBound]) + "/" }
            ?? path
    }()

    /// The innermost call that was not made by this package; nil where there is no backtrace.
    static func ofCaller() -> SourcePlace? {
        guard let backtrace = try? Backtrace.capture(limit: 64, top: 0) else { return nil }
        return SourcePlace { line(of: backtrace) }
    }

    private static func line(of backtrace: Backtrace) -> String? {
        let frames = backtrace.symbolicated(
            options: [.showInlineFrames, .showSourceLocations, .useSymbolCache])?.frames
        for frame in frames ?? [] {
            guard let location = frame.symbol?.sourceLocation, location.line > 0,
                location.path.hasSuffix(".swift"), !location.path.hasPrefix(ownSources),
                !location.path.contains("/stdlib/"), !location.path.contains("@__swiftmacro")
            else { continue }
            let file = location.path.split(separator: "/").last.map(String.init) ?? location.path
            return "\(file):\(location.line)"
        }
        return nil
    }
}

extension String {
    /// The first place of a text, without Foundation.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
